-- Password resets by mail, and how many of their codes were guessed wrong.

CREATE TABLE password_reset (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  sent_at bigint NOT NULL,
  code_until bigint NOT NULL,
  ends_at bigint NOT NULL,
  code_proven_at bigint,
  second_factor_at bigint,
  used_at bigint,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX password_reset_by_user ON password_reset (tenant_id, user_id, sent_at);

-- Wrong codes of the last 24 hours; five shut resets for the 24 hours that follow.
CREATE TABLE password_reset_guard (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  failures integer NOT NULL,
  counted_since bigint NOT NULL,
  shut_until bigint,
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
