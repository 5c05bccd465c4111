//! The link with which a new person chooses their password.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use model::audit::{Activity, TargetKind};
use model::ids::{TenantId, UserId};
use model::refusal::Code;
use model::roles::Permissions;
use uuid::Uuid;

use crate::access::{Actor, Origin};
use crate::app::App;
use crate::db::{GrantReason, Scope, TenantGrant, TenantScope};
use crate::error::Error;
use crate::features::access_requests::store;
use crate::features::audit::{self, Event};
use crate::features::credentials::{self, NewPassword};
use crate::features::directory::require_password_here;
use crate::mail::{self, Message};
use crate::moment::Moment;
use crate::web;

const PURPOSE: &str = "invitation";
/// Seconds that a link can be used: seven days.
const VALID: i64 = 7 * 86_400;

/// Whom a link invites.
#[derive(Clone, Debug)]
pub struct Invited {
    pub user: UserId,
    pub sign_in_name: String,
    pub display_name: String,
    pub organization: String,
}

/// Who gets a link, and where and in which language.
#[derive(Clone, Debug)]
pub struct Invitee {
    pub user: UserId,
    pub sign_in_name: String,
    pub email: String,
    pub language: String,
}

/// Makes a link for a person and mails it to them.
pub(super) async fn send(
    app: &App,
    scope: &mut TenantScope<'_>,
    invitee: &Invitee,
    moment: &Moment,
) -> Result<Uuid, Error> {
    let made = create(app, scope, invitee.user, moment).await?;
    let l = app.locales.choose(Some(&invitee.language), None);
    let mail = Message::new(&invitee.email, &invitee.language, "access-approved")
        .with("organization", store::tenant_name(scope).await?)
        .with("username", &invitee.sign_in_name)
        .with("expires", web::time::day(&l, made.expires_at))
        .action("access-approved-action", app.link(&made.path));
    mail::send(scope.global(), mail, moment).await?;
    Ok(made.id)
}

/// A link that was made.
pub(super) struct Made {
    pub id: Uuid,
    pub path: String,
    pub expires_at: Timestamp,
}

/// Makes a link for a person, which is kept nowhere.
pub(super) async fn create(
    app: &App,
    scope: &mut TenantScope<'_>,
    user: UserId,
    moment: &Moment,
) -> Result<Made, Error> {
    let id = moment.uuid();
    let secret: [u8; 32] = moment.bytes();
    let hash = app.keys.hash(PURPOSE, id.as_bytes(), &URL_SAFE_NO_PAD.encode(secret));
    let expires_at = moment.after_seconds(VALID);
    store::insert_invitation(scope, (id, user), &hash, moment.now, expires_at).await?;
    let token = [scope.tenant().0.as_bytes().as_slice(), id.as_bytes(), &secret].concat();
    Ok(Made { id, path: format!("/invitation/{}", URL_SAFE_NO_PAD.encode(token)), expires_at })
}

/// A link that was opened.
#[derive(Clone, Debug)]
pub enum Opened {
    Open(Invited),
    /// Its owner has set a password with it.
    Used {
        organization: String,
    },
}

/// Whom a link invites, as long as it can be used, or that it was used. Changes nothing.
///
/// # Errors
/// [`Code::InvitationInvalid`], whatever the reason; [`Code::PasswordElsewhere`] where they sign in without a password.
pub async fn open(app: &App, token: &str, moment: &Moment) -> Result<Opened, Error> {
    let mut scope = app.db.read().await?;
    let (mut tenant, id, secret) = enter(&mut scope, token).await?;
    if let Some(invited) = invited(app, &mut tenant, (id, &secret), moment).await? {
        return Ok(Opened::Open(invited));
    }
    let used = store::find_used_invitation(&mut tenant, id).await?;
    let used = used.filter(|used| app.keys.matches(PURPOSE, id.as_bytes(), &secret, &used.secret_hash));
    let used = used.ok_or(Error::from(Code::InvitationInvalid))?;
    Ok(Opened::Used { organization: used.organization })
}

/// Uses a link up and sets the password that its owner chose. `password_hash` is made before the transaction.
///
/// # Errors
/// [`Code::InvitationInvalid`] when it can't be used, or not any more.
pub async fn accept(
    app: &App,
    scope: &mut Scope,
    (token, password_hash): (&str, &str),
    origin: &Origin,
    moment: &Moment,
) -> Result<Invited, Error> {
    let (mut tenant, id, secret) = enter(scope, token).await?;
    let invited = invited(app, &mut tenant, (id, &secret), moment).await?;
    let invited = invited.ok_or(Error::from(Code::InvitationInvalid))?;
    if !store::consume_invitation(&mut tenant, id, moment.now).await? {
        return Err(Code::InvitationInvalid.into());
    }
    credentials::set_password(&mut tenant, invited.user, password_hash, false, moment).await?;
    let name = &invited.display_name;
    let actor = Actor::user(tenant.tenant(), invited.user, name, Permissions::default(), origin.clone());
    let event =
        Event::new(Activity::InvitationAccepted, TargetKind::User, invited.user, &invited.sign_in_name);
    audit::record(&mut tenant, &actor, event, moment).await?;
    Ok(invited)
}

impl Invited {
    /// Checks and hashes the password that they choose, before the transaction.
    ///
    /// # Errors
    /// Each rule that it breaks.
    pub async fn new_password(&self, app: &App, typed: &str, moment: &Moment) -> Result<NewPassword, Error> {
        let (user_name, domain) = self.sign_in_name.split_once('@').unwrap_or_default();
        let label = domain.split('.').next().unwrap_or_default();
        let context = credentials::Context {
            person: vec![self.display_name.clone()],
            user_name: user_name.to_owned(),
            organization: vec![self.organization.clone(), label.to_owned()],
        };
        NewPassword::make(app, typed, &context, moment).await
    }
}

async fn enter<'s>(scope: &'s mut Scope, token: &str) -> Result<(TenantScope<'s>, Uuid, String), Error> {
    let (tenant, id, secret) = parse(token).ok_or(Error::from(Code::InvitationInvalid))?;
    // Nothing of the tenant is shown or changed before the secret matches.
    let tenant = scope.tenant(TenantGrant::issue(tenant, GrantReason::Authentication)).await?;
    Ok((tenant, id, secret))
}

async fn invited(
    app: &App,
    scope: &mut TenantScope<'_>,
    (id, secret): (Uuid, &str),
    moment: &Moment,
) -> Result<Option<Invited>, Error> {
    let found = store::find_invitation(scope, id, moment.now).await?;
    let found = found.filter(|found| app.keys.matches(PURPOSE, id.as_bytes(), secret, &found.secret_hash));
    let Some(invited) = found.map(|found| found.invited) else { return Ok(None) };
    let domain = invited.sign_in_name.rsplit_once('@').map_or("", |(_, domain)| domain);
    require_password_here(scope, domain).await?;
    Ok(Some(invited))
}

fn parse(token: &str) -> Option<(TenantId, Uuid, String)> {
    let bytes: [u8; 64] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
    let tenant = Uuid::from_slice(&bytes[..16]).ok()?;
    let id = Uuid::from_slice(&bytes[16..32]).ok()?;
    Some((TenantId(tenant), id, URL_SAFE_NO_PAD.encode(&bytes[32..])))
}
