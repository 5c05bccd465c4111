//! What a client may do at a resource for everybody, or for one person.

use model::applications::ServicePrincipal;
use model::audit::{Activity, Change, TargetKind};
use model::ids::{ObjectId, UserId};
use model::objects::ObjectKind;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use uuid::Uuid;

use super::guard;
use super::own_api::require_to_give_scopes;
use crate::access::Actor;
use crate::access::grants::end_of_client;
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::features::applications::store;
use crate::features::audit::{self, Event};
use crate::features::objects;
use crate::moment::Moment;

/// Characters of all permissions of one grant.
const SCOPE: usize = 3840;

/// One grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub id: Uuid,
    pub client_id: Uuid,
    pub resource_id: Uuid,
    /// `AllPrincipals` or `Principal`.
    pub consent_type: String,
    pub principal_id: Option<Uuid>,
    /// Names with spaces between them.
    pub scope: String,
}

/// A grant to make.
#[derive(Clone, Debug)]
pub struct NewGrant {
    pub client: Uuid,
    pub resource: Uuid,
    pub consent_type: String,
    pub principal: Option<Uuid>,
    pub scope: String,
}

/// Which grants to list.
#[derive(Clone, Debug, Default)]
pub struct GrantQuery {
    pub client: Option<Uuid>,
    pub resource: Option<Uuid>,
    pub principal: Option<Uuid>,
    pub consent_type: Option<String>,
}

/// One page of grants, in the order of ids.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list_grants(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &GrantQuery,
    from: Option<&Position>,
    limit: usize,
) -> Result<Slice<Grant>, Error> {
    if query.principal.is_none() || query.principal != actor.user_id().map(|own| own.0) {
        actor.require(Permission::ReadDirectory)?;
    }
    let after = from.map_or(Uuid::nil(), |from| from.id);
    let rows = store::grants::list(scope, query, after, limit as i64 + 1).await?;
    Ok(Slice::new(rows, limit, from, |grant| (String::new(), grant.id)))
}

/// The first grants of one client, by their consent type: whoever looks after it sees them without looking around.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn grants_of(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    client: ObjectId,
    consent_type: &str,
    limit: usize,
) -> Result<Vec<Grant>, Error> {
    guard::may_read(scope, actor, client).await?;
    let consent_type = Some(consent_type.to_owned());
    let query = GrantQuery { client: Some(client.0), consent_type, ..GrantQuery::default() };
    store::grants::list(scope, &query, Uuid::nil(), limit as i64).await
}

/// One grant.
///
/// # Errors
/// Not allowed, or not there.
pub async fn get_grant(scope: &mut TenantScope<'_>, actor: &Actor, id: Uuid) -> Result<Grant, Error> {
    actor.require(Permission::ReadDirectory)?;
    store::grants::get(scope, id).await?.ok_or_else(Error::not_found)
}

/// The permissions as they are kept: each once, one space between them.
pub(super) fn settled(scope: &str) -> Result<String, Refusal> {
    if scope.chars().count() > SCOPE {
        return Err(Refusal::new(Code::FieldTooLong).on("scope").with("max", SCOPE.to_string()));
    }
    let mut names: Vec<&str> = Vec::new();
    for name in scope.split_whitespace() {
        if !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refusal::new(Code::PropertyCharacters).on("scope"));
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names.join(" "))
}

async fn name_of(scope: &mut TenantScope<'_>, id: Uuid) -> Result<String, Error> {
    Ok(objects::get::<ServicePrincipal>(scope, ObjectId(id)).await?.display_name)
}

