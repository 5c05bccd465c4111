-- What a tenant keeps of people beside their names, how the API finds them by it, and the tokens that it is asked with.

-- `properties` is one JSON object: it is read and written whole, and searched through directory_index.
ALTER TABLE users ADD COLUMN properties text NOT NULL DEFAULT '{}';
ALTER TABLE users ADD COLUMN user_type text NOT NULL DEFAULT 'Member';
ALTER TABLE users ADD COLUMN manager_id uuid;
-- Grows with each change; the ETag.
ALTER TABLE users ADD COLUMN version bigint NOT NULL DEFAULT 1;
CREATE INDEX users_by_manager ON users (tenant_id, manager_id);
CREATE INDEX users_by_creation ON users (tenant_id, created_at, id);

-- One row a value of an object of the directory, folded to bytes so that equality and prefix are the same range of the
-- key on both engines. A property that isn't set has no row.
CREATE TABLE directory_index (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  property text NOT NULL,
  value bytea NOT NULL,
  object_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, property, value, object_id)
);
CREATE INDEX directory_index_by_object ON directory_index (tenant_id, object_id);

-- Its words stand in directory_index now, under user#word.
DROP TABLE user_word;

-- Tokens that the operator hands out for the API. Only a hash of the secret is kept.
CREATE TABLE access_token (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  secret_hash bytea NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  revoked_at bigint,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX access_token_by_user ON access_token (tenant_id, user_id);
