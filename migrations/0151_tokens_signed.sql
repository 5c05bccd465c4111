-- A token is signed; its row says whether it is alive.
ALTER TABLE access_token DROP COLUMN secret_hash;
