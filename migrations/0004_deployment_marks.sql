-- Global: what a deployment must find as it left it, such as the mark of its master key.
CREATE TABLE deployment_mark (
  name text PRIMARY KEY,
  mark bytea NOT NULL
);
