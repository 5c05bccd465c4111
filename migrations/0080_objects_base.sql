-- Groups, applications and service principals, whom they belong to, and what changed in the directory.

-- `properties` is one JSON object of the kind's own type: read and written whole, searched through directory_index.
CREATE TABLE directory_object (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  kind text NOT NULL,
  display_name text NOT NULL,
  properties text NOT NULL,
  created_at bigint NOT NULL,
  deleted_at bigint,
  -- Grows with each change; the ETag.
  version bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX directory_object_by_kind ON directory_object (tenant_id, kind, id);
CREATE INDEX directory_object_by_name ON directory_object (tenant_id, kind, lower(display_name), id);
CREATE INDEX directory_object_by_creation ON directory_object (tenant_id, kind, created_at, id);

-- Members of groups, owners of groups and applications. Targets are people, or other objects.
CREATE TABLE directory_link (
  tenant_id uuid NOT NULL,
  source_id uuid NOT NULL,
  relation text NOT NULL,
  target_id uuid NOT NULL,
  target_kind text NOT NULL,
  PRIMARY KEY (tenant_id, source_id, relation, target_id),
  FOREIGN KEY (tenant_id, source_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX directory_link_by_target ON directory_link (tenant_id, target_id, relation, source_id);

-- What changed, in the order of the tenant's own count: what delta queries and webhooks follow.
CREATE TABLE directory_change (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  sequence bigint NOT NULL,
  kind text NOT NULL,
  object_id uuid NOT NULL,
  change text NOT NULL,
  -- The member, where one was added or removed.
  other_id uuid,
  other_kind text,
  at bigint NOT NULL,
  PRIMARY KEY (tenant_id, sequence)
);
CREATE INDEX directory_change_by_kind ON directory_change (tenant_id, kind, sequence);

CREATE TABLE directory_sequence (
  tenant_id uuid NOT NULL PRIMARY KEY REFERENCES tenant (id),
  last bigint NOT NULL
);
