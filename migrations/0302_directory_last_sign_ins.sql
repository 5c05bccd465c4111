-- When somebody signed in last: apart from the person's row and its indexes, which whoever signs in at the same moment reads.
-- What the column of `users` says until now stays there, and nodes of the version before still write it: the later of both counts.
CREATE TABLE last_sign_in (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
