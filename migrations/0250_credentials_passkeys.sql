-- Passkeys of people, and what the sign-in of a session rests on.

-- A credential id is of one person of one tenant (WebAuthn §7.1). `sign_count` is the highest that was seen; a passkey that came with
-- a lower one is suspected to be copied and opens nothing any more.
CREATE TABLE passkey (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  credential_id bytea NOT NULL,
  -- The number of COSE.
  algorithm bigint NOT NULL,
  public_key bytea NOT NULL,
  sign_count bigint NOT NULL,
  aaguid uuid NOT NULL,
  transports text NOT NULL,
  backup_eligible boolean NOT NULL,
  name text NOT NULL,
  created_at bigint NOT NULL,
  last_used_at bigint,
  suspected_at bigint,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX passkey_by_user ON passkey (tenant_id, user_id);
CREATE UNIQUE INDEX passkey_by_credential ON passkey (credential_id);

-- Challenges that were answered: none counts twice. Gone after the time in which one counts at all.
CREATE TABLE passkey_challenge (
  tenant_id uuid NOT NULL,
  hash bytea NOT NULL,
  until bigint NOT NULL,
  PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX passkey_challenge_by_end ON passkey_challenge (tenant_id, until);

ALTER TABLE session ADD COLUMN methods text NOT NULL DEFAULT 'pwd';
