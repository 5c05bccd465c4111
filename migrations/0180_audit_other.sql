-- Whom or what else an event is about: who became a member of the group that it is of.
ALTER TABLE audit_event ADD COLUMN other_kind text;
ALTER TABLE audit_event ADD COLUMN other_id text;
ALTER TABLE audit_event ADD COLUMN other_name text;
CREATE INDEX audit_event_by_other ON audit_event (tenant_id, other_id, id) WHERE other_id IS NOT NULL;
