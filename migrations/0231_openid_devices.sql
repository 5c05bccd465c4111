-- Devices without a browser ask for a sign-in that a person answers elsewhere (RFC 8628); grants that come of another's token.

-- Of the deployment: whoever answers decides which tenant it is in, where the device names none. Neither code is kept: the
-- device's is made of the id with a key, the person's is here as a keyed hash.
CREATE TABLE device_request (
  id uuid PRIMARY KEY,
  user_code_hash bytea NOT NULL UNIQUE,
  client_id uuid NOT NULL,
  -- Null: the tenant of whoever answers.
  asked_tenant uuid,
  -- JSON: names of scopes and resources.
  asked text NOT NULL,
  ip text NOT NULL,
  user_agent text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  polled_at bigint,
  wait_seconds bigint NOT NULL,
  answered_at bigint,
  -- Null beside an answer: it was refused.
  answered_tenant uuid,
  grant_id uuid
);
CREATE INDEX device_request_by_end ON device_request (expires_at);

ALTER TABLE application_grant ADD COLUMN root_id uuid;
