//! What somebody may use, over the tables of assignments, grants and memberships.

use uuid::Uuid;

use crate::db::{Single, TenantScope};
use crate::error::Error;
use crate::graph::filter::Condition;
use crate::params;

/// Service principals that somebody is assigned to, by themselves or by a group that they are directly in, or that they let use their
/// account.
pub fn narrow_to_used_by(condition: &mut Condition, user: Uuid) {
    let user = condition.bind(user);
    condition.and(&format!(
        "id IN (SELECT a.resource_id FROM app_role_assignment a WHERE a.tenant_id = $1 AND a.principal_id = {user} \
         UNION SELECT a.resource_id FROM app_role_assignment a JOIN directory_link l ON l.tenant_id = a.tenant_id \
         AND l.source_id = a.principal_id AND l.relation = 'member' WHERE a.tenant_id = $1 AND l.target_id = {user} \
         AND a.principal_kind = 'group' \
         UNION SELECT g.client_id FROM oauth2_permission_grant g WHERE g.tenant_id = $1 AND g.principal_id = {user})"
    ));
}

/// Groups that are assigned to a service principal and that somebody is directly in, at most `limit`.
pub async fn assigned_groups(
    scope: &mut TenantScope<'_>,
    (resource, user): (Uuid, Uuid),
    limit: usize,
) -> Result<Vec<Uuid>, Error> {
    let sql = format!(
        "SELECT DISTINCT a.principal_id FROM app_role_assignment a JOIN directory_link l ON l.tenant_id = a.tenant_id \
         AND l.source_id = a.principal_id AND l.relation = 'member' \
         JOIN directory_object o ON o.tenant_id = l.tenant_id AND o.id = l.source_id AND o.deleted_at IS NULL \
         WHERE a.tenant_id = $1 AND a.resource_id = $2 AND a.principal_kind = 'group' AND l.target_id = $3 \
         ORDER BY a.principal_id LIMIT {limit}"
    );
    let rows: Vec<Single<Uuid>> = scope.all(&sql, params![resource, user]).await?;
    Ok(rows.into_iter().map(|Single(group)| group).collect())
}
