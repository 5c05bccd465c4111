-- Audit, evidence, and the queue of work that follows a transaction.

CREATE TABLE audit_event (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  at bigint NOT NULL,
  actor_kind text NOT NULL,
  actor_id uuid,
  actor_name text NOT NULL,
  activity text NOT NULL,
  target_kind text NOT NULL,
  target_id text NOT NULL,
  target_name text NOT NULL,
  changes text NOT NULL,
  ip text NOT NULL,
  result text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_event_by_activity ON audit_event (tenant_id, activity, id);
CREATE INDEX audit_event_by_actor ON audit_event (tenant_id, actor_id, id);

CREATE TABLE evidence (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  source text NOT NULL,
  verifier text NOT NULL,
  established_at bigint NOT NULL,
  expires_at bigint,
  withdrawn_at bigint,
  detail text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX evidence_by_kind ON evidence (tenant_id, kind, subject);

-- Global: the runner takes the next job of any tenant.
CREATE TABLE job (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  payload text NOT NULL,
  run_at bigint NOT NULL,
  attempts integer NOT NULL,
  claimed_until bigint,
  last_error text,
  failed_at bigint
);
CREATE INDEX job_due ON job (failed_at, run_at);

-- Global, first run only: mail kept in the local mailbox page instead of being sent.
CREATE TABLE local_mail (
  id uuid PRIMARY KEY,
  recipient text NOT NULL,
  subject text NOT NULL,
  body_text text NOT NULL,
  body_html text NOT NULL,
  kept_at bigint NOT NULL
);
