-- An invitation that an administrator took back, or that a newer one replaced, can't be used.
ALTER TABLE invitation ADD COLUMN revoked_at bigint;
