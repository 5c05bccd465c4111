-- Requests of people outside to be let into a tenant, and the links that let those in who were approved.

CREATE TABLE access_request (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  email text NOT NULL,
  email_canonical text NOT NULL,
  name text NOT NULL,
  message text NOT NULL,
  language text NOT NULL,
  state text NOT NULL,
  requested_at bigint NOT NULL,
  decided_at bigint,
  decided_by text,
  reason text,
  user_id uuid,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX access_request_open ON access_request (tenant_id, email_canonical) WHERE state = 'open';
CREATE INDEX access_request_by_state ON access_request (tenant_id, state, id);
CREATE INDEX access_request_by_time ON access_request (tenant_id, requested_at);

-- One link a row. Only a hash of its secret is kept.
CREATE TABLE invitation (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  secret_hash bytea NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  consumed_at bigint,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX invitation_by_user ON invitation (tenant_id, user_id);
