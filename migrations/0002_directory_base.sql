-- People of a tenant, their roles, credentials and sessions.

CREATE TABLE users (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  user_name text NOT NULL,
  domain_name text NOT NULL,
  display_name text NOT NULL,
  given_name text,
  surname text,
  contact_email text,
  contact_email_canonical text,
  account_enabled boolean NOT NULL,
  created_at bigint NOT NULL,
  created_by text NOT NULL,
  last_sign_in_at bigint,
  deleted_at bigint,
  PRIMARY KEY (tenant_id, id)
);
-- user_name is kept lower case; a deleted person's name is free again.
CREATE UNIQUE INDEX users_by_name ON users (tenant_id, domain_name, user_name) WHERE deleted_at IS NULL;
CREATE INDEX users_by_contact ON users (tenant_id, contact_email_canonical);
CREATE INDEX users_by_display_name ON users (tenant_id, display_name, id);

CREATE TABLE role_assignment (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  role_template_id uuid NOT NULL,
  assigned_at bigint NOT NULL,
  assigned_by text NOT NULL,
  PRIMARY KEY (tenant_id, user_id, role_template_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX role_assignment_by_role ON role_assignment (tenant_id, role_template_id);

CREATE TABLE user_password (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  hash text NOT NULL,
  changed_at bigint NOT NULL,
  must_change boolean NOT NULL,
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE session (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  secret_hash bytea NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  last_seen_at bigint NOT NULL,
  authenticated_at bigint NOT NULL,
  second_factor_at bigint,
  remembered boolean NOT NULL,
  ip text NOT NULL,
  user_agent text NOT NULL,
  name text,
  revoked_at bigint,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX session_by_user ON session (tenant_id, user_id);
