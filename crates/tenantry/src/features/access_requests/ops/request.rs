//! Asking for access.

use model::audit::{Activity, Change, TargetKind};
use model::directory::DAYS_KEPT;
use model::ids::AccessRequestId;
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use crate::access::{Actor, Origin};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::access_requests::jobs::ExpireAccessRequest;
use crate::features::access_requests::store;
use crate::features::audit::{self, Event};
use crate::features::directory;
use crate::mail::{self, Message};
use crate::moment::Moment;
use crate::{jobs, web};

const DAY: i64 = 86_400;
/// Days until a request that nobody answers expires.
pub(super) const DAYS_OPEN: i64 = DAYS_KEPT;
/// Requests that one tenant gets in a day, so that nobody floods its administrators.
const PER_TENANT_AND_DAY: i64 = 20;
/// Requests of one mailbox in the time that a request stays open.
const PER_MAILBOX: i64 = 3;
/// Characters of name and message.
const MAX_NAME: usize = 128;
const MAX_MESSAGE: usize = 500;

/// What somebody with a proven mailbox asks.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// The proven mailbox as its owner wrote it.
    pub email: String,
    pub canonical: String,
    pub name: String,
    /// A word to the administrators; may be empty.
    pub message: String,
    /// The language to answer in.
    pub language: String,
    pub origin: Origin,
}

/// Asks a tenant for access and mails those who decide. While a request is open, asking again is the same request.
///
/// # Errors
/// [`Code::AccessRequestsTooMany`], or a name or message that can't be used.
pub async fn request(
    app: &App,
    scope: &mut TenantScope<'_>,
    new: &NewRequest,
    moment: &Moment,
) -> Result<AccessRequestId, Error> {
    if let Some(open) = store::open_of(scope, &new.canonical).await? {
        return Ok(open);
    }
    let name = model::eligibility::tidy::line(&new.name, "name", MAX_NAME)?;
    let message = match new.message.trim() {
        "" => String::new(),
        message => {
            model::eligibility::tidy::line(&message.replace(['\r', '\n'], " "), "message", MAX_MESSAGE)?
        }
    };
    let today = store::count_since(scope, moment.after_seconds(-DAY)).await?;
    let own = store::count_of(scope, &new.canonical, moment.after_seconds(-DAYS_OPEN * DAY)).await?;
    if today >= PER_TENANT_AND_DAY || own >= PER_MAILBOX {
        return Err(Refusal::new(Code::AccessRequestsTooMany).with("seconds", DAY.to_string()).into());
    }
    let id = AccessRequestId(moment.uuid());
    store::insert(scope, id, new, (&name, &message), moment.now).await?;
    let actor = Actor::outsider(scope.tenant(), &new.email, new.origin.clone());
    let event = Event::new(Activity::AccessRequested, TargetKind::AccessRequest, id, &new.email)
        .changes([Change::set("name", &name)]);
    audit::record(scope, &actor, event, moment).await?;
    let expire = ExpireAccessRequest { tenant: scope.tenant(), request: id };
    jobs::enqueue_at(scope.global(), &expire, moment.after_seconds(DAYS_OPEN * DAY), moment).await?;
    tell_administrators(app, scope, (&name, &new.email, &message), moment).await?;
    Ok(id)
}

async fn tell_administrators(
    app: &App,
    scope: &mut TenantScope<'_>,
    (name, email, message): (&str, &str, &str),
    moment: &Moment,
) -> Result<(), Error> {
    let organization = store::tenant_name(scope).await?;
    let l = app.locales.english();
    let expires = web::time::day(&l, moment.after_seconds(DAYS_OPEN * DAY));
    for to in directory::contacts_who_may(scope, Permission::DecideAccessRequests).await? {
        let mail = Message::new(to, l.lang(), "access-requested")
            .with("name", name)
            .with("email", email)
            .with("message", message)
            .with("organization", &organization)
            .with("expires", &expires)
            .action("access-requested-action", app.link("/access-requests"));
        mail::send(scope.global(), mail, moment).await?;
    }
    Ok(())
}
