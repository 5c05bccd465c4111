//! A device without a browser asks for a sign-in, a person answers on another one, and the device comes for its tokens (RFC 8628).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use model::applications::Platform;
use model::ids::TenantId;
use model::refusal::{Code, Refusal};
use protocol::oauth::{AuthorizationRequest, ClientAuthentication, FaultCode, Parameters};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::authorize::{self, Identified, Owed};
use super::client::{self, Redirect};
use super::consent::{self, For};
use super::redeem::{self, Redeemed};
use super::{Refused, outcome, refused, scopes};
use crate::access::Origin;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::{Scope, TenantScope};
use crate::error::Error;
use crate::features::openid::store::{self, device};
use crate::moment::Moment;
use crate::secrets::Secret;

/// Seconds that a person has to answer.
pub const LASTS: i64 = 900;
/// Seconds between two questions of a device, and by how many they grow with each that came too early (§3.5).
pub const INTERVAL: i64 = 5;
/// Consonants without those that look or sound like another letter or a digit (§6.1); without vowels they make no words.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;
/// Characters of all scopes and resources.
const LONGEST: usize = 4000;

const DEVICE: &str = "device code";
const PERSON: &str = "device user code";

/// What a device asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub scope: Vec<String>,
    pub resource: Vec<String>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Granted { tenant: TenantId, grant: Uuid },
    Refused,
}

/// A row of `device_request`.
#[derive(Clone, Debug)]
pub struct DeviceRequest {
    pub id: Uuid,
    pub client_id: Uuid,
    /// `None` is that of whoever answers.
    pub tenant: Option<TenantId>,
    pub asked: Asked,
    pub ip: String,
    pub user_agent: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub polled_at: Option<Timestamp>,
    pub wait_seconds: i64,
    pub answer: Option<Answer>,
}

/// Which tenant an address names; the two names that stand for none leave it to the person.
///
/// # Errors
/// No such tenant, or the engine fails.
pub async fn named(scope: &mut Scope, named: &str) -> Result<Option<TenantId>, Error> {
    if super::is_any_tenant(named) {
        return Ok(None);
    }
    store::tenant_of(scope, named).await?.map(Some).ok_or_else(Error::not_found)
}

/// Refuses what no person could grant, as far as a device's request says where it is for.
///
/// # Errors
/// A client that isn't there or isn't said to be public, or a scope that can't be had.
pub async fn check(
    app: &App,
    scope: &mut Scope,
    tenant: Option<TenantId>,
    sent: &Parameters,
) -> Result<Uuid, Refused> {
    let unknown = || refused(FaultCode::InvalidClient, "the client isn't known here");
    let named = sent.required("client_id")?;
    let client_id: Uuid = named.parse().map_err(|_| unknown())?;
    let long: usize = sent.pairs().iter().map(|(_, value)| value.len()).sum();
    if long > LONGEST {
        return Err(refused(FaultCode::InvalidRequest, "the request is too long"));
    }
    let Some(tenant) = tenant else { return Ok(client_id) };
    let mut inside = authorize::enter(app, scope, &tenant.to_string()).await?;
    let client = client::find(app, &mut inside, named).await?.ok_or_else(unknown)?;
    if !client.is_said_public() {
        let words = "the application must be said to be a public client: isFallbackPublicClient";
        return Err(refused(FaultCode::UnauthorizedClient, words));
    }
    let resources: Vec<String> = sent.all("resource").map(str::to_owned).collect();
    scopes::look_up(app, &mut inside, &sent.words("scope"), &resources).await?;
    Ok(client_id)
}

/// Keeps a request, and gives the code of the device and that of the person.
///
/// # Errors
/// When the engine fails.
pub async fn start(
    app: &App,
    scope: &mut Scope,
    (client_id, tenant): (Uuid, Option<TenantId>),
    (sent, origin): (&Parameters, &Origin),
    moment: &Moment,
) -> Result<(Secret, String), Error> {
    device::forget_before(scope, moment.after_seconds(-86_400)).await?;
    let new = DeviceRequest {
        id: moment.uuid(),
        client_id,
        tenant,
        asked: Asked {
            scope: sent.words("scope"),
            resource: sent.all("resource").map(str::to_owned).collect(),
        },
        ip: origin.ip.clone(),
        user_agent: origin.user_agent.chars().take(300).collect(),
        created_at: moment.now,
        expires_at: moment.after_seconds(LASTS),
        polled_at: None,
        wait_seconds: INTERVAL,
        answer: None,
    };
    for _ in 0..5 {
        let code = letters(u64::from_le_bytes(moment.bytes()));
        if device::insert(scope, &new, app.keys.hash(PERSON, b"", &code)).await? {
            return Ok((device_code(app, new.id), shown(&code)));
        }
    }
    Err(Error::internal("no code is free"))
}

