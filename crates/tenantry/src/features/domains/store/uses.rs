//! What stands under a domain name, in `directory_index` and `directory_object`.

use jiff::Timestamp;
use model::ids::ObjectId;

use crate::db::{DbError, FromRow, Row, TenantScope};
use crate::error::Error;
use crate::graph::filter::{Condition, folded, folded_backwards};
use crate::params;

/// A group or an application.
#[derive(Clone, Debug)]
pub struct Using {
    pub id: ObjectId,
    pub display_name: String,
    pub is_deleted: bool,
    /// The beginning of the value that the index has.
    pub value: String,
}

impl FromRow for Using {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let deleted_at: Option<Timestamp> = row.get("deleted_at")?;
        let value: Vec<u8> = row.get("value")?;
        Ok(Self {
            id: row.get("id")?,
            display_name: row.get("display_name")?,
            is_deleted: deleted_at.is_some(),
            value: String::from_utf8_lossy(&value).into_owned(),
        })
    }
}

const FOUND: &str = "SELECT o.id, o.display_name, o.deleted_at, i.value FROM directory_index i \
    JOIN directory_object o ON o.tenant_id = i.tenant_id AND o.id = i.object_id WHERE i.tenant_id = $1 AND i.property = $2";

fn range(name: &str) -> (Vec<u8>, Vec<u8>) {
    let first = folded_backwards(&format!("@{name}"));
    let mut behind = first.clone();
    if let Some(last) = behind.last_mut() {
        *last += 1;
    }
    (first, behind)
}

/// Groups with an address at a name, deleted or not.
pub async fn groups(scope: &mut TenantScope<'_>, name: &str) -> Result<Vec<Using>, Error> {
    let (first, behind) = range(name);
    let sql = format!("{FOUND} AND i.value >= $3 AND i.value < $4 ORDER BY o.id");
    Ok(scope.all(&sql, params!["group.mail~", first, behind]).await?)
}

/// Every identifier of an application, deleted or not.
pub async fn identifiers(scope: &mut TenantScope<'_>) -> Result<Vec<Using>, Error> {
    let sql = format!("{FOUND} ORDER BY o.id");
    Ok(scope.all(&sql, params!["application.identifierUris"]).await?)
}

/// Applications that show a name as their publisher's.
pub async fn published(scope: &mut TenantScope<'_>, name: &str) -> Result<Vec<Using>, Error> {
    let sql = format!("{FOUND} AND i.value = $3 ORDER BY o.id");
    Ok(scope.all(&sql, params!["application.publisherDomain", folded(name)]).await?)
}

/// Narrows a list of people, groups and applications to those that use a name.
pub fn narrow(condition: &mut Condition, name: &str, applications: &[ObjectId]) {
    let (first, behind) = range(name);
    let (first, behind) = (condition.bind(first), condition.bind(behind));
    let mut sql = format!(
        "(id IN (SELECT object_id FROM directory_index WHERE tenant_id = $1 \
         AND property IN ('user.userPrincipalName~', 'group.mail~') AND value >= {first} AND value < {behind})"
    );
    if !applications.is_empty() {
        let ids: Vec<String> = applications.iter().map(|id| condition.bind(*id)).collect();
        sql.push_str(&format!(" OR id IN ({})", ids.join(", ")));
    }
    sql.push(')');
    condition.and(&sql);
}
