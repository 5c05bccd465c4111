-- Of a change of a domain name, which has no id: object_id is nil beside it.
ALTER TABLE directory_change ADD COLUMN name text;
