-- Wrong guesses are counted for every name alike, so that neither time nor work tells who has an account: rows of names
-- that nobody has stand under the nil tenant, in a fixed number of slots for which there is no person. Counts of the
-- last hours begin anew.
DROP TABLE unknown_name_attempt;

DROP TABLE lockout;
CREATE TABLE lockout (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  familiar boolean NOT NULL,
  failures integer NOT NULL,
  last_failure_at bigint,
  rounds integer NOT NULL,
  locked_until bigint,
  recent bytea NOT NULL,
  PRIMARY KEY (tenant_id, user_id, familiar)
);

DROP TABLE password_reset_guard;
CREATE TABLE password_reset_guard (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  failures integer NOT NULL,
  counted_since bigint NOT NULL,
  shut_until bigint,
  PRIMARY KEY (tenant_id, user_id)
);
