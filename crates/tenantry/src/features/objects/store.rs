//! The tables `directory_object` and `directory_link`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use model::ids::ObjectId;
use model::objects::{ObjectKind, Relation};
use uuid::Uuid;

use super::{Brief, Object, ObjectType};
use crate::db::{DbError, FromRow, Row, Single, TenantScope, Value};
use crate::error::Error;
use crate::graph::changes;
use crate::graph::filter::Condition;
use crate::graph::query::{ObjectQuery, sort_key};
use crate::params;

const COLUMNS: &str = "id, display_name, properties, created_at, deleted_at, version";

impl<P: ObjectType> FromRow for Object<P> {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let properties: String = row.get("properties")?;
        Ok(Self {
            id: row.get("id")?,
            display_name: row.get("display_name")?,
            properties: serde_json::from_str::<P>(&properties)
                .map_err(|error| DbError::Shape(error.to_string()))?
                .at_present(),
            created_at: row.get("created_at")?,
            deleted_at: row.get("deleted_at")?,
            version: row.get("version")?,
        })
    }
}

struct Keyed<P>(Object<P>, String);

impl<P: ObjectType> FromRow for Keyed<P> {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self(Object::from_row(row)?, sort_key(row)?))
    }
}

fn written<P: ObjectType>(object: &Object<P>) -> Result<String, Error> {
    serde_json::to_string(&object.properties.to_keep()).map_err(Error::internal)
}

pub async fn insert<P: ObjectType>(scope: &mut TenantScope<'_>, object: &Object<P>) -> Result<(), Error> {
    let sql = "INSERT INTO directory_object (tenant_id, id, kind, display_name, properties, created_at, version) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (name, kind) = (object.display_name.as_str(), P::KIND.as_str());
    let params = params![object.id, kind, name, written(object)?, object.created_at, object.version];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn update<P: ObjectType>(scope: &mut TenantScope<'_>, object: &Object<P>) -> Result<(), Error> {
    let sql = "UPDATE directory_object SET display_name = $3, properties = $4, deleted_at = $5, version = $6 \
               WHERE tenant_id = $1 AND id = $2";
    let name = object.display_name.as_str();
    let params = params![object.id, name, written(object)?, object.deleted_at, object.version];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn remove(scope: &mut TenantScope<'_>, id: ObjectId) -> Result<(), Error> {
    scope.execute("DELETE FROM directory_object WHERE tenant_id = $1 AND id = $2", params![id]).await?;
    Ok(())
}

pub async fn object<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    id: ObjectId,
) -> Result<Option<Object<P>>, Error> {
    let sql =
        format!("SELECT {COLUMNS} FROM directory_object WHERE tenant_id = $1 AND id = $2 AND kind = $3");
    Ok(scope.optional(&sql, params![id, P::KIND.as_str()]).await?)
}

impl FromRow for Brief {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let kind: String = row.get("kind")?;
        let deleted_at: Option<Timestamp> = row.get("deleted_at")?;
        Ok(Self {
            kind: kind.parse().map_err(|_| DbError::Shape(format!("{kind} in directory_object")))?,
            display_name: row.get("display_name")?,
            is_deleted: deleted_at.is_some(),
        })
    }
}

pub async fn brief(scope: &mut TenantScope<'_>, id: ObjectId) -> Result<Option<Brief>, Error> {
    let sql = "SELECT kind, display_name, deleted_at FROM directory_object WHERE tenant_id = $1 AND id = $2";
    Ok(scope.optional(sql, params![id]).await?)
}

fn of_kind<P: ObjectType>(query: &ObjectQuery) -> ObjectQuery {
    let mut query = query.clone();
    query.condition.and(&format!("kind = '{}'", P::KIND.as_str()));
    query
}

pub async fn version(scope: &mut TenantScope<'_>, id: ObjectId) -> Result<Option<i64>, Error> {
    let sql = "SELECT version FROM directory_object WHERE tenant_id = $1 AND id = $2";
    let found: Option<Single<i64>> = scope.optional(sql, params![id]).await?;
    Ok(found.map(|Single(version)| version))
}

/// Id and version of the first of a list.
pub async fn version_of<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    query: &ObjectQuery,
) -> Result<Option<(ObjectId, i64)>, Error> {
    let (sql, params) = of_kind::<P>(query).reading("id, version", "directory_object");
    let found: Option<Row> = scope.optional(&sql, &params).await?;
    Ok(found.map(|row| Ok::<_, DbError>((row.get("id")?, row.get("version")?))).transpose()?)
}

