//! Tokens for the API, handed out by the operator.

use jiff::Timestamp;
use model::audit::{Activity, Change, TargetKind};
use model::ids::UserId;
use model::roles::Permission;

use super::create::SignInName;
use super::guard::target;
use crate::access::{Actor, token};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::store;
use crate::moment::Moment;
use crate::secrets::Secret;

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
) -> Result<(UserId, Secret), Error> {
    let (user, domain) = name.rsplit_once('@').ok_or_else(Error::not_found)?;
    let id = store::holder_of(scope, &SignInName::new(user, domain)).await?.ok_or_else(Error::not_found)?;
    let person = target(scope, actor, Permission::ManageAdministrators, id, false).await?;
    let (_, secret) = token::create(app, scope, id, expires_at, moment).await?;
    let event = Event::new(Activity::AccessTokenIssued, TargetKind::User, id, person.sign_in_name())
        .changes([Change::set("expiresAt", expires_at.to_string())]);
    audit::record(scope, actor, event, moment).await?;
    Ok((id, secret))
}
