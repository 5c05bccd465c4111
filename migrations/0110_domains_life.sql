-- Domain names for life: proven again daily, lapsed, contested, removed by force.

-- Where a held name stands; names that are verified with one above carry what that one has.
ALTER TABLE domain ADD COLUMN proven_at bigint;
ALTER TABLE domain ADD COLUMN failing_since bigint;
ALTER TABLE domain ADD COLUMN warned_at bigint;
ALTER TABLE domain ADD COLUMN lapses_at bigint;
ALTER TABLE domain ADD COLUMN lapsed_at bigint;
ALTER TABLE domain ADD COLUMN removing_since bigint;
-- When evidence of the proof was written last.
ALTER TABLE domain ADD COLUMN evidenced_at bigint;
-- Words with spaces between.
ALTER TABLE domain ADD COLUMN supported_services text NOT NULL DEFAULT 'Email';

-- When DNS is asked again; null for names that have no record of their own. What is due and needs none is put right then.
ALTER TABLE verified_domain ADD COLUMN due_at bigint;
-- A lapsed name may be proven by another tenant.
ALTER TABLE verified_domain ADD COLUMN lapsed_at bigint;
UPDATE verified_domain SET due_at = verified_at;
CREATE INDEX verified_domain_due ON verified_domain (due_at) WHERE due_at IS NOT NULL;

-- Who had the name last, and when it last went from one tenant to another: what was begun before that counts no more.
ALTER TABLE domain_epoch ADD COLUMN tenant_id uuid;
ALTER TABLE domain_epoch ADD COLUMN changed_at bigint;
UPDATE domain_epoch SET tenant_id = (SELECT v.tenant_id FROM verified_domain v WHERE v.name = domain_epoch.name);

-- Global, since it is between two tenants: another one has proven a lapsed name. One case a name.
CREATE TABLE domain_case (
  name text PRIMARY KEY,
  id uuid NOT NULL,
  holder_id uuid NOT NULL REFERENCES tenant (id),
  claimant_id uuid NOT NULL REFERENCES tenant (id),
  opened_at bigint NOT NULL,
  decided_at bigint NOT NULL,
  look_at bigint NOT NULL
);
CREATE INDEX domain_case_look ON domain_case (look_at);

-- Global: who proved it while a case was open, in the order of their proofs.
CREATE TABLE domain_case_waiting (
  name text NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  proven_at bigint NOT NULL,
  PRIMARY KEY (name, tenant_id)
);

-- A name that goes: removed by force, or lost to another tenant.
CREATE TABLE domain_departure (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  name text NOT NULL,
  reason text NOT NULL,
  started_at bigint NOT NULL,
  started_by text NOT NULL,
  total integer NOT NULL,
  finished_at bigint,
  PRIMARY KEY (tenant_id, name)
);

-- Who and what got another name by that. `suffixed`: the plain one was taken. `told`: log, index and mail followed.
CREATE TABLE domain_rename (
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  old_name text NOT NULL,
  object_id uuid NOT NULL,
  new_name text NOT NULL,
  suffixed boolean NOT NULL,
  told boolean NOT NULL,
  PRIMARY KEY (tenant_id, name, kind, old_name),
  FOREIGN KEY (tenant_id, name) REFERENCES domain_departure (tenant_id, name) ON DELETE CASCADE
);
CREATE INDEX domain_rename_untold ON domain_rename (tenant_id, name, object_id) WHERE told = FALSE;

-- Deleted people have names too.
CREATE INDEX users_by_domain ON users (tenant_id, domain_name, id);
