//! Roles that a tenant makes for itself.

use model::audit::{Activity, Change, TargetKind};
use model::refusal::{Code, Refusal};
use model::roles::custom::RoleDraft;
use model::roles::{Permission, Permissions, Role};
use uuid::Uuid;

use super::read::find_role;
use super::types::{RoleDefinition, RoleName};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::roles::store::{self, Wanted};
use crate::moment::Moment;

fn taken(name: &str) -> Error {
    Refusal::new(Code::RoleNameTaken).on("displayName").with("name", name).into()
}

async fn require_free(scope: &mut TenantScope<'_>, name: &str, by_other_than: Uuid) -> Result<(), Error> {
    let built_in = Role::ALL.iter().any(|role| role.name().eq_ignore_ascii_case(name));
    if built_in || store::is_name_taken(scope, name, by_other_than).await? {
        return Err(taken(name));
    }
    Ok(())
}

fn checked(actor: &Actor, draft: RoleDraft) -> Result<(RoleDraft, Permissions), Error> {
    let (draft, permissions) = draft.check().map_err(Error::Refused)?;
    actor.require_to_cover(permissions, &draft.display_name)?;
    Ok((draft, permissions))
}

/// Makes a role. `template_id` is the client's own name for it, where it gives one.
///
/// # Errors
/// Not allowed, beyond the actor's own rights, too many, a name that is taken, or what [`RoleDraft::check`] refuses.
pub async fn create(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (draft, template_id): (RoleDraft, Option<Uuid>),
    moment: &Moment,
) -> Result<RoleDefinition, Error> {
    actor.require(Permission::ManageRoles)?;
    let (draft, permissions) = checked(actor, draft)?;
    require_free(scope, &draft.display_name, Uuid::nil()).await?;
    let most = app.config.accounts.custom_roles;
    if store::count_definitions(scope).await? >= most {
        return Err(Refusal::new(Code::RolesTooMany).with("max", most.to_string()).into());
    }
    let id = moment.uuid();
    let made = RoleDefinition {
        id,
        template_id: template_id.unwrap_or(id),
        name: RoleName::Own(draft.display_name),
        description: draft.description,
        version: draft.version,
        is_enabled: draft.is_enabled,
        permissions,
        blocks: draft.blocks,
    };
    if !store::insert(scope, &made, moment.now).await? {
        return Err(taken(made.name.plain()));
    }
    let event = Event::new(Activity::RoleCreated, TargetKind::Role, id, made.name.plain()).changes([
        Change::set("permissions", permissions.names()),
        Change::set("isEnabled", made.is_enabled.to_string()),
    ]);
    audit::record(scope, actor, event, moment).await?;
    Ok(made)
}

/// A role of the tenant that the actor may change: one that allows no more than they may.
async fn own(scope: &mut TenantScope<'_>, actor: &Actor, role: Uuid) -> Result<RoleDefinition, Error> {
    actor.require(Permission::ManageRoles)?;
    let found = find_role(scope, role).await?;
    if let RoleName::BuiltIn(role) = found.name {
        return Err(Refusal::new(Code::RoleBuiltIn).with("role", role.name()).into());
    }
    actor.require_to_cover(found.permissions, found.name.plain())?;
    Ok(found)
}

/// Gives a role its new properties, all of them. What it allows counts for everybody who holds it from the next request.
///
/// # Errors
/// As [`create`], and [`Code::RoleBuiltIn`].
pub async fn update(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    role: Uuid,
    draft: RoleDraft,
    moment: &Moment,
) -> Result<RoleDefinition, Error> {
    let found = own(scope, actor, role).await?;
    let (draft, permissions) = checked(actor, draft)?;
    require_free(scope, &draft.display_name, role).await?;
    let changed = RoleDefinition {
        name: RoleName::Own(draft.display_name),
        description: draft.description,
        version: draft.version,
        is_enabled: draft.is_enabled,
        permissions,
        blocks: draft.blocks,
        ..found.clone()
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let changes: Vec<Change> = [
        Change::between("displayName", found.name.plain(), changed.name.plain()),
        Change::between("description", &found.description, &changed.description),
        Change::between("version", &text(&found.version), &text(&changed.version)),
        Change::between("isEnabled", &found.is_enabled.to_string(), &changed.is_enabled.to_string()),
        Change::between("permissions", &found.permissions.names(), &changed.permissions.names()),
    ]
    .into_iter()
    .flatten()
    .collect();
    if changes.is_empty() && found.blocks == changed.blocks {
        return Ok(found);
    }
    if !store::update(scope, &changed).await? {
        return Err(taken(changed.name.plain()));
    }
    let event = Event::new(Activity::RoleUpdated, TargetKind::Role, role, changed.name.plain());
    audit::record(scope, actor, event.changes(changes), moment).await?;
    Ok(changed)
}

/// Deletes a role that nobody holds.
///
/// # Errors
/// Not allowed, not there, built-in, beyond the actor's own rights, or [`Code::RoleInUse`] with how many hold it.
pub async fn delete(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    role: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    let found = own(scope, actor, role).await?;
    let wanted = Wanted { role: Some(role), limit: 1, ..Wanted::default() };
    if !store::assignments(scope, &wanted).await?.is_empty() {
        let counts = store::holder_counts(scope).await?;
        let count = counts.iter().find(|(id, _)| *id == role).map_or(1, |(_, count)| *count);
        let refusal = Refusal::new(Code::RoleInUse).with("role", found.name.plain());
        return Err(refusal.with("count", count.to_string()).into());
    }
    store::delete(scope, role).await?;
    let event = Event::new(Activity::RoleDeleted, TargetKind::Role, role, found.name.plain());
    audit::record(scope, actor, event, moment).await
}
