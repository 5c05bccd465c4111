//! Sending an invitation again, and taking one back.

use jiff::Timestamp;
use model::audit::{Activity, TargetKind};
use model::ids::{AccessRequestId, UserId};
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use uuid::Uuid;

use super::invitation::{self, Invitee};
use super::list::{AccessRequest, get};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::access_requests::store;
use crate::features::audit::{self, Event};
use crate::features::directory;
use crate::moment::Moment;
use crate::secrets::Secret;

const DAY: i64 = 86_400;
/// Invitations that a person gets in a day, so that nobody's mailbox is flooded.
const PER_DAY: i64 = 5;

/// What has become of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationState {
    Open,
    /// The person has a password.
    Accepted,
    Expired,
    /// An administrator took it back.
    Revoked,
    /// The account is disabled or deleted.
    Closed,
}

/// The newest invitation of somebody who was let in.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub user: UserId,
    pub sign_in_name: String,
    pub state: InvitationState,
    pub sent_at: Timestamp,
    pub expires_at: Timestamp,
}

/// The invitation that followed a request, as long as its person is there.
///
/// # Errors
/// When the engine fails.
pub async fn invitation_of(
    scope: &mut TenantScope<'_>,
    request: &AccessRequest,
    moment: &Moment,
) -> Result<Option<Invitation>, Error> {
    match request.user {
        Some(user) => store::newest_invitation(scope, user, moment.now).await,
        None => Ok(None),
    }
}

/// The newest invitation of a person, as long as they are there.
///
/// # Errors
/// Not allowed, or not there.
pub async fn invitation_to(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<Option<Invitation>, Error> {
    actor.require(Permission::ManageUsers)?;
    let person = directory::find_person(scope, user).await?;
    person.filter(|person| person.deleted_at.is_none()).ok_or_else(Error::not_found)?;
    store::newest_invitation(scope, user, moment.now).await
}

/// May the actor send a person's invitation again, or take it back?
///
/// # Errors
/// When the engine fails.
pub async fn may_renew(scope: &mut TenantScope<'_>, actor: &Actor, user: UserId) -> Result<bool, Error> {
    match directory::resettable(scope, actor, user).await {
        Ok(_) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Mails a new link; those before it can't be used any more.
///
/// # Errors
/// Not allowed, not there, [`Code::InvitationAccepted`], [`Code::InvitationAccountClosed`], [`Code::InvitationsTooMany`];
/// [`Code::ImportNeedsEmail`] without an address to write to.
pub async fn resend(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: AccessRequestId,
    moment: &Moment,
) -> Result<(), Error> {
    let (request, user) = let_in(scope, actor, id).await?;
    let (invitation, contact) = within_reach(scope, actor, user, moment).await?;
    renew(app, scope, actor, (&invitation, contact, request.language), moment).await
}

/// The same for a person who was invited without having asked.
///
/// # Errors
/// As [`resend`].
pub async fn resend_to(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (user, language): (UserId, &str),
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageUsers)?;
    let (invitation, contact) = within_reach(scope, actor, user, moment).await?;
    renew(app, scope, actor, (&invitation, contact, language.to_owned()), moment).await
}

/// The newest invitation, and where its person is written to now. Whoever has the link chooses the person's password, so
/// it takes what resetting that takes.
async fn within_reach(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(Invitation, Option<String>), Error> {
    let person = directory::resettable(scope, actor, user).await?;
    let invitation = store::newest_invitation(scope, user, moment.now).await?.ok_or_else(Error::not_found)?;
    Ok((invitation, person.contact.map(|contact| contact.address)))
}

async fn renew(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (invitation, contact, language): (&Invitation, Option<String>, String),
    moment: &Moment,
) -> Result<(), Error> {
    match invitation.state {
        InvitationState::Accepted => return Err(Code::InvitationAccepted.into()),
        InvitationState::Closed => return Err(Code::InvitationAccountClosed.into()),
        InvitationState::Open | InvitationState::Expired | InvitationState::Revoked => {}
    }
    let email = contact.ok_or(Code::ImportNeedsEmail)?;
    let today = store::invitations_since(scope, invitation.user, moment.after_seconds(-DAY)).await?;
    if today >= PER_DAY {
        return Err(Refusal::new(Code::InvitationsTooMany).with("seconds", DAY.to_string()).into());
    }
    store::revoke_invitations(scope, invitation.user, moment.now).await?;
    let sign_in_name = invitation.sign_in_name.clone();
    send_invitation(
        app,
        scope,
        actor,
        &Invitee { user: invitation.user, sign_in_name, email, language },
        moment,
    )
    .await
    .map(drop)
}

/// Mails somebody who has no password yet a link to choose one, and gives the id of the invitation.
///
/// # Errors
/// When the engine fails.
pub async fn send_invitation(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    invitee: &Invitee,
    moment: &Moment,
) -> Result<Uuid, Error> {
    let id = invitation::send(app, scope, invitee, moment).await?;
    told(scope, actor, invitee, moment).await?;
    Ok(id)
}

/// Makes such a link for whoever invites to hand over, and gives the id of the invitation and the link. Whoever may make
/// accounts may set their first passwords as well, so it opens nothing more to them.
///
/// # Errors
/// When the engine fails.
pub(super) async fn hand_over(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    invitee: &Invitee,
    moment: &Moment,
) -> Result<(Uuid, Secret), Error> {
    let made = invitation::create(app, scope, invitee.user, moment).await?;
    told(scope, actor, invitee, moment).await?;
    Ok((made.id, Secret::new(app.link(&made.path))))
}

async fn told(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    invitee: &Invitee,
    moment: &Moment,
) -> Result<(), Error> {
    let event = Event::new(Activity::InvitationSent, TargetKind::User, invitee.user, &invitee.sign_in_name);
    audit::record(scope, actor, event, moment).await
}

/// Takes an invitation back: its link can't be used any more. The account stays, without a password.
///
/// # Errors
/// Not allowed, not there, [`Code::InvitationAccepted`], [`Code::InvitationNotOpen`].
pub async fn revoke(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: AccessRequestId,
    moment: &Moment,
) -> Result<(), Error> {
    let (_, user) = let_in(scope, actor, id).await?;
    let (invitation, _) = within_reach(scope, actor, user, moment).await?;
    take_back(scope, actor, &invitation, moment).await
}

/// The same for a person who was invited without having asked.
///
/// # Errors
/// As [`revoke`].
pub async fn revoke_of(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageUsers)?;
    let (invitation, _) = within_reach(scope, actor, user, moment).await?;
    take_back(scope, actor, &invitation, moment).await
}

async fn take_back(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    invitation: &Invitation,
    moment: &Moment,
) -> Result<(), Error> {
    match invitation.state {
        InvitationState::Open => {}
        InvitationState::Accepted => return Err(Code::InvitationAccepted.into()),
        InvitationState::Expired | InvitationState::Revoked | InvitationState::Closed => {
            return Err(Code::InvitationNotOpen.into());
        }
    }
    store::revoke_invitations(scope, invitation.user, moment.now).await?;
    let name = invitation.sign_in_name.as_str();
    let event = Event::new(Activity::InvitationRevoked, TargetKind::User, invitation.user, name);
    audit::record(scope, actor, event, moment).await
}

/// A request with the person whom it let in.
async fn let_in(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: AccessRequestId,
) -> Result<(AccessRequest, UserId), Error> {
    let request = get(scope, actor, id).await?;
    let user = request.user.ok_or_else(Error::not_found)?;
    Ok((request, user))
}
