-- Applications act for themselves: their client id stands with what they did, their service principal where people have their id.
ALTER TABLE audit_event ADD COLUMN actor_app_id uuid;
CREATE INDEX audit_event_by_application ON audit_event (tenant_id, actor_app_id, id);
