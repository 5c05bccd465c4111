//! Tokens for the API, handed out and ended by the operator.

use jiff::Timestamp;
use model::audit::{Activity, Change, TargetKind};
use model::ids::{AccessTokenId, UserId};
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::create::SignInName;
use super::guard::target;
use crate::access::Actor;
use crate::access::token::{self, OpenToken};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::store;
use crate::moment::Moment;
use crate::secrets::Secret;

/// A token that was just made.
#[derive(Debug)]
pub struct IssuedToken {
    pub id: AccessTokenId,
    pub user: UserId,
    pub secret: Secret,
}

/// Makes a token for the person with this sign-in name.
///
/// # Errors
/// Not there, or not allowed.
pub async fn issue_token(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    name: &str,
    expires_at: Timestamp,
    moment: &Moment,
) -> Result<IssuedToken, Error> {
    let (user, domain) = name.rsplit_once('@').ok_or_else(Error::not_found)?;
    let id = store::holder_of(scope, &SignInName::new(user, domain)).await?.ok_or_else(Error::not_found)?;
    let person = target(scope, actor, Permission::ManageAdministrators, id, false).await?;
    let (token, secret) = token::create(app, scope, id, expires_at, moment).await?;
    let event = Event::new(Activity::AccessTokenIssued, TargetKind::User, id, person.sign_in_name())
        .changes([Change::set("expiresAt", expires_at.to_string())]);
    audit::record(scope, actor, event, moment).await?;
    Ok(IssuedToken { id: token, user: id, secret })
}

/// The tokens of a person that are still valid, the newest first.
///
/// # Errors
/// Not allowed, or not there.
pub async fn open_tokens(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<OpenToken>, Error> {
    target(scope, actor, Permission::ManageAdministrators, user, false).await?;
    token::open(scope, user, now).await
}

/// Ends one token of a person, or all of them, and tells how many that were.
///
/// # Errors
/// Not allowed, or not there: neither the person nor, where one is named, a token of theirs that is still valid.
pub async fn revoke_tokens(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    one: Option<AccessTokenId>,
    moment: &Moment,
) -> Result<u64, Error> {
    let person = target(scope, actor, Permission::ManageAdministrators, user, false).await?;
    let revoked = token::revoke(scope, user, one, moment.now).await?;
    if revoked == 0 {
        let unknown = Refusal::new(Code::NotFound).on("token");
        return if one.is_some() { Err(unknown.into()) } else { Ok(0) };
    }
    let event = Event::new(Activity::AccessTokenRevoked, TargetKind::User, user, person.sign_in_name())
        .changes([Change::set("accessTokens", revoked.to_string())]);
    audit::record(scope, actor, event, moment).await?;
    Ok(revoked)
}