/// Grants permissions.
///
/// # Errors
/// Not allowed, not there, or granted already.
pub async fn add_grant(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    new: NewGrant,
    moment: &Moment,
) -> Result<Grant, Error> {
    actor.require(Permission::ManageApplications)?;
    let refused = |on: &'static str| Error::from(Refusal::new(Code::PropertyChoice).on(on));
    match (new.consent_type.as_str(), new.principal) {
        ("AllPrincipals", None) => {}
        ("Principal", Some(person)) => {
            let found = store::assignments::principal(scope, person).await?;
            if found.is_none_or(|(kind, _)| kind != ObjectKind::User) {
                return Err(Error::not_found());
            }
        }
        ("AllPrincipals" | "Principal", _) => return Err(refused("principalId")),
        _ => return Err(refused("consentType")),
    }
    guard::require_to_give(scope, actor, ObjectId(new.client)).await?;
    let (client, resource) = (name_of(scope, new.client).await?, name_of(scope, new.resource).await?);
    require_to_give_scopes(scope, actor, ObjectId(new.resource), &new.scope).await?;
    let made = Grant {
        id: moment.uuid(),
        client_id: new.client,
        resource_id: new.resource,
        consent_type: new.consent_type,
        principal_id: new.principal,
        scope: settled(&new.scope)?,
    };
    if store::grants::exists(scope, &made).await? {
        return Err(Code::AlreadyAssigned.into());
    }
    store::grants::insert(scope, &made).await?;
    let event = Event::new(Activity::PermissionGranted, TargetKind::ServicePrincipal, made.client_id, client)
        .changes([
            Change::set("resource", resource),
            Change::set("consentType", &made.consent_type),
            Change::set("scope", &made.scope),
        ]);
    audit::record(scope, actor, event, moment).await?;
    Ok(made)
}

/// Changes which permissions are granted.
///
/// # Errors
/// Not allowed, not there, or names that can't be permissions.
pub async fn change_grant(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: Uuid,
    permissions: &str,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageApplications)?;
    let found = store::grants::get(scope, id).await?.ok_or_else(Error::not_found)?;
    let wanted = settled(permissions)?;
    let before: Vec<&str> = found.scope.split(' ').collect();
    let added: Vec<&str> = wanted.split(' ').filter(|name| !before.contains(name)).collect();
    // Less than before is nobody's gain, here as where a grant is removed.
    if !added.is_empty() {
        guard::require_to_give(scope, actor, ObjectId(found.client_id)).await?;
        require_to_give_scopes(scope, actor, ObjectId(found.resource_id), &added.join(" ")).await?;
    }
    let Some(change) = Change::between("scope", &found.scope, &wanted) else { return Ok(()) };
    store::grants::update(scope, id, &wanted).await?;
    let kept: Vec<&str> = wanted.split(' ').collect();
    if before.iter().any(|name| !kept.contains(name)) {
        end_tokens(scope, &found, moment).await?;
    }
    let client = name_of(scope, found.client_id).await?;
    let kind = TargetKind::ServicePrincipal;
    let event = Event::new(Activity::PermissionGrantChanged, kind, found.client_id, client).changes([change]);
    audit::record(scope, actor, event, moment).await
}

/// What was taken back counts at once: tokens that rest on it end, and the next ones are asked for anew.
async fn end_tokens(scope: &mut TenantScope<'_>, grant: &Grant, moment: &Moment) -> Result<(), Error> {
    end_of_client(scope, grant.client_id, grant.principal_id.map(UserId), moment).await
}

/// Takes a grant away. Everybody may take back what they gave themselves.
///
/// # Errors
/// Not allowed, or not there.
pub async fn remove_grant(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: Uuid,
    moment: &Moment,
) -> Result<(), Error> {
    let found = store::grants::get(scope, id).await?;
    let own = actor.owner(Permission::ManageApplications).map(|user| user.0);
    if own.is_none() || found.as_ref().and_then(|found| found.principal_id) != own {
        actor.require(Permission::ManageApplications)?;
    }
    // Less than before is nobody's gain: whoever manages applications may take away what they couldn't give.
    let found = found.ok_or_else(Error::not_found)?;
    store::grants::delete(scope, id).await?;
    end_tokens(scope, &found, moment).await?;
    let client = name_of(scope, found.client_id).await.unwrap_or_default();
    let kind = TargetKind::ServicePrincipal;
    let event = Event::new(Activity::PermissionGrantRemoved, kind, found.client_id, client)
        .changes([Change { property: "scope".into(), old: Some(found.scope), new: None }]);
    audit::record(scope, actor, event, moment).await
}
