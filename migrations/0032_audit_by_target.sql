-- What happened to a person, for their page.
CREATE INDEX audit_event_by_target ON audit_event (tenant_id, target_id, id);
