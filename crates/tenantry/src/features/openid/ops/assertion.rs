//! A client that shows who it is by a token that it signed with the key of its certificate (RFC 7523 §3).

use jiff::Timestamp;
use model::ids::TenantId;
use serde_json::Value;
use uuid::Uuid;

use super::client::Client;
use crate::app::App;
use crate::features::applications::{self, signed_by};
use crate::signing::Signed;
use crate::signing::own::issuer;

/// Seconds that an assertion may be good for, and that a client's clock may be ahead.
const LONGEST: f64 = 86_400.0;
const AHEAD: f64 = 300.0;

/// The client that an assertion says to be from, before anything of it is believed.
#[must_use]
pub fn subject(assertion: &str) -> Option<String> {
    use base64::Engine as _;
    let claims = assertion.split('.').nth(1)?;
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims["sub"].as_str().map(str::to_owned)
}

/// Is the assertion the client's, for this tenant, and good now? It may come more than once: clients keep one for as long as
/// it is good.
#[must_use]
pub fn holds(app: &App, tenant: TenantId, client: &Client, assertion: &str, now: Timestamp) -> Option<Uuid> {
    let (application, principal) = (&client.application.properties, &client.principal.properties);
    let applications::Signed { claims, key } = signed_by(assertion, &application.key_credentials, now)
        .or_else(|| signed_by(assertion, &principal.key_credentials, now))
        .or_else(|| registered(app, client, assertion, now))?;
    let own = client.app_id().to_string();
    let is = |name: &str| claims[name].as_str().is_some_and(|text| text.eq_ignore_ascii_case(&own));
    // Some clients write times with a fraction.
    let time = |name: &str| claims[name].as_f64();
    let now = now.as_second() as f64;
    let lasts = time("exp").is_some_and(|ends| now < ends && ends < now + LONGEST + AHEAD);
    let begun = time("nbf").is_none_or(|begins| begins <= now + AHEAD);
    let counts = is("iss") && is("sub") && is_for(app, tenant, &claims["aud"]) && lasts && begun;
    counts.then_some(key)
}

/// What it says, if one of the keys that the client registered has signed it in the way that it registered.
fn registered(app: &App, client: &Client, assertion: &str, now: Timestamp) -> Option<applications::Signed> {
    let read = Signed::read(assertion)?;
    let wanted = client.settings().token_endpoint_auth_signing_alg.as_ref();
    let fits = wanted.is_none_or(|wanted| *wanted == read.algorithm);
    let counts = fits && read.by_one_of(&client.keys(app, now));
    // Such a key has no id: it opens the token endpoint, and not the directory API, which looks for the credential each time.
    counts.then(|| applications::Signed { claims: read.claims, key: Uuid::nil() })
}

/// The token endpoint by the tenant's id or issuer; and by one of its domain names, which the caller has entered by.
fn is_for(app: &App, tenant: TenantId, audience: &Value) -> bool {
    let names = [
        issuer(app, tenant),
        app.link(&format!("/{tenant}/oauth2/v2.0/token")),
        // RFC 9126 §2
        app.link(&format!("/{tenant}/oauth2/v2.0/par")),
    ];
    let is = |value: &Value| value.as_str().is_some_and(|text| names.iter().any(|name| name == text));
    match audience {
        Value::Array(several) => several.iter().any(is),
        one => is(one),
    }
}
