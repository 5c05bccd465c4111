-- Identity providers of organisations: one draft and one that counts, for a domain name.

CREATE TABLE identity_provider (
  tenant_id uuid NOT NULL,
  domain_name text NOT NULL,
  -- draft or enforced
  stage text NOT NULL,
  -- Another after every change: tests and sign-ins under way are bound to it.
  revision uuid NOT NULL,
  issuer text NOT NULL,
  client_id text NOT NULL,
  client_secret bytea NOT NULL,
  name_claim text NOT NULL,
  trusts_second_factor boolean NOT NULL,
  authorization_endpoint text NOT NULL,
  token_endpoint text NOT NULL,
  jwks_uri text NOT NULL,
  userinfo_endpoint text,
  authenticates_by text NOT NULL,
  names_itself boolean NOT NULL,
  saved_at bigint NOT NULL,
  tested_at bigint,
  tested_name text,
  tested_subject text,
  tested_second_factor boolean,
  PRIMARY KEY (tenant_id, domain_name, stage),
  FOREIGN KEY (tenant_id, domain_name) REFERENCES domain (tenant_id, name) ON DELETE CASCADE
);

-- The revision of the provider that signs people in under a held name. It goes with the hold.
ALTER TABLE verified_domain ADD COLUMN identity_provider uuid;

-- Who somebody is at a provider.
CREATE TABLE federated_identity (
  tenant_id uuid NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id uuid NOT NULL,
  domain_name text NOT NULL,
  linked_at bigint NOT NULL,
  last_used_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, issuer, subject),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX federated_identity_by_user ON federated_identity (tenant_id, user_id);
CREATE INDEX federated_identity_by_domain ON federated_identity (tenant_id, domain_name);

-- Answers of providers that were taken: none counts twice, whichever node it comes to.
CREATE TABLE provider_answer_seen (
  tenant_id uuid NOT NULL,
  hash bytea NOT NULL,
  until bigint NOT NULL,
  PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX provider_answer_seen_by_end ON provider_answer_seen (tenant_id, until);
