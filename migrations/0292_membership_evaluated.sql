-- Whether a rule was asked of everybody since it was stored.
ALTER TABLE membership_rule ADD COLUMN evaluated boolean NOT NULL DEFAULT TRUE;
