//! Requests that a client pushes before it sends a browser (RFC 9126). Their name counts once and for a minute; what a browser
//! carries on from there is a handle of ours, until the request is answered.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::ids::TenantId;
use protocol::oauth::{Fault, FaultCode, Parameters};
use uuid::Uuid;

use super::client::Client;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::openid::store::pushed as store;
use crate::moment::Moment;

/// Seconds that a name counts, and that a handle does after it.
pub const NAME_SECONDS: i64 = 60;
const HANDLE_SECONDS: i64 = 3600;
/// Bytes of a request.
const LONGEST: usize = 16 << 10;

const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
const NAME: &str = "pushed request";
const HANDLE: &str = "pushed request opened";

/// Whether a `request_uri` is one that this service gives.
#[must_use]
pub fn is_name(request_uri: &str) -> bool {
    request_uri.starts_with(PREFIX)
}

fn context(tenant: TenantId, id: Uuid) -> Vec<u8> {
    [tenant.0.as_bytes().as_slice(), id.as_bytes()].concat()
}

fn marked(app: &App, purpose: &str, tenant: TenantId, id: Uuid) -> String {
    let mark = app.keys.hash(purpose, &context(tenant, id), "");
    URL_SAFE_NO_PAD.encode([id.as_bytes().as_slice(), &mark].concat())
}

fn read(app: &App, purpose: &str, tenant: TenantId, text: &str) -> Option<Uuid> {
    let decoded: [u8; 48] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let id = Uuid::from_slice(&decoded[..16]).ok()?;
    app.keys.matches(purpose, &context(tenant, id), "", &decoded[16..]).then_some(id)
}

fn unknown() -> Fault {
    Fault::new(FaultCode::InvalidRequestUri, "the pushed request isn't there, was used or has ended")
}

/// Keeps a request and gives its name.
///
/// # Errors
/// One that is too long, or the engine fails.
pub async fn push(
    app: &App,
    scope: &mut TenantScope<'_>,
    client: &Client,
    sent: &Parameters,
    moment: &Moment,
) -> Result<Result<String, Fault>, Error> {
    let parameters = serde_json::to_string(sent.pairs()).map_err(Error::internal)?;
    if parameters.len() > LONGEST {
        return Ok(Err(Fault::new(FaultCode::InvalidRequest, "the request is too long")));
    }
    let id = moment.uuid();
    store::forget(scope, client.principal.id.0, moment.after_seconds(-HANDLE_SECONDS)).await?;
    let expires_at = moment.after_seconds(NAME_SECONDS);
    store::insert(scope, (id, client.principal.id.0), &parameters, expires_at).await?;
    Ok(Ok(format!("{PREFIX}{}", marked(app, NAME, scope.tenant(), id))))
}

/// Uses a name up and gives the handle that goes on from it.
///
/// # Errors
/// When the engine fails. A name that doesn't count, or is another client's, is a fault.
pub async fn open(
    app: &App,
    scope: &mut TenantScope<'_>,
    client: &Client,
    request_uri: &str,
    moment: &Moment,
) -> Result<Result<String, Fault>, Error> {
    let tenant = scope.tenant();
    let id = request_uri.strip_prefix(PREFIX).and_then(|text| read(app, NAME, tenant, text));
    let Some(id) = id else { return Ok(Err(unknown())) };
    if !store::open(scope, (id, client.principal.id.0), moment).await? {
        return Ok(Err(unknown()));
    }
    Ok(Ok(marked(app, HANDLE, tenant, id)))
}

/// What was pushed, for the handle of a request that is still to be answered.
///
/// # Errors
/// When the engine fails.
pub async fn carried(
    app: &App,
    scope: &mut TenantScope<'_>,
    client: &Client,
    handle: &str,
    moment: &Moment,
) -> Result<Option<(Uuid, Parameters)>, Error> {
    let Some(id) = read(app, HANDLE, scope.tenant(), handle) else { return Ok(None) };
    let since = moment.after_seconds(-HANDLE_SECONDS);
    let Some(text) = store::opened(scope, (id, client.principal.id.0), since).await? else { return Ok(None) };
    let pairs: Vec<(String, String)> = serde_json::from_str(&text).map_err(Error::internal)?;
    Ok(Parameters::of(pairs).ok().map(|sent| (id, sent)))
}

/// Closes a request that gets its code.
///
/// # Errors
/// When the engine fails. One that was closed before is a fault.
pub async fn close(
    scope: &mut TenantScope<'_>,
    id: Uuid,
    moment: &Moment,
) -> Result<Result<(), Fault>, Error> {
    Ok(if store::close(scope, id, moment).await? { Ok(()) } else { Err(unknown()) })
}
