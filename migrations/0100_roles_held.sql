-- Roles that tenants make, and roles that groups and service principals hold beside people.

ALTER TABLE role_assignment RENAME COLUMN role_template_id TO role_id;

CREATE TABLE role_definition (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  -- The client's own, or the id.
  template_id uuid NOT NULL,
  display_name text NOT NULL,
  description text NOT NULL,
  version text,
  is_enabled boolean NOT NULL,
  -- What it allows, by the names of permissions with spaces between: read at every request of those who hold it.
  permissions text NOT NULL,
  -- The resource actions that it was made of, as JSON.
  blocks text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX role_definition_by_name ON role_definition (tenant_id, lower(display_name));

CREATE TABLE object_role_assignment (
  tenant_id uuid NOT NULL,
  object_id uuid NOT NULL,
  -- A group's are looked through at each request, a service principal's only when it signs in.
  object_kind text NOT NULL,
  role_id uuid NOT NULL,
  assigned_at bigint NOT NULL,
  assigned_by text NOT NULL,
  PRIMARY KEY (tenant_id, object_id, role_id),
  FOREIGN KEY (tenant_id, object_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX object_role_assignment_by_kind ON object_role_assignment (tenant_id, object_kind, object_id, role_id);
CREATE INDEX object_role_assignment_by_role ON object_role_assignment (tenant_id, role_id, object_id);
