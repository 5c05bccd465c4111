-- When somebody asked for a delivery by hand; none once it was tried. It is tried while others are held back.
ALTER TABLE webhook_delivery ADD COLUMN asked_at bigint;
CREATE INDEX webhook_delivery_asked ON webhook_delivery (tenant_id, webhook_id, asked_at, sequence) WHERE asked_at IS NOT NULL;
