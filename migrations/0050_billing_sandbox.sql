-- Global: setups of the built-in sandbox payment provider. Card numbers and CVCs have no column.
CREATE TABLE sandbox_setup (
  id text PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  state text NOT NULL,
  -- The issuer's reason where it declined, the card as JSON where it succeeded.
  detail text NOT NULL,
  created_at bigint NOT NULL
);
