-- Policies that say how SAML tokens are signed, beside those that map claims.

CREATE TABLE token_issuance_policy (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  display_name text NOT NULL,
  description text,
  definition text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE token_issuance_policy_assignment (
  tenant_id uuid NOT NULL,
  service_principal_id uuid NOT NULL,
  policy_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, service_principal_id),
  FOREIGN KEY (tenant_id, service_principal_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, policy_id) REFERENCES token_issuance_policy (tenant_id, id)
);
CREATE INDEX token_issuance_policy_assignment_by_policy ON token_issuance_policy_assignment (tenant_id, policy_id);
