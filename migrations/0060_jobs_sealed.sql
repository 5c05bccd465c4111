-- Payloads of jobs are encrypted, since codes and links wait in them. None: a recurring job, which needs nothing.
-- What an earlier version left in the queue was in the clear and is dropped with its column; such a job is given up.
ALTER TABLE job DROP COLUMN payload;
ALTER TABLE job ADD COLUMN payload bytea;
