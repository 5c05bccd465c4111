-- Tenants and their names. Global tables: a tenant is found by id, a verified name belongs to one tenant.

CREATE TABLE tenant (
  id uuid PRIMARY KEY,
  display_name text NOT NULL,
  country text NOT NULL,
  technical_contact text NOT NULL,
  created_at bigint NOT NULL,
  deleted_at bigint
);

-- A verified name, custom or initial: the routing of sign-in. One tenant a name, atomically.
CREATE TABLE verified_domain (
  name text PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  epoch integer NOT NULL,
  verified_at bigint NOT NULL
);
CREATE INDEX verified_domain_by_tenant ON verified_domain (tenant_id);

-- Initial-domain prefixes, taken by a tenant or held for the sign-up that chose one. Look-alikes share a skeleton.
CREATE TABLE initial_prefix (
  prefix text PRIMARY KEY,
  skeleton text NOT NULL UNIQUE,
  tenant_id uuid,
  sign_up_id uuid,
  held_until bigint
);
CREATE INDEX initial_prefix_by_sign_up ON initial_prefix (sign_up_id);

-- A tenant's names, verified or claimed. Unverified claims of several tenants may coexist.
CREATE TABLE domain (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  name text NOT NULL,
  is_initial boolean NOT NULL,
  is_primary boolean NOT NULL,
  token text NOT NULL,
  added_at bigint NOT NULL,
  verified_at bigint,
  checked_at bigint,
  PRIMARY KEY (tenant_id, name)
);
