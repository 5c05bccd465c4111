//! Webhooks added, changed, enabled, disabled and removed, and their secrets.

use jiff::Timestamp;
use model::audit::{Activity, Change, TargetKind};
use model::eligibility::tidy;
use model::ids::WebhookId;
use model::outbound::Target;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use model::webhooks::{ENDPOINTS, EndpointState, Events, HOURS_OVERLAP};

use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::webhooks::{signature, store};
use crate::graph::changes;
use crate::moment::Moment;
use crate::secrets::Secret;

/// Characters of a description.
const DESCRIPTION: usize = 200;
/// Characters of a path that lists show, and of one part of it.
const PATH: usize = 48;
const PART: usize = 16;

/// An address that changes are told to.
#[derive(Clone)]
pub struct Webhook {
    pub id: WebhookId,
    pub url: String,
    pub description: String,
    pub events: Events,
    pub state: EndpointState,
    /// Encrypted.
    pub secret: Vec<u8>,
    /// Encrypted; signs too until its time is over.
    pub former_secret: Option<Vec<u8>>,
    pub former_until: Option<Timestamp>,
    pub created_at: Timestamp,
    /// The last change that deliveries were made of.
    pub sequence: i64,
    pub failing_since: Option<Timestamp>,
    /// In a row.
    pub failures: i64,
    pub resting_until: Option<Timestamp>,
}

impl Webhook {
    /// How lists and the log name it: its host, since the rest of an address may be a secret of its receiver.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.split(['/', '?']).next().unwrap_or_default()
    }

    /// Host and path, to tell two receivers at one host apart. Of a long part, which may be a secret, only the beginning.
    #[must_use]
    pub fn place(&self) -> String {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let path = rest.split('?').next().unwrap_or_default().strip_prefix(self.host()).unwrap_or_default();
        let short = |part: &str| {
            let begins: String = part.chars().take(4).collect();
            if part.chars().count() > PART { format!("{begins}…") } else { part.to_owned() }
        };
        let shown = path.split('/').map(short).collect::<Vec<_>>().join("/");
        let shown = shown.trim_end_matches('/');
        let cut: String = shown.chars().take(PATH).collect();
        let more = if cut.len() < shown.len() { "…" } else { "" };
        format!("{}{cut}{more}", self.host())
    }

    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.state == EndpointState::Enabled
    }

    /// Is it left alone after a failure? Only what somebody asks for is sent to it then.
    #[must_use]
    pub fn rests(&self, now: Timestamp) -> bool {
        self.resting_until.is_some_and(|until| until > now)
    }
}

/// What somebody says of a webhook that they want.
#[derive(Clone, Debug, Default)]
pub struct NewWebhook {
    pub url: String,
    pub description: String,
    pub events: Vec<String>,
}

/// What is to change.
#[derive(Clone, Debug, Default)]
pub struct WebhookUpdate {
    pub url: Option<String>,
    pub description: Option<String>,
    pub events: Option<Vec<String>>,
    pub enabled: Option<bool>,
}

fn described(text: &str) -> Result<String, Refusal> {
    if text.trim().is_empty() { Ok(String::new()) } else { tidy::line(text, "description", DESCRIPTION) }
}

fn context(scope: &TenantScope<'_>, id: WebhookId) -> Vec<u8> {
    [b"webhook secret".as_slice(), scope.tenant().0.as_bytes(), id.0.as_bytes()].concat()
}

fn sealed(app: &App, context: &[u8], secret: &Secret) -> Result<Vec<u8>, Error> {
    app.keys.encrypt(context, secret.expose().as_bytes()).map_err(Error::internal)
}

/// The secrets that sign now, the newest first.
pub fn secrets(app: &App, scope: &TenantScope<'_>, webhook: &Webhook, now: Timestamp) -> Vec<Secret> {
    let former =
        webhook.former_secret.as_ref().filter(|_| webhook.former_until.is_some_and(|until| until > now));
    let context = context(scope, webhook.id);
    let open = |stored: &Vec<u8>| {
        let plain = app.keys.decrypt(&context, stored)?;
        String::from_utf8(plain).ok().map(Secret::new)
    };
    std::iter::once(&webhook.secret).chain(former).filter_map(open).collect()
}

/// What is told are ids of the directory: whoever says where to sees it, too.
fn allowed(actor: &Actor) -> Result<(), Error> {
    actor.require(Permission::ReadDirectory)?;
    actor.require(Permission::ManageWebhooks)
}

/// All webhooks of the tenant, the oldest first.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list(scope: &mut TenantScope<'_>, actor: &Actor) -> Result<Vec<Webhook>, Error> {
    allowed(actor)?;
    store::webhooks::all(scope).await
}

/// One webhook.
///
/// # Errors
/// Not allowed, not there, or the engine fails.
pub async fn get(scope: &mut TenantScope<'_>, actor: &Actor, id: WebhookId) -> Result<Webhook, Error> {
    allowed(actor)?;
    store::webhooks::find(scope, id).await?.ok_or_else(Error::not_found)
}

