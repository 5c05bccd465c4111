-- Webhooks: where a tenant's changes are told, what is to be told, and what came of it.

-- 0: nobody follows the changes; 1: somebody does; 2: and their job waits in the queue.
ALTER TABLE directory_sequence ADD COLUMN followed bigint NOT NULL DEFAULT 0;

CREATE TABLE webhook (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  url text NOT NULL,
  description text NOT NULL,
  -- Names of events with spaces between them.
  events text NOT NULL,
  state text NOT NULL,
  -- Encrypted; the one before signs too until its time is over.
  secret bytea NOT NULL,
  former_secret bytea,
  former_until bigint,
  created_at bigint NOT NULL,
  -- The last change that deliveries were made of.
  sequence bigint NOT NULL,
  -- Since when, and how often in a row, nothing has arrived; until when it is left alone.
  failing_since bigint,
  failures bigint NOT NULL,
  resting_until bigint,
  PRIMARY KEY (tenant_id, id)
);

-- One event for one webhook. The payload is what is sent and signed, byte for byte.
CREATE TABLE webhook_delivery (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  sequence bigint NOT NULL,
  event text NOT NULL,
  payload text NOT NULL,
  created_at bigint NOT NULL,
  state text NOT NULL,
  -- Tries so far, and those of them since it was last asked for.
  attempts bigint NOT NULL,
  tries bigint NOT NULL,
  -- None once it has arrived or failed.
  next_at bigint,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhook (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (tenant_id, webhook_id, sequence, id);
CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, webhook_id, next_at, sequence);
CREATE INDEX webhook_delivery_by_age ON webhook_delivery (tenant_id, created_at);

CREATE TABLE webhook_attempt (
  tenant_id uuid NOT NULL,
  delivery_id uuid NOT NULL,
  number bigint NOT NULL,
  at bigint NOT NULL,
  outcome text NOT NULL,
  status bigint,
  milliseconds bigint NOT NULL,
  excerpt text NOT NULL,
  PRIMARY KEY (tenant_id, delivery_id, number),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES webhook_delivery (tenant_id, id) ON DELETE CASCADE
);

-- The one job that sends for the tenant: when it is to run, and its number, by which one that was overtaken knows it.
CREATE TABLE webhook_turn (
  tenant_id uuid NOT NULL PRIMARY KEY REFERENCES tenant (id),
  number bigint NOT NULL,
  at bigint
);
