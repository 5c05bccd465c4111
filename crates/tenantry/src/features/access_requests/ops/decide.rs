//! Approving and refusing a request.

use model::audit::{Activity, Change, TargetKind};
use model::ids::{AccessRequestId, UserId};
use model::refusal::Code;
use model::roles::Permission;

use super::invitation::{self, Invitee};
use super::list::{AccessRequest, State, get};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::access_requests::store;
use crate::features::audit::{self, Event};
use crate::features::directory::{self, ContactEmail, NewUser, SignInName};
use crate::mail::{self, Message};
use crate::moment::Moment;

/// Characters of the reason for a refusal.
const MAX_REASON: usize = 500;

/// The account that an approval makes. Names were checked by `model::eligibility`.
#[derive(Clone, Debug)]
pub struct Approval {
    pub user_name: String,
    pub domain_name: String,
    pub display_name: String,
}

/// Makes the account, without a password, and mails its owner a link to choose one.
///
/// # Errors
/// Not allowed, not there, decided already, or as [`directory::create_user`].
pub async fn approve(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (id, approval): (AccessRequestId, &Approval),
    moment: &Moment,
) -> Result<UserId, Error> {
    let request = open_request(scope, actor, id).await?;
    let contact_email =
        Some(ContactEmail { address: request.email.clone(), canonical: request.email_canonical.clone() });
    let new = NewUser {
        user_name: approval.user_name.clone(),
        domain_name: approval.domain_name.clone(),
        display_name: approval.display_name.clone(),
        contact_email,
        ..NewUser::default()
    };
    let user = directory::create_user(app, scope, actor, &new, moment).await?;
    settle(scope, actor, id, (State::Approved, None, Some(user)), moment).await?;
    let name = SignInName::new(&new.user_name, &new.domain_name).to_string();
    let event = Event::new(Activity::AccessApproved, TargetKind::AccessRequest, id, &request.email)
        .changes([Change::set("userPrincipalName", &name)]);
    audit::record(scope, actor, event, moment).await?;
    let AccessRequest { email, language, .. } = request;
    let invitee = Invitee { user, sign_in_name: name, email, language };
    invitation::send(app, scope, &invitee, moment).await?;
    Ok(user)
}

/// Refuses a request; the reason may be empty and is told to the person.
///
/// # Errors
/// Not allowed, not there, decided already, or a reason that can't be used.
pub async fn refuse(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: AccessRequestId,
    reason: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let request = open_request(scope, actor, id).await?;
    let reason = match reason.trim() {
        "" => String::new(),
        reason => model::eligibility::tidy::line(&reason.replace(['\r', '\n'], " "), "reason", MAX_REASON)?,
    };
    settle(scope, actor, id, (State::Refused, Some(&reason), None), moment).await?;
    let event = Event::new(Activity::AccessRefused, TargetKind::AccessRequest, id, &request.email)
        .changes((!reason.is_empty()).then(|| Change::set("reason", &reason)));
    audit::record(scope, actor, event, moment).await?;
    let mail = Message::new(&request.email, &request.language, "access-refused")
        .with("organization", store::tenant_name(scope).await?)
        .with("reason", reason);
    mail::send(scope.global(), mail, moment).await
}

async fn open_request(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: AccessRequestId,
) -> Result<AccessRequest, Error> {
    actor.require(Permission::DecideAccessRequests)?;
    let request = get(scope, actor, id).await?;
    if request.state == State::Open { Ok(request) } else { Err(Code::AccessRequestDecided.into()) }
}

async fn settle(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: AccessRequestId,
    (state, reason, user): (State, Option<&str>, Option<UserId>),
    moment: &Moment,
) -> Result<(), Error> {
    let settled = store::Settled { state, by: actor.name(), reason, user };
    if store::settle(scope, id, &settled, moment.now).await? {
        Ok(())
    } else {
        Err(Code::AccessRequestDecided.into())
    }
}
