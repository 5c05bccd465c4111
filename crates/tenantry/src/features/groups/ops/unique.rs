//! Names that only one group of a tenant has, and limits on how many groups there are of a kind.

use model::groups::{GroupProperties, MOST_ROLE_ASSIGNABLE};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use protocol::odata::{Comparison, Filter, Literal, Path};

use crate::db::TenantScope;
use crate::error::Error;
use crate::features::groups::{GROUPS, Group};
use crate::features::objects;
use crate::graph::filter::Condition;
use crate::graph::query::ObjectQuery;

/// Groups of one name that are told by their ids.
const SHOWN: usize = 10;

fn with(property: &str, value: Literal) -> Result<Condition, Error> {
    let mut condition = Condition::default();
    let property = Path(vec![property.to_owned()]);
    let filter = Filter::Compare { property, comparison: Comparison::Equal, value };
    condition.of_filter(&GROUPS, &filter)?;
    Ok(condition)
}

async fn refuse_taken(
    scope: &mut TenantScope<'_>,
    property: &'static str,
    value: &str,
    own: Option<ObjectId>,
) -> Result<(), Error> {
    let condition = with(property, Literal::Text(value.to_owned()))?;
    let holders = objects::list::<GroupProperties>(scope, &ObjectQuery::of(condition, 2)).await?;
    let is_other = |group: &Group| Some(group.id) != own;
    if holders.items.iter().any(is_other) {
        return Err(Refusal::new(Code::GroupNameTaken).on(property).with("property", property).into());
    }
    Ok(())
}

/// The group with this unique name, which isn't deleted.
///
/// # Errors
/// When the engine fails.
pub async fn find_by_unique_name(scope: &mut TenantScope<'_>, name: &str) -> Result<Option<Group>, Error> {
    let condition = with("uniqueName", Literal::Text(name.to_owned()))?;
    Ok(objects::list::<GroupProperties>(scope, &ObjectQuery::of(condition, 1)).await?.items.pop())
}

/// The one group with this display name, among those that are deleted or among the others.
///
/// # Errors
/// Not there, [`Code::GroupNameAmbiguous`] where several have it, or the engine fails.
pub async fn find_by_display_name(
    scope: &mut TenantScope<'_>,
    name: &str,
    deleted: bool,
) -> Result<ObjectId, Error> {
    let condition = with("displayName", Literal::Text(name.to_owned()))?;
    let query = ObjectQuery { deleted, ..ObjectQuery::of(condition, SHOWN) };
    let found = objects::list::<GroupProperties>(scope, &query).await?.items;
    match found.as_slice() {
        [] => Err(Error::not_found()),
        [only] => Ok(only.id),
        several => {
            let ids: Vec<_> = several.iter().map(|group| group.id.to_string()).collect();
            Err(Refusal::new(Code::GroupNameAmbiguous).with("ids", ids.join(", ")).into())
        }
    }
}

/// Refuses a mail address or a unique name that another group has.
pub(super) async fn require_free(
    scope: &mut TenantScope<'_>,
    properties: &GroupProperties,
    own: Option<ObjectId>,
) -> Result<(), Error> {
    if let Some(name) = properties.text("uniqueName") {
        refuse_taken(scope, "uniqueName", name, own).await?;
    }
    match &properties.mail {
        Some(mail) => refuse_taken(scope, "mail", mail, own).await.map_err(|error| match error {
            Error::Refused(_) => {
                let refusal = Refusal::new(Code::GroupNameTaken).on("mailNickname");
                refusal.with("property", "mailNickname").into()
            }
            other => other,
        }),
        None => Ok(()),
    }
}

/// Refuses one group too many that roles can be granted to.
pub(super) async fn require_room(
    scope: &mut TenantScope<'_>,
    properties: &GroupProperties,
) -> Result<(), Error> {
    if !properties.is_role_assignable() {
        return Ok(());
    }
    let condition = with("isAssignableToRole", Literal::Bool(true))?;
    let there = objects::count::<GroupProperties>(scope, &ObjectQuery::of(condition, 1)).await?;
    if there < MOST_ROLE_ASSIGNABLE {
        return Ok(());
    }
    Err(Refusal::new(Code::GroupRolesTooMany).with("max", MOST_ROLE_ASSIGNABLE.to_string()).into())
}
