-- How applications sign people in, beyond the properties of Microsoft Graph.

-- JSON, in the names of OpenID Connect's registration.
CREATE TABLE application_sign_in (
  tenant_id uuid NOT NULL,
  application_id uuid NOT NULL,
  settings text NOT NULL,
  -- When the application registered itself; null where a person did.
  registered_at bigint,
  PRIMARY KEY (tenant_id, application_id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX application_sign_in_by_registration ON application_sign_in (tenant_id, registered_at);

-- Stands where the tenant lets applications register themselves.
CREATE TABLE client_registration (
  tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
  -- Null: nobody needs a token.
  token_hash bytea,
  changed_at bigint NOT NULL
);

-- Requests that clients pushed (RFC 9126). Their names are made of the id with a key.
CREATE TABLE pushed_request (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  client_id uuid NOT NULL,
  -- JSON: what the client sent.
  parameters text NOT NULL,
  expires_at bigint NOT NULL,
  -- When a browser brought its name, which counts once.
  opened_at bigint,
  -- When it was answered.
  closed_at bigint,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX pushed_request_by_client ON pushed_request (tenant_id, client_id, expires_at);
