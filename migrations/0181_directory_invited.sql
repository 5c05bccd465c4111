-- Who was invited and hasn't accepted yet.
CREATE INDEX invitation_open ON invitation (tenant_id, user_id) WHERE consumed_at IS NULL AND revoked_at IS NULL;
