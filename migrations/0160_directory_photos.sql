-- Photos of people, without what pictures tell beside. Whoever is removed for good takes theirs along.

CREATE TABLE user_photo (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  content_type text NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  -- Of the picture, not of the person.
  etag text NOT NULL,
  image bytea NOT NULL,
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
