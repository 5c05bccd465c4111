-- Keys that sign tokens, and what people and programs were granted by them.

-- Of the deployment. The private key is encrypted with the master key.
CREATE TABLE token_key (
  id text PRIMARY KEY,
  algorithm text NOT NULL,
  private_key bytea NOT NULL,
  created_at bigint NOT NULL,
  active_at bigint NOT NULL,
  revoked_at bigint
);

-- One row a sign-in to an application: its code, its refresh tokens and its access tokens live and end with it. The secrets of
-- code and refresh tokens are made of the row's id with a key, so none is kept. `generation` counts refreshes: an older
-- one that comes again is a copy.
CREATE TABLE application_grant (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  client_id uuid NOT NULL,
  user_id uuid NOT NULL,
  session_id uuid NOT NULL,
  -- JSON: what was asked, and how the person showed who they are.
  asked text NOT NULL,
  created_at bigint NOT NULL,
  code_expires_at bigint NOT NULL,
  redeemed_at bigint,
  generation bigint NOT NULL DEFAULT 0,
  -- Null: it ends with the session.
  offline_until bigint,
  revoked_at bigint,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, client_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX application_grant_by_user ON application_grant (tenant_id, user_id);
CREATE INDEX application_grant_by_session ON application_grant (tenant_id, session_id);
CREATE INDEX application_grant_by_client ON application_grant (tenant_id, client_id);
CREATE INDEX application_grant_by_creation ON application_grant (tenant_id, created_at);
