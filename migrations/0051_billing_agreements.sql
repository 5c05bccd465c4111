-- Receipts of accepted agreements.

-- Global: the exact texts, each once under the SHA-256 of it. Nothing of a tenant stands in them.
CREATE TABLE agreement_text (
  hash text PRIMARY KEY,
  text text NOT NULL
);

CREATE TABLE agreement_acceptance (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  user_id uuid,
  version text NOT NULL,
  language text NOT NULL,
  country text NOT NULL,
  title text NOT NULL,
  text_hash text NOT NULL REFERENCES agreement_text (hash),
  organisation text NOT NULL,
  signer_name text NOT NULL,
  signer_title text NOT NULL,
  signer_email text NOT NULL,
  accepted_at bigint NOT NULL,
  ip text NOT NULL,
  user_agent text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
