-- What applications add to the directory: properties of other objects, logos, certificates that sign, and policies.

CREATE TABLE extension_property (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  application_id uuid NOT NULL,
  -- extension_<client id without hyphens>_<name>, as clients write it.
  name text NOT NULL,
  data_type text NOT NULL,
  -- A list with spaces.
  target_objects text NOT NULL,
  is_multi_valued boolean NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX extension_property_by_name ON extension_property (tenant_id, name);
CREATE INDEX extension_property_by_application ON extension_property (tenant_id, application_id, id);

CREATE TABLE application_logo (
  tenant_id uuid NOT NULL,
  application_id uuid NOT NULL,
  content_type text NOT NULL,
  image bytea NOT NULL,
  PRIMARY KEY (tenant_id, application_id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);

-- Private keys of certificates that tokens are signed with, encrypted with a key outside of the database.
CREATE TABLE signing_key (
  tenant_id uuid NOT NULL,
  object_id uuid NOT NULL,
  key_id uuid NOT NULL,
  private_key bytea NOT NULL,
  PRIMARY KEY (tenant_id, object_id, key_id),
  FOREIGN KEY (tenant_id, object_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE claims_mapping_policy (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  display_name text NOT NULL,
  description text,
  definition text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE claims_mapping_policy_assignment (
  tenant_id uuid NOT NULL,
  service_principal_id uuid NOT NULL,
  policy_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, service_principal_id),
  FOREIGN KEY (tenant_id, service_principal_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, policy_id) REFERENCES claims_mapping_policy (tenant_id, id)
);
CREATE INDEX claims_mapping_policy_assignment_by_policy ON claims_mapping_policy_assignment (tenant_id, policy_id);
