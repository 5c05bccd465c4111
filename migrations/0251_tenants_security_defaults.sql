-- Whether everybody of a tenant must have a second factor, and by when somebody must who was asked for one.
ALTER TABLE tenant ADD COLUMN security_defaults boolean NOT NULL DEFAULT TRUE;
ALTER TABLE users ADD COLUMN second_factor_due_at bigint;
