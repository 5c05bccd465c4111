-- Imports of people: a file with the verdict on each of its rows, and later what became of them.

CREATE TABLE people_import (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  file_name text NOT NULL,
  -- draft, running, done, stopped
  state text NOT NULL,
  -- How people get their first password: password, invitation.
  way text NOT NULL,
  language text NOT NULL,
  -- Names of columns that weren't read, a JSON array.
  passed_over text NOT NULL,
  created_at bigint NOT NULL,
  started_at bigint,
  -- Who started it. None: the operator.
  started_by uuid,
  started_by_name text NOT NULL,
  ended_at bigint,
  -- Why it stopped before its end: reason and remedy, as JSON.
  stopped text,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE people_import_row (
  tenant_id uuid NOT NULL,
  import_id uuid NOT NULL,
  number bigint NOT NULL,
  line bigint NOT NULL,
  -- What the row says by the names of columns, one JSON object.
  content text NOT NULL,
  sign_in_name text NOT NULL,
  display_name text NOT NULL,
  -- good, warned, refused; then created, failed
  state text NOT NULL,
  -- Reasons and remedies, a JSON array.
  told text NOT NULL,
  user_id uuid,
  -- The initial password, encrypted, until it is fetched.
  password bytea,
  PRIMARY KEY (tenant_id, import_id, number),
  FOREIGN KEY (tenant_id, import_id) REFERENCES people_import (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX people_import_row_by_state ON people_import_row (tenant_id, import_id, state, number);