/// Adds a webhook, which is told what changes from now on. The secret that comes back is shown by nothing else.
///
/// # Errors
/// Not allowed, too many, or an address, a description or events that can't be used.
pub async fn add(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    new: &NewWebhook,
    moment: &Moment,
) -> Result<(Webhook, Secret), Error> {
    allowed(actor)?;
    let mut refusals = Vec::new();
    let target = Target::parse(&new.url, &app.config.outbound.rules()).map_err(|no| refusals.push(no));
    let description = described(&new.description).map_err(|no| refusals.push(no));
    let events = Events::read(new.events.clone()).map_err(|no| refusals.push(no));
    let (Ok(target), Ok(description), Ok(events)) = (target, description, events) else {
        return Err(Error::Refused(refusals));
    };
    if store::webhooks::all(scope).await?.len() >= ENDPOINTS {
        return Err(Refusal::new(Code::WebhooksTooMany).on("url").with("max", ENDPOINTS.to_string()).into());
    }
    let (id, secret) = (WebhookId(moment.uuid()), signature::new_secret(moment));
    let made = Webhook {
        id,
        url: target.to_string(),
        description,
        events,
        state: EndpointState::Enabled,
        secret: sealed(app, &context(scope, id), &secret)?,
        former_secret: None,
        former_until: None,
        created_at: moment.now,
        sequence: changes::follow(scope, true).await?,
        failing_since: None,
        failures: 0,
        resting_until: None,
    };
    store::webhooks::insert(scope, &made).await?;
    let changes = [Change::set("host", made.host()), Change::set("events", made.events.stored())];
    tell(scope, actor, &made, (Activity::WebhookAdded, changes.into()), moment).await?;
    Ok((made, secret))
}

pub(super) async fn tell(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    webhook: &Webhook,
    (activity, changes): (Activity, Vec<Change>),
    moment: &Moment,
) -> Result<(), Error> {
    let event = Event::new(activity, TargetKind::Webhook, webhook.id, webhook.host()).changes(changes);
    audit::record(scope, actor, event, moment).await
}

/// Changes a webhook. One that is enabled again is told what changes from then on.
///
/// # Errors
/// Not allowed, not there, or a value that can't be used.
pub async fn update(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: WebhookId,
    change: &WebhookUpdate,
    moment: &Moment,
) -> Result<Webhook, Error> {
    let before = get(scope, actor, id).await?;
    let mut after = before.clone();
    if let Some(url) = &change.url {
        after.url = Target::parse(url, &app.config.outbound.rules())?.to_string();
    }
    if let Some(description) = &change.description {
        after.description = described(description)?;
    }
    if let Some(events) = &change.events {
        after.events = Events::read(events.clone())?;
    }
    let told: Vec<Change> = [
        Change::between("host", before.host(), after.host()),
        (before.host() == after.host() && before.url != after.url).then(|| Change::set("url", "…")),
        Change::between("description", &before.description, &after.description),
        Change::between("events", &before.events.stored(), &after.events.stored()),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !told.is_empty() {
        store::webhooks::update(scope, &after).await?;
        tell(scope, actor, &after, (Activity::WebhookUpdated, told), moment).await?;
    }
    match change.enabled {
        Some(true) if !before.is_enabled() => enable(scope, actor, &mut after, moment).await?,
        Some(false) if before.is_enabled() => {
            disable(scope, actor, &after, EndpointState::Disabled, moment).await?;
            after.state = EndpointState::Disabled;
        }
        _ => {}
    }
    Ok(after)
}

async fn enable(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    webhook: &mut Webhook,
    moment: &Moment,
) -> Result<(), Error> {
    webhook.sequence = changes::follow(scope, true).await?;
    webhook.state = EndpointState::Enabled;
    webhook.failing_since = None;
    store::webhooks::set_state(scope, webhook.id, webhook.state, webhook.sequence).await?;
    tell(scope, actor, webhook, (Activity::WebhookEnabled, Vec::new()), moment).await
}

/// Ends deliveries to a webhook; what waits has failed, and can be sent again once it is enabled.
pub(super) async fn disable(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    webhook: &Webhook,
    state: EndpointState,
    moment: &Moment,
) -> Result<(), Error> {
    store::webhooks::set_state(scope, webhook.id, state, webhook.sequence).await?;
    store::deliveries::give_up(scope, webhook.id).await?;
    settle_following(scope).await?;
    let why = Change::set("reason", state.as_str());
    tell(scope, actor, webhook, (Activity::WebhookDisabled, vec![why]), moment).await
}

async fn settle_following(scope: &mut TenantScope<'_>) -> Result<(), Error> {
    let anybody = store::webhooks::all(scope).await?.iter().any(Webhook::is_enabled);
    changes::follow(scope, anybody).await.map(drop)
}

/// Removes a webhook with its deliveries.
///
/// # Errors
/// Not allowed or not there.
pub async fn remove(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: WebhookId,
    moment: &Moment,
) -> Result<(), Error> {
    let webhook = get(scope, actor, id).await?;
    store::webhooks::delete(scope, id).await?;
    settle_following(scope).await?;
    tell(scope, actor, &webhook, (Activity::WebhookRemoved, Vec::new()), moment).await
}

/// Makes a new secret, which signs from now on; the one before it signs too for a day.
///
/// # Errors
/// Not allowed or not there.
pub async fn rotate_secret(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: WebhookId,
    moment: &Moment,
) -> Result<(Webhook, Secret), Error> {
    let webhook = get(scope, actor, id).await?;
    let secret = signature::new_secret(moment);
    let stored = sealed(app, &context(scope, id), &secret)?;
    store::webhooks::set_secret(scope, id, stored, moment.after_seconds(HOURS_OVERLAP * 3600)).await?;
    tell(scope, actor, &webhook, (Activity::WebhookSecretRotated, Vec::new()), moment).await?;
    Ok((webhook, secret))
}
