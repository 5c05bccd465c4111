//! The address of a group whose domain name goes.

use model::audit::{Activity, Change, TargetKind};
use model::domains::rename::numbered;
use model::ids::ObjectId;

use super::unique::require_free;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::groups::Group;
use crate::features::objects;
use crate::moment::Moment;

/// Characters of a mail nickname (facts §7.1).
const LONGEST: usize = 64;

/// Moves the address of a group, deleted or not, to another domain name, and gives the old one, the new one, and whether
/// the plain one was taken.
///
/// # Errors
/// When the engine fails.
pub async fn rehome(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    group: ObjectId,
    to: &str,
    moment: &Moment,
) -> Result<Option<(String, String, bool)>, Error> {
    let Some(mut found): Option<Group> = objects::find(scope, group).await? else { return Ok(None) };
    let Some(old) = found.properties.mail.clone() else { return Ok(None) };
    let local = old.split('@').next().unwrap_or_default().to_owned();
    for number in 1_u32.. {
        let name = numbered(&local, number, LONGEST);
        let new = format!("{name}@{to}");
        found.properties.mail = Some(new.clone());
        match require_free(scope, &found.properties, Some(group)).await {
            Ok(()) => {}
            Err(Error::Refused(_)) => continue,
            Err(other) => return Err(other),
        }
        let is_suffixed = number > 1;
        if is_suffixed {
            found.properties.texts.insert("mailNickname".into(), name);
        }
        objects::save(scope, &mut found, moment).await?;
        let event = Event::new(Activity::GroupUpdated, TargetKind::Group, group, &found.display_name)
            .changes(Change::between("mail", &old, &new));
        audit::record(scope, actor, event, moment).await?;
        return Ok(Some((old, new, is_suffixed)));
    }
    Ok(None)
}
