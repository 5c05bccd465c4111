use model::ids::ObjectId;
use model::objects::ObjectKind;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::features::applications::ops::assignments::{Assignment, AssignmentSide};
use crate::graph::filter::Condition;
use crate::graph::index::has_words;
use crate::params;

impl FromRow for Assignment {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let kind: String = row.get("principal_kind")?;
        Ok(Self {
            id: row.get("id")?,
            resource_id: row.get("resource_id")?,
            resource_name: row.get("resource_name")?,
            principal_id: row.get("principal_id")?,
            principal_kind: kind
                .parse()
                .map_err(|_| DbError::Shape(format!("{kind} in app_role_assignment")))?,
            principal_name: row.get("principal_name")?,
            app_role_id: row.get("app_role_id")?,
            created_at: row.get("created_at")?,
        })
    }
}

/// Assignments whose both ends are there and not deleted.
const LIVING: &str = "SELECT a.id, a.resource_id, r.display_name AS resource_name, a.principal_id, a.principal_kind, \
    coalesce(u.display_name, o.display_name) AS principal_name, a.app_role_id, a.created_at FROM app_role_assignment a \
    JOIN directory_object r ON r.tenant_id = $1 AND r.id = a.resource_id AND r.deleted_at IS NULL \
    LEFT JOIN users u ON u.tenant_id = $1 AND u.id = a.principal_id AND u.deleted_at IS NULL \
    LEFT JOIN directory_object o ON o.tenant_id = $1 AND o.id = a.principal_id AND o.deleted_at IS NULL \
    WHERE a.tenant_id = $1 AND (u.id IS NOT NULL OR o.id IS NOT NULL)";

pub async fn insert(scope: &mut TenantScope<'_>, new: &Assignment) -> Result<(), Error> {
    let sql = "INSERT INTO app_role_assignment (tenant_id, id, resource_id, principal_id, principal_kind, app_role_id, \
               created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let kind = new.principal_kind.as_str();
    let params = params![new.id, new.resource_id, new.principal_id, kind, new.app_role_id, new.created_at];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn exists(
    scope: &mut TenantScope<'_>,
    resource: ObjectId,
    principal: Uuid,
    role: Uuid,
) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM app_role_assignment WHERE tenant_id = $1 AND resource_id = $2 AND principal_id = $3 \
               AND app_role_id = $4";
    let found: Option<Single<i64>> = scope.optional(sql, params![resource, principal, role]).await?;
    Ok(found.is_some())
}

/// By the principal itself or by a group that it is directly in.
pub async fn roles_at(
    scope: &mut TenantScope<'_>,
    resource: ObjectId,
    principal: Uuid,
) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT DISTINCT a.app_role_id FROM app_role_assignment a WHERE a.tenant_id = $1 AND a.resource_id = $2 \
               AND (a.principal_id = $3 OR (a.principal_kind = 'group' AND EXISTS (SELECT 1 FROM directory_link l \
               JOIN directory_object o ON o.tenant_id = l.tenant_id AND o.id = l.source_id AND o.deleted_at IS NULL \
               WHERE l.tenant_id = $1 AND l.source_id = a.principal_id AND l.relation = 'member' AND l.target_id = $3))) \
               ORDER BY a.app_role_id";
    let rows: Vec<Single<Uuid>> = scope.all(sql, params![resource, principal]).await?;
    Ok(rows.into_iter().map(|Single(role)| role).collect())
}

pub async fn get(scope: &mut TenantScope<'_>, id: Uuid) -> Result<Option<Assignment>, Error> {
    Ok(scope.optional(&format!("{LIVING} AND a.id = $2"), params![id]).await?)
}

pub async fn list(
    scope: &mut TenantScope<'_>,
    side: AssignmentSide,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Assignment>, Error> {
    let (column, id) = match side {
        AssignmentSide::Resource(id) => ("resource_id", id),
        AssignmentSide::Principal(id) => ("principal_id", id),
    };
    let sql = format!("{LIVING} AND a.{column} = $2 AND a.id > $3 ORDER BY a.id LIMIT $4");
    Ok(scope.all(&sql, params![id, after, limit]).await?)
}

pub async fn delete(scope: &mut TenantScope<'_>, id: Uuid) -> Result<(), Error> {
    scope.execute("DELETE FROM app_role_assignment WHERE tenant_id = $1 AND id = $2", params![id]).await?;
    Ok(())
}

pub async fn forget_principal(scope: &mut TenantScope<'_>, principal: Uuid) -> Result<(), Error> {
    let sql = "DELETE FROM app_role_assignment WHERE tenant_id = $1 AND principal_id = $2";
    scope.execute(sql, params![principal]).await?;
    Ok(())
}

/// The roles that a principal has, each with whose role it is.
pub async fn roles_of(scope: &mut TenantScope<'_>, principal: Uuid) -> Result<Vec<(Uuid, Uuid)>, Error> {
    struct Found(Uuid, Uuid);
    impl FromRow for Found {
        fn from_row(row: &Row) -> Result<Self, DbError> {
            Ok(Self(row.get("resource_id")?, row.get("app_role_id")?))
        }
    }
    let sql =
        "SELECT resource_id, app_role_id FROM app_role_assignment WHERE tenant_id = $1 AND principal_id = $2";
    let found: Vec<Found> = scope.all(sql, params![principal]).await?;
    Ok(found.into_iter().map(|Found(resource, role)| (resource, role)).collect())
}

/// What a principal is, where it is there and not deleted.
pub async fn principal(scope: &mut TenantScope<'_>, id: Uuid) -> Result<Option<(ObjectKind, String)>, Error> {
    struct Found(String, String);
    impl FromRow for Found {
        fn from_row(row: &Row) -> Result<Self, DbError> {
            Ok(Self(row.get("kind")?, row.get("name")?))
        }
    }
    let sql = "SELECT 'user' AS kind, display_name AS name FROM users WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL \
               UNION ALL SELECT kind, display_name FROM directory_object WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL";
    let found: Option<Found> = scope.optional(sql, params![id]).await?;
    Ok(found.and_then(|Found(kind, name)| Some((kind.parse().ok()?, name))))
}

/// People or objects whose names have words that begin so: id, name, and the name that a person signs in with.
pub async fn candidates(
    scope: &mut TenantScope<'_>,
    kind: ObjectKind,
    search: &str,
    limit: usize,
) -> Result<Vec<(Uuid, String, String)>, Error> {
    let mut condition = Condition::default();
    condition.and("deleted_at IS NULL");
    has_words(&mut condition, kind, search);
    let columns = match kind {
        ObjectKind::User => "id, display_name, user_name || '@' || domain_name AS detail FROM users",
        other => {
            condition.and(&format!("kind = '{}'", other.as_str()));
            "id, display_name, '' AS detail FROM directory_object"
        }
    };
    let sql = format!(
        "SELECT {columns} WHERE tenant_id = $1 AND {} \
         ORDER BY lower(display_name), id LIMIT {limit}",
        condition.sql
    );
    let rows: Vec<Row> = scope.all(&sql, &condition.params).await?;
    let read = |row: &Row| Ok((row.get("id")?, row.get("display_name")?, row.get("detail")?));
    Ok(rows.iter().map(read).collect::<Result<_, DbError>>()?)
}