/// One row more than the page holds.
pub async fn list<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    query: &ObjectQuery,
) -> Result<Vec<(Object<P>, String)>, Error> {
    let (sql, params) = of_kind::<P>(query).reading(COLUMNS, "directory_object");
    let rows: Vec<Keyed<P>> = scope.all(&sql, &params).await?;
    Ok(rows.into_iter().map(|Keyed(object, key)| (object, key)).collect())
}

pub async fn count<P: ObjectType>(scope: &mut TenantScope<'_>, query: &ObjectQuery) -> Result<i64, Error> {
    let (sql, params) = of_kind::<P>(query).counting("directory_object");
    let Single(count) = scope.one(&sql, &params).await?;
    Ok(count)
}

pub struct LinkRow {
    pub id: Uuid,
    pub kind: String,
}

impl FromRow for LinkRow {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { id: row.get("id")?, kind: row.get("kind")? })
    }
}

pub async fn insert_link(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    target: (Uuid, ObjectKind),
) -> Result<bool, Error> {
    let sql = "INSERT INTO directory_link (tenant_id, source_id, relation, target_id, target_kind) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let params = params![source, relation.as_str(), target.0, target.1.as_str()];
    Ok(scope.execute(sql, params).await? > 0)
}

pub async fn delete_link(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    target: Uuid,
) -> Result<bool, Error> {
    let sql = "DELETE FROM directory_link WHERE tenant_id = $1 AND source_id = $2 AND relation = $3 AND target_id = $4";
    Ok(scope.execute(sql, params![source, relation.as_str(), target]).await? > 0)
}

pub async fn is_linked(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    target: Uuid,
) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM directory_link WHERE tenant_id = $1 AND source_id = $2 AND relation = $3 AND target_id = $4";
    let found: Option<Single<i64>> = scope.optional(sql, params![source, relation.as_str(), target]).await?;
    Ok(found.is_some())
}

/// Targets that aren't deleted.
const LIVING: &str = "(EXISTS (SELECT 1 FROM users u WHERE u.tenant_id = $1 AND u.id = target_id AND u.deleted_at IS NULL) \
    OR EXISTS (SELECT 1 FROM directory_object o WHERE o.tenant_id = $1 AND o.id = target_id AND o.deleted_at IS NULL))";

pub async fn links(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    after: Uuid,
    limit: i64,
) -> Result<Vec<LinkRow>, Error> {
    let sql = format!(
        "SELECT target_id AS id, target_kind AS kind FROM directory_link WHERE tenant_id = $1 AND source_id = $2 \
         AND relation = $3 AND target_id > $4 AND {LIVING} ORDER BY target_id LIMIT $5"
    );
    Ok(scope.all(&sql, params![source, relation.as_str(), after, limit]).await?)
}

pub async fn count_links(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    kind: Option<ObjectKind>,
) -> Result<i64, Error> {
    let mut sql = format!(
        "SELECT count(*) FROM directory_link WHERE tenant_id = $1 AND source_id = $2 AND relation = $3 AND {LIVING}"
    );
    if let Some(kind) = kind {
        sql.push_str(&format!(" AND target_kind = '{}'", kind.as_str()));
    }
    let Single(count) = scope.one(&sql, params![source, relation.as_str()]).await?;
    Ok(count)
}

/// Sources that aren't deleted, in the order of ids.
pub async fn holders(
    scope: &mut TenantScope<'_>,
    target: Uuid,
    relation: Relation,
    after: Uuid,
    limit: i64,
) -> Result<Vec<LinkRow>, Error> {
    let sql = "SELECT o.id AS id, o.kind AS kind FROM directory_link l JOIN directory_object o ON o.tenant_id = $1 \
               AND o.id = l.source_id WHERE l.tenant_id = $1 AND l.target_id = $2 AND l.relation = $3 \
               AND l.source_id > $4 AND o.deleted_at IS NULL ORDER BY l.source_id LIMIT $5";
    Ok(scope.all(sql, params![target, relation.as_str(), after, limit]).await?)
}

/// Which of these objects the index keeps under a value.
pub async fn with_value(
    scope: &mut TenantScope<'_>,
    property: &str,
    value: &[u8],
    among: &[Uuid],
) -> Result<BTreeSet<Uuid>, Error> {
    if among.is_empty() {
        return Ok(BTreeSet::new());
    }
    let places: Vec<String> = (0..among.len()).map(|index| format!("${}", index + 4)).collect();
    let sql = format!(
        "SELECT object_id FROM directory_index WHERE tenant_id = $1 AND property = $2 AND value = $3 AND object_id IN ({})",
        places.join(", ")
    );
    let mut params: Vec<Value> = vec![property.into(), value.into()];
    params.extend(among.iter().map(|id| Value::from(*id)));
    let rows: Vec<Single<Uuid>> = scope.all(&sql, &params).await?;
    Ok(rows.into_iter().map(|Single(id)| id).collect())
}

