-- Second factors, lockout, and password resets of people.

-- One authenticator app a person. A new one waits in pending_secret until a code of it was typed.
-- accepted_step: the time step of the last accepted code, which can't be used again.
CREATE TABLE authenticator (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  secret bytea,
  added_at bigint,
  accepted_step bigint NOT NULL,
  pending_secret bytea,
  pending_until bigint,
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE recovery_code (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  made_at bigint NOT NULL,
  used_at bigint,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX recovery_code_by_hash ON recovery_code (tenant_id, user_id, code_hash);

-- Wrong guesses at a person's credentials, from familiar and from unfamiliar places. No row: none lately.
CREATE TABLE lockout (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  familiar boolean NOT NULL,
  failures integer NOT NULL,
  last_failure_at bigint,
  rounds integer NOT NULL,
  locked_until bigint,
  recent bytea NOT NULL,
  PRIMARY KEY (tenant_id, user_id, familiar),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

-- Global: attempts with names that nobody has, in a fixed number of slots. They cost the same durable write as others,
-- so that time doesn't tell who has an account, and they can't fill the disk.
CREATE TABLE unknown_name_attempt (
  slot integer PRIMARY KEY,
  attempts bigint NOT NULL,
  last_at bigint NOT NULL
);
