//! Requests that a client signed (OpenID Connect Core §6, RFC 9101), with keys that it registered.

use jiff::Timestamp;
use model::applications::REQUESTING;
use protocol::oauth::{Fault, FaultCode, Parameters};
use serde_json::Value;

use super::client::Client;
use crate::app::App;
use crate::features::applications::signed_by;
use crate::signing::Signed;

/// Seconds that a client's clock may be ahead.
const AHEAD: f64 = 60.0;
/// Claims of the token itself, which are no parameters.
const OF_THE_TOKEN: [&str; 7] = ["iss", "aud", "exp", "nbf", "iat", "jti", "sub"];

fn invalid(words: &str) -> Fault {
    Fault::new(FaultCode::InvalidRequestObject, words)
}

/// Where a request object was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the request itself: anybody may have written it.
    Value,
    /// At an address that the client registered, over a connection that shows whose it is.
    Address,
}

/// The parameters of a request with those of its request object in their place.
///
/// # Errors
/// `invalid_request_object`; an unsigned one of a client that isn't registered so is `request_not_supported`.
pub fn opened(
    app: &App,
    client: &Client,
    about: (&Parameters, &str),
    now: Timestamp,
) -> Result<Parameters, Fault> {
    opened_from(app, client, about, Source::Value, now)
}

/// What an object that doesn't count says of how the client is to be told so. It leads nowhere else by it.
#[must_use]
pub fn told_by(sent: &Parameters) -> Parameters {
    let read = sent.get("request").and_then(Signed::read);
    let object = read.and_then(|read| parameters(&read.claims).ok()).unwrap_or_default();
    let kept = ["response_mode", "response_type", "state"].into_iter();
    let kept = kept.filter(|name| sent.get(name).is_none());
    Parameters::of(kept.filter_map(|name| Some((name.to_owned(), object.get(name)?.to_owned()))))
        .unwrap_or_default()
}

/// The same of one that was found there.
///
/// # Errors
/// As [`opened`]; one from an address needs no signature where the client registered no other wish.
pub fn opened_from(
    app: &App,
    client: &Client,
    (sent, issuer): (&Parameters, &str),
    source: Source,
    now: Timestamp,
) -> Result<Parameters, Fault> {
    let Some(token) = sent.get("request") else { return Ok(sent.clone()) };
    let read = Signed::read(token).ok_or_else(|| invalid("request isn't a JSON Web Token"))?;
    signed(app, client, (&read, token), source, now)?;
    hold(client, &read.claims, issuer, now)?;
    let object = parameters(&read.claims)?;
    for name in ["client_id", "response_type"] {
        let (beside, inside) = (sent.get(name), object.get(name));
        if beside.is_some() && inside.is_some() && beside != inside {
            return Err(invalid(&format!("{name} beside the request object differs from the one in it")));
        }
    }
    Ok(sent.clone().without("request").with(object))
}

fn signed(
    app: &App,
    client: &Client,
    (read, token): (&Signed<'_>, &str),
    source: Source,
    now: Timestamp,
) -> Result<(), Fault> {
    let wanted = client.settings().request_object_signing_alg.as_deref();
    if read.is_unsigned() {
        return match wanted {
            Some("none") => Ok(()),
            None if source == Source::Address => Ok(()),
            _ => Err(Fault::new(
                FaultCode::RequestNotSupported,
                "the application isn't registered for request objects without a signature",
            )),
        };
    }
    let fits = read.algorithm != "none"
        && REQUESTING.contains(&read.algorithm.as_str())
        && wanted.is_none_or(|wanted| wanted == read.algorithm);
    let (application, principal) = (&client.application.properties, &client.principal.properties);
    let certified = || {
        signed_by(token, &application.key_credentials, now).is_some()
            || signed_by(token, &principal.key_credentials, now).is_some()
    };
    if fits && (read.by_one_of(&client.keys(app, now)) || certified()) {
        return Ok(());
    }
    Err(invalid("no key of the application has signed the request object in the way that is registered"))
}

/// Whom it is from and for, and when: what the token says must be so.
fn hold(client: &Client, claims: &Value, issuer: &str, now: Timestamp) -> Result<(), Fault> {
    let own = client.app_id().to_string();
    let is = |name: &str, wanted: &str| match claims.get(name) {
        None => true,
        Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some(wanted)),
        Some(one) => one.as_str().is_some_and(|text| text.eq_ignore_ascii_case(wanted)),
    };
    if !is("iss", &own) || !is("client_id", &own) || !is("aud", issuer) {
        return Err(invalid("the request object isn't the application's, or isn't for this issuer"));
    }
    // Such a token shows who a client is; it was made for another purpose (RFC 9101 §10.8).
    if claims["sub"].as_str().is_some_and(|subject| subject.eq_ignore_ascii_case(&own)) {
        return Err(invalid("a request object has no sub that is the application"));
    }
    let now = now.as_second() as f64;
    // One that isn't a number counts for none.
    let time = |name: &str| claims.get(name).map(serde_json::Value::as_f64);
    let ended = time("exp").is_some_and(|ends| ends.is_none_or(|ends| ends <= now));
    let early = time("nbf").is_some_and(|begins| begins.is_none_or(|begins| begins > now + AHEAD));
    if ended || early {
        return Err(invalid("the request object isn't valid now"));
    }
    Ok(())
}

fn parameters(claims: &Value) -> Result<Parameters, Fault> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in claims.as_object().into_iter().flatten() {
        if matches!(name.as_str(), "request" | "request_uri") {
            return Err(invalid("a request object holds no other"));
        }
        if OF_THE_TOKEN.contains(&name.as_str()) {
            continue;
        }
        match value {
            Value::Null => {}
            Value::String(text) => pairs.push((name.clone(), text.clone())),
            Value::Array(several) if name == "resource" => {
                pairs.extend(
                    several.iter().filter_map(Value::as_str).map(|one| (name.clone(), one.to_owned())),
                );
            }
            other => pairs.push((name.clone(), other.to_string())),
        }
    }
    Parameters::of(pairs)
}
