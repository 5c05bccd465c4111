-- Which request an event belongs to, and what asked.
ALTER TABLE audit_event ADD COLUMN correlation_id uuid;
ALTER TABLE audit_event ADD COLUMN user_agent text NOT NULL DEFAULT '';
CREATE INDEX audit_event_by_correlation ON audit_event (tenant_id, correlation_id, id);
CREATE INDEX audit_event_by_actor_name ON audit_event (tenant_id, actor_name, id);
CREATE INDEX audit_event_by_target_name ON audit_event (tenant_id, target_name, id);
CREATE INDEX audit_event_refused ON audit_event (tenant_id, id) WHERE result <> 'success';

-- Who signed in, or tried to. What is asked by its beginning lies as bytes: no collation decides their order.
CREATE TABLE sign_in (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  at bigint NOT NULL,
  user_id uuid NOT NULL,
  user_name bytea NOT NULL,
  display_name text NOT NULL,
  application_id uuid NOT NULL,
  application_name text NOT NULL,
  ip bytea NOT NULL,
  user_agent text NOT NULL,
  result text NOT NULL,
  second_factor boolean NOT NULL,
  familiar boolean NOT NULL,
  correlation_id uuid,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX sign_in_by_user ON sign_in (tenant_id, user_id, id);
CREATE INDEX sign_in_by_user_name ON sign_in (tenant_id, user_name, id);
CREATE INDEX sign_in_by_application ON sign_in (tenant_id, application_id, id);
CREATE INDEX sign_in_by_ip ON sign_in (tenant_id, ip, id);
CREATE INDEX sign_in_by_result ON sign_in (tenant_id, result, id);
CREATE INDEX sign_in_refused ON sign_in (tenant_id, id) WHERE result <> 'success';
CREATE INDEX sign_in_by_correlation ON sign_in (tenant_id, correlation_id, id);