/// A code of a random number: 20^8 is so far below 2^64 that each is as likely as any other.
fn letters(mut number: u64) -> String {
    let mut code = String::new();
    for _ in 0..LENGTH {
        code.push(char::from(LETTERS[(number % 20) as usize]));
        number /= 20;
    }
    code
}

fn shown(code: &str) -> String {
    let (first, second) = code.split_at(LENGTH / 2);
    format!("{first}-{second}")
}

/// A code as it was typed: in any case, with whatever stands between.
#[must_use]
pub fn typed(text: &str) -> Option<String> {
    let code: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|char| char.to_ascii_uppercase())
        .take(20)
        .collect();
    (code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte))).then_some(code)
}

fn device_code(app: &App, id: Uuid) -> Secret {
    let mut bytes = id.as_bytes().to_vec();
    bytes.extend(app.keys.hash(DEVICE, id.as_bytes(), ""));
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

fn read(app: &App, text: &str) -> Option<Uuid> {
    let bytes: [u8; 48] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (id, mark) = bytes.split_at(16);
    app.keys.matches(DEVICE, id, "", mark).then(|| Uuid::from_slice(id).ok())?
}

fn ended() -> Refused {
    refused(
        FaultCode::InvalidGrant,
        "the device code isn't one, was used, or belongs to another client or tenant",
    )
}

/// What a device gets that asks for its tokens. What was noted of it stays, whatever the answer.
///
/// # Errors
/// `authorization_pending`, `slow_down`, `access_denied`, `expired_token` and others, or the engine fails.
pub async fn poll(
    app: &App,
    scope: &mut Scope,
    (named_tenant, authentication): (&str, &ClientAuthentication),
    sent: &Parameters,
    moment: &Moment,
) -> Result<(TenantId, Redeemed), Refused> {
    let id = read(app, sent.required("device_code")?).ok_or_else(ended)?;
    let found = device::get(scope, id).await?.ok_or_else(ended)?;
    let client_id = found.client_id.to_string();
    let is_theirs = authentication.client_id().is_some_and(|id| id.eq_ignore_ascii_case(&client_id));
    if !is_theirs || named(scope, named_tenant).await? != found.tenant {
        return Err(ended());
    }
    match found.answer {
        Some(Answer::Refused) => Err(refused(FaultCode::AccessDenied, "the person didn't agree")),
        Some(Answer::Granted { tenant, grant }) => {
            let mut inside = authorize::enter(app, scope, &tenant.to_string()).await?;
            let (client, _) = client::authenticate(app, &mut inside, authentication, moment).await?;
            if !client.is_said_public() {
                return Err(ended());
            }
            Ok((tenant, redeem::granted(app, &mut inside, client, grant, moment).await?))
        }
        None if found.expires_at <= moment.now => {
            Err(refused(FaultCode::ExpiredToken, "nobody answered in time"))
        }
        None => Err(wait(scope, &found, moment).await?),
    }
}

async fn wait(scope: &mut Scope, found: &DeviceRequest, moment: &Moment) -> Result<Refused, Error> {
    let pause = SignedDuration::from_secs(found.wait_seconds);
    let too_early = found.polled_at.is_some_and(|at| moment.now.duration_since(at) < pause);
    let wait = found.wait_seconds + if too_early { INTERVAL } else { 0 };
    device::polled(scope, found.id, wait, moment).await?;
    Ok(match too_early {
        true => refused(FaultCode::SlowDown, "wait 5 seconds longer between two questions"),
        false => refused(FaultCode::AuthorizationPending, "nobody has answered yet"),
    })
}

/// A request that a person can answer, with what it comes to for them.
pub struct Answerable {
    pub request: DeviceRequest,
    pub identified: Identified,
    pub authorization: AuthorizationRequest,
    pub owed: Owed,
}

/// The request with this code, as far as it concerns somebody of this tenant.
///
/// # Errors
/// [`Code::DeviceCodeUnknown`] for a code that isn't one, has ended, was answered or is another tenant's; a person who isn't
/// assigned; or the engine fails.
pub async fn answerable(
    app: &App,
    scope: &mut TenantScope<'_>,
    who: &SignedIn,
    code: &str,
    moment: &Moment,
) -> Result<Answerable, Error> {
    let unknown = || Error::from(Refusal::new(Code::DeviceCodeUnknown).on("device_code"));
    let code = typed(code).ok_or_else(unknown)?;
    let tenant = scope.tenant();
    let found = device::by_code(scope.global(), app.keys.hash(PERSON, b"", &code)).await?;
    let counts = |found: &DeviceRequest| {
        found.answer.is_none()
            && moment.now < found.expires_at
            && found.tenant.is_none_or(|asked| asked == tenant)
    };
    let request = found.filter(counts).ok_or_else(unknown)?;
    let client = client::find(app, scope, &request.client_id.to_string()).await?;
    let client = client.filter(|client| client.is_said_public()).ok_or_else(unknown)?;
    let redirect = Redirect { uri: String::new(), platform: Platform::PublicClient };
    let identified = Identified { client, redirect, redirect_sent: false };
    let mut pairs = vec![
        ("response_type".to_owned(), "code".to_owned()),
        ("scope".to_owned(), request.asked.scope.join(" ")),
    ];
    pairs.extend(request.asked.resource.iter().map(|name| ("resource".to_owned(), name.clone())));
    let authorization = Parameters::of(pairs).and_then(|sent| AuthorizationRequest::parse(&sent));
    let authorization = authorization.map_err(|_| unknown())?;
    let owed = authorize::owed(app, scope, &identified, &authorization, who).await;
    // What can't be granted here can't be answered here.
    let owed = outcome(owed)?.map_err(|_| unknown())?;
    Ok(Answerable { request, identified, authorization, owed })
}

/// Lets the device in.
///
/// # Errors
/// As [`answerable`], and consent that only an administrator can give.
pub async fn allow(
    app: &App,
    scope: &mut TenantScope<'_>,
    who: &SignedIn,
    (code, for_everybody): (&str, bool),
    moment: &Moment,
) -> Result<(), Error> {
    let asked = answerable(app, scope, who, code, moment).await?;
    let user = who.actor.person()?;
    if !asked.owed.consent.is_given() {
        let whom = if for_everybody { For::Everybody } else { For::Oneself(user) };
        let given =
            consent::give(app, scope, &who.actor, &asked.identified, &asked.owed, (whom, moment)).await;
        outcome(given)?.map_err(|_| Error::from(Code::DeviceCodeUnknown))?;
    }
    let about = (&asked.identified, &asked.authorization);
    let grant = authorize::make(scope, about, who, &asked.owed, moment).await?.id;
    let answer = Answer::Granted { tenant: scope.tenant(), grant };
    answered(scope, &asked.request, answer, moment).await
}

/// Sends the device away.
///
/// # Errors
/// As [`answerable`].
pub async fn refuse(
    app: &App,
    scope: &mut TenantScope<'_>,
    who: &SignedIn,
    code: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let asked = answerable(app, scope, who, code, moment).await?;
    answered(scope, &asked.request, Answer::Refused, moment).await
}

async fn answered(
    scope: &mut TenantScope<'_>,
    request: &DeviceRequest,
    answer: Answer,
    moment: &Moment,
) -> Result<(), Error> {
    match device::answer(scope.global(), request.id, &answer, moment).await? {
        true => Ok(()),
        // Somebody else was faster: what was done here is undone.
        false => Err(Refusal::new(Code::DeviceCodeUnknown).on("device_code").into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_is_read_however_it_is_typed(number in any::<u64>()) {
            let code = letters(number);
            prop_assert_eq!(typed(&shown(&code)), Some(code.clone()));
            prop_assert_eq!(typed(&format!(" {} ", shown(&code).to_lowercase().replace('-', " "))), Some(code));
        }

        #[test]
        fn whatever_is_typed_is_read(text in ".*") {
            if let Some(code) = typed(&text) {
                prop_assert!(code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte)));
            }
        }
    }
}
