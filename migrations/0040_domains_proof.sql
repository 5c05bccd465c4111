-- A subdomain may be verified with a name above it that the same tenant has proven; that name then can't be removed.
ALTER TABLE domain ADD COLUMN verified_with text;
CREATE INDEX domain_by_verified_with ON domain (tenant_id, verified_with);

-- At most one primary name a tenant.
CREATE UNIQUE INDEX domain_primary ON domain (tenant_id) WHERE is_primary;

-- Global: how often a name was proven. Each proof after a removal starts a new epoch.
CREATE TABLE domain_epoch (
  name text PRIMARY KEY,
  epoch integer NOT NULL
);
