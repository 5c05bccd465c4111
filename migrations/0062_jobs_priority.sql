-- Mail first (0), ordinary work (1), what strangers enqueue without proof last (2).
ALTER TABLE job ADD COLUMN priority integer NOT NULL DEFAULT 1;
UPDATE job SET priority = 0 WHERE kind = 'send-mail';
UPDATE job SET priority = 2 WHERE kind IN ('send-reset-code', 'record-refused-sign-in');
DROP INDEX job_due;
CREATE INDEX job_due ON job (failed_at, priority, run_at);
CREATE INDEX job_of_kind ON job (kind, failed_at);
