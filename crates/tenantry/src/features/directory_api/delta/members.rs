//! Who came into a group and who left it: `members@delta` (facts §7.4).

use std::collections::BTreeMap;

use model::ids::ObjectId;
use model::objects::{ChangeKind, ObjectKind, Relation};
use protocol::odata::Path;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::Actor;
use crate::db::{Position, TenantScope};
use crate::error::Error;
use crate::features::objects;
use crate::graph::changes::DirectoryChange;

pub const NAME: &str = "members@delta";
const SELECTED: &str = "members";

/// Does a question ask for them? Only groups have members, and without `$select` they come with the rest.
pub fn wanted(kind: ObjectKind, select: &[Path]) -> bool {
    kind == ObjectKind::Group && (select.is_empty() || select.iter().any(|path| path.text() == SELECTED))
}

/// What is selected of the object itself. Where that is nothing, its id.
pub fn others(select: &[Path]) -> Vec<Path> {
    let others: Vec<Path> = select.iter().filter(|path| path.text() != SELECTED).cloned().collect();
    if others.is_empty() && !select.is_empty() { vec![Path(vec!["id".to_owned()])] } else { others }
}

fn member(id: Uuid, kind: ObjectKind) -> Value {
    json!({ "@odata.type": kind.odata_type(), "id": id })
}

/// The next members of a group after one of them, and the last of these where there are more; none where the actor may
/// not see who is in it.
///
/// # Errors
/// When the engine fails.
pub async fn page(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (group, after): (Uuid, Option<Uuid>),
    limit: usize,
) -> Result<(Vec<Value>, Option<Uuid>), Error> {
    if !objects::sees_members(scope, actor, ObjectId(group)).await? {
        return Ok((Vec::new(), None));
    }
    let from = after.map(|id| Position { backward: false, key: String::new(), id });
    let found = objects::linked(scope, ObjectId(group), Relation::Member, from.as_ref(), limit).await?;
    let members = found.items.iter().map(|linked| member(linked.id, linked.kind)).collect();
    Ok((members, found.next.map(|position| position.id)))
}

/// What became of the members of each group, the last word on each.
pub fn changed(rows: &[DirectoryChange]) -> BTreeMap<Uuid, Vec<Value>> {
    let mut last: BTreeMap<(Uuid, Uuid), (ObjectKind, ChangeKind)> = BTreeMap::new();
    for row in rows {
        if let Some((other, kind)) = row.other {
            last.insert((row.object, other), (kind, row.change));
        }
    }
    let mut changed: BTreeMap<Uuid, Vec<Value>> = BTreeMap::new();
    for ((group, other), (kind, change)) in last {
        let mut value = member(other, kind);
        if change == ChangeKind::MemberRemoved {
            value["@removed"] = json!({ "reason": "deleted" });
        }
        changed.entry(group).or_default().push(value);
    }
    changed
}
