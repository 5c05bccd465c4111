-- The billing account of a tenant, its cards, and the draft of one that is being set up.

CREATE TABLE billing_account (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  kind text NOT NULL,
  legal_name text NOT NULL,
  legal_name_western text NOT NULL,
  country text NOT NULL,
  address_lines text NOT NULL,
  address_lines_western text NOT NULL,
  city text NOT NULL,
  city_western text NOT NULL,
  region text NOT NULL,
  postal_code text NOT NULL,
  given_name text NOT NULL,
  surname text NOT NULL,
  contact_email text NOT NULL,
  phone text NOT NULL,
  website text,
  registration_id text,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
-- At most one billing account a tenant.
CREATE UNIQUE INDEX billing_account_one ON billing_account (tenant_id);

CREATE TABLE payment_method (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  billing_account_id uuid NOT NULL,
  provider text NOT NULL,
  reference text NOT NULL,
  brand text NOT NULL,
  last_four text NOT NULL,
  expiry_month integer NOT NULL,
  expiry_year integer NOT NULL,
  country text,
  cardholder text,
  is_default boolean NOT NULL,
  added_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, billing_account_id) REFERENCES billing_account (tenant_id, id)
);
-- A card that is sent twice is kept once.
CREATE UNIQUE INDEX payment_method_by_reference ON payment_method (tenant_id, provider, reference);

-- What an administrator has entered so far of a billing account to be.
CREATE TABLE billing_set_up (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  organisation text,
  payment_setup text,
  updated_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
