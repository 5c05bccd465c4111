-- A client that everybody uses has a grant of each person: a sign-in looks at one's own alone.
CREATE INDEX oauth2_permission_grant_by_client_and_principal ON oauth2_permission_grant (tenant_id, client_id, principal_id, resource_id);