/// Every source with a link of any kind to a target.
pub async fn links_to(
    scope: &mut TenantScope<'_>,
    target: Uuid,
) -> Result<Vec<(ObjectId, String, String, String)>, Error> {
    struct Found(ObjectId, String, String, String);
    impl FromRow for Found {
        fn from_row(row: &Row) -> Result<Self, DbError> {
            Ok(Self(row.get("id")?, row.get("kind")?, row.get("relation")?, row.get("target_kind")?))
        }
    }
    let sql = "SELECT o.id AS id, o.kind AS kind, l.relation AS relation, l.target_kind AS target_kind \
               FROM directory_link l JOIN directory_object o ON o.tenant_id = $1 AND o.id = l.source_id \
               WHERE l.tenant_id = $1 AND l.target_id = $2";
    let found: Vec<Found> = scope.all(sql, params![target]).await?;
    Ok(found.into_iter().map(|Found(id, kind, relation, target)| (id, kind, relation, target)).collect())
}

pub async fn delete_links_to(scope: &mut TenantScope<'_>, target: Uuid) -> Result<(), Error> {
    let sql = "DELETE FROM directory_link WHERE tenant_id = $1 AND target_id = $2";
    scope.execute(sql, params![target]).await?;
    Ok(())
}

/// What a source is linked to, directly or over several links; none of them leads through an object that is deleted.
pub fn reached(condition: &mut Condition, source: ObjectId, relation: Relation, transitive: bool) -> String {
    reached_through(condition, source, relation, if transitive { Through::Living } else { Through::None })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Through {
    None,
    Living,
    All,
}

fn reached_through(
    condition: &mut Condition,
    source: ObjectId,
    relation: Relation,
    through: Through,
) -> String {
    let (source, relation) = (condition.bind(source), relation.as_str());
    let direct = format!(
        "SELECT target_id FROM directory_link WHERE tenant_id = $1 AND source_id = {source} AND relation = '{relation}'"
    );
    let living = match through {
        Through::None => return direct,
        Through::Living => {
            "JOIN directory_object o ON o.tenant_id = $1 AND o.id = reached.id AND o.deleted_at IS NULL "
        }
        Through::All => "",
    };
    format!(
        "WITH RECURSIVE reached(id) AS ({direct} UNION SELECT l.target_id FROM reached {living}\
         JOIN directory_link l ON l.source_id = reached.id WHERE l.tenant_id = $1 AND l.relation = '{relation}') \
         SELECT id FROM reached"
    )
}

/// What is linked to a target, directly or over several links; none of them leads through an object that is deleted.
pub fn reaching(condition: &mut Condition, target: Uuid, relation: Relation, transitive: bool) -> String {
    let (target, relation) = (condition.bind(target), relation.as_str());
    let direct = format!(
        "SELECT source_id FROM directory_link WHERE tenant_id = $1 AND target_id = {target} AND relation = '{relation}'"
    );
    if !transitive {
        return direct;
    }
    format!(
        "WITH RECURSIVE reaching(id) AS ({direct} UNION SELECT l.source_id FROM reaching \
         JOIN directory_object o ON o.tenant_id = $1 AND o.id = reaching.id AND o.deleted_at IS NULL \
         JOIN directory_link l ON l.target_id = reaching.id WHERE l.tenant_id = $1 AND l.relation = '{relation}') \
         SELECT id FROM reaching"
    )
}

/// The groups that a target is in, directly or over several, and the administrative units that it is in itself.
pub fn memberships(condition: &mut Condition, target: Uuid, transitive: bool) -> String {
    let groups = reaching(condition, target, Relation::Member, transitive);
    let (target, relation) = (condition.bind(target), Relation::UnitMember.as_str());
    format!(
        "{groups} UNION SELECT source_id FROM directory_link WHERE tenant_id = $1 AND target_id = {target} \
         AND relation = '{relation}'"
    )
}

pub async fn reaches(
    scope: &mut TenantScope<'_>,
    source: ObjectId,
    relation: Relation,
    target: Uuid,
    through_deleted: bool,
) -> Result<bool, Error> {
    let mut condition = Condition::default();
    let through = if through_deleted { Through::All } else { Through::Living };
    let inside = reached_through(&mut condition, source, relation, through);
    let target = condition.bind(target);
    let sql = format!("SELECT 1 WHERE {target} IN ({inside})");
    let found: Option<Single<i64>> = scope.optional(&sql, &condition.params).await?;
    Ok(found.is_some())
}

pub async fn forget_changes(scope: &mut TenantScope<'_>, before: Timestamp) -> Result<(), Error> {
    Ok(changes::forget_before(scope, before).await?)
}
