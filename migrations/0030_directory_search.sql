-- Search and order in the list of people.

-- The words that a person is found by, folded to lower case without accents. Bytes, so that a prefix is the same
-- range of the index on both engines.
CREATE TABLE user_word (
  tenant_id uuid NOT NULL,
  word bytea NOT NULL,
  user_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, word, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX user_word_by_user ON user_word (tenant_id, user_id);

CREATE INDEX users_by_sort_name ON users (tenant_id, lower(display_name), id);
CREATE INDEX users_by_user_name ON users (tenant_id, user_name, id);
