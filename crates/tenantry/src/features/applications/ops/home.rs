//! Identifiers of applications by the domain name that they stand under.

use model::applications::Application;
use model::audit::{Activity, TargetKind};
use model::domains::rename::{belongs, host, moved_uri, numbered_uri};
use model::ids::ObjectId;

use super::application::{differences, follow, identifiers_free};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::{closed_domains, require_open, verified_domains};
use crate::features::objects;
use crate::moment::Moment;

/// Refuses identifiers that weren't there `before` under a domain name that takes nothing new.
pub(super) async fn identifiers_open(
    scope: &mut TenantScope<'_>,
    before: &[String],
    uris: &[String],
) -> Result<(), Error> {
    let closed = closed_domains(scope).await?;
    if closed.is_empty() {
        return Ok(());
    }
    let open = verified_domains(scope).await?;
    for host in uris.iter().filter(|uri| !before.contains(uri)).filter_map(|uri| host(uri)) {
        if let Some(name) = closed.iter().find(|name| belongs(&host, name, &open)) {
            require_open(scope, name).await?;
        }
    }
    Ok(())
}

/// Moves what an application, deleted or not, has under one domain name to another, and gives each old and new
/// identifier, and whether the plain one was taken. `others` are names below it that stand for themselves.
///
/// # Errors
/// When the engine fails.
pub async fn rehome(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    (from, to): (&str, &str),
    others: &[String],
    moment: &Moment,
) -> Result<Vec<(String, String, bool)>, Error> {
    let Some(mut found) = objects::find::<Application>(scope, id).await? else { return Ok(Vec::new()) };
    let before = found.properties.settings.clone();
    let is_publisher = found.properties.publisher_domain.as_deref() == Some(from);
    if is_publisher {
        found.properties.publisher_domain = Some(to.to_owned());
    }
    let mut moved = Vec::new();
    for at in 0..before.identifier_uris.len() {
        let old = &before.identifier_uris[at];
        let Some(plain) = moved_uri(old, from, to, others) else { continue };
        for number in 1_u32.. {
            let new = numbered_uri(&plain, number);
            let own = &mut found.properties.settings.identifier_uris;
            if own.contains(&new) {
                continue;
            }
            own[at].clone_from(&new);
            match identifiers_free(scope, Some(id), &found.properties.settings).await {
                Ok(()) => {
                    moved.push((old.clone(), new, number > 1));
                    break;
                }
                Err(Error::Refused(_)) => {}
                Err(other) => return Err(other),
            }
        }
    }
    if moved.is_empty() && !is_publisher {
        return Ok(moved);
    }
    objects::save(scope, &mut found, moment).await?;
    follow(scope, &found, moment).await?;
    let changes = differences(&before, &found.properties.settings);
    let event = Event::new(Activity::ApplicationUpdated, TargetKind::Application, id, &found.display_name);
    audit::record(scope, actor, event.changes(changes), moment).await?;
    Ok(moved)
}
