-- When a tenant's log last told that a client showed a wrong credential, so that many in a row stand there once a minute.
CREATE TABLE client_refusal (
  tenant_id uuid NOT NULL,
  client_id uuid NOT NULL,
  told_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, client_id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);
