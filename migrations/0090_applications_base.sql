-- Secrets of applications and service principals, who may use them, and what they may do for people.

-- A keyed hash each; what is shown of a secret stands in the object's properties.
CREATE TABLE application_secret (
  tenant_id uuid NOT NULL,
  object_id uuid NOT NULL,
  key_id uuid NOT NULL,
  secret_hash bytea NOT NULL,
  PRIMARY KEY (tenant_id, object_id, key_id),
  FOREIGN KEY (tenant_id, object_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);

-- Roles of an application that people, groups and service principals have. The role of all zeros is access without one.
CREATE TABLE app_role_assignment (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  resource_id uuid NOT NULL,
  principal_id uuid NOT NULL,
  principal_kind text NOT NULL,
  app_role_id uuid NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, resource_id, principal_id, app_role_id),
  FOREIGN KEY (tenant_id, resource_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX app_role_assignment_by_resource ON app_role_assignment (tenant_id, resource_id, id);
CREATE INDEX app_role_assignment_by_principal ON app_role_assignment (tenant_id, principal_id, id);

-- What a client may do at a resource on behalf of everybody, or of one person. `scope` is a list with spaces.
CREATE TABLE oauth2_permission_grant (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  client_id uuid NOT NULL,
  resource_id uuid NOT NULL,
  consent_type text NOT NULL,
  principal_id uuid,
  scope text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, resource_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX oauth2_permission_grant_by_client ON oauth2_permission_grant (tenant_id, client_id, id);
CREATE INDEX oauth2_permission_grant_by_resource ON oauth2_permission_grant (tenant_id, resource_id, id);
CREATE INDEX oauth2_permission_grant_by_principal ON oauth2_permission_grant (tenant_id, principal_id, id);
