//! The one verifier of our own tokens (SPEC §3.3).
//!
//! [`read`] finds whether a key of ours that counts has signed a token of this kind. What it says is told to nobody but who names
//! the tenant, the audience and the time that it must have: [`Own::says`] compares them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::ids::TenantId;
use serde_json::Value;

use super::{Algorithm, Live, alive};
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::moment::Moment;

/// The `iss` of a tenant's tokens, whatever address they were asked at (SPEC §9).
#[must_use]
pub fn issuer(app: &App, tenant: TenantId) -> String {
    app.link(&format!("/{tenant}/v2.0"))
}

/// Whom a token must be for.
#[derive(Clone, Copy, Debug)]
pub enum Audience<'a> {
    /// This service.
    Service,
    /// A client, by its id.
    Client(&'a str),
    /// A client that got it, or that it is for.
    Concerned(&'a str),
    /// Any: the place compares who it was made for with something else.
    Any,
}

/// What a token must be to count at a place.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// `None` where the token itself says in which tenant it acts.
    pub tenant: Option<TenantId>,
    pub audience: Audience<'a>,
    /// One that has ended still says whom and what it was made for (OpenID Connect RP-Initiated Logout 1.0 §2).
    pub may_have_ended: bool,
}

/// A token that we have signed.
#[derive(Clone, Debug)]
pub struct Own(Arc<Value>);

impl Own {
    /// What it says, if it is for this place and this moment.
    #[must_use]
    pub fn says(&self, app: &App, wanted: &Wanted<'_>, moment: &Moment) -> Option<&Value> {
        let claims = &*self.0;
        let tenant: TenantId = claims["tid"].as_str()?.parse().ok()?;
        let is = |name: &str, value: &str| claims[name].as_str() == Some(value);
        let is_for = match wanted.audience {
            Audience::Service => is("aud", &app.link("")),
            Audience::Client(id) => is("aud", id),
            Audience::Concerned(id) => is("aud", id) || is("client_id", id),
            Audience::Any => true,
        };
        let now = moment.now.as_second();
        let has_begun = claims["nbf"].as_i64().is_some_and(|begins| begins <= now);
        let lasts = wanted.may_have_ended || claims["exp"].as_i64().is_some_and(|ends| now < ends);
        let counts = wanted.tenant.is_none_or(|wanted| wanted == tenant)
            && is("iss", &issuer(app, tenant))
            && is_for
            && has_begun
            && lasts;
        counts.then_some(claims)
    }
}

/// Finds whether a key of ours that counts has signed a token, and it is of this kind (`typ`).
///
/// # Errors
/// When the engine fails.
pub async fn read(
    app: &App,
    scope: &mut Scope,
    token: &str,
    kind: &str,
    moment: &Moment,
) -> Result<Option<Own>, Error> {
    // Another node may have made a key a moment ago.
    let known = app.signing.alive.find(app, &()).filter(|keys| is_named(keys, token));
    let keys = match known {
        Some(keys) => keys,
        None => alive(app, scope).await?,
    };
    Ok(signed(app, &keys, token, kind, moment))
}

fn is_named(keys: &[Live], token: &str) -> bool {
    Head::read(token).is_some_and(|head| keys.iter().any(|live| live.kept.id == head.key))
}

/// The same without a look at the database, if its keys are known.
#[must_use]
pub fn read_known(app: &App, token: &str, kind: &str, moment: &Moment) -> Option<Option<Own>> {
    let keys = app.signing.alive.find(app, &())?;
    Some(signed(app, &keys, token, kind, moment))
}

fn signed(app: &App, keys: &[Live], token: &str, kind: &str, moment: &Moment) -> Option<Own> {
    let name = name(token);
    let known = app.signing.seen.get(&name);
    let seen = match known {
        Some(seen) => seen,
        None => Seen::read(token, keys)?,
    };
    let counts = |live: &&Live| *live.kept.id == *seen.key && live.kept.counts(moment.now);
    if *seen.kind != *kind || !keys.iter().any(|live| counts(&live)) {
        return None;
    }
    let own = Own(Arc::clone(&seen.claims));
    app.signing.seen.keep(name, seen);
    Some(own)
}

/// The header of what the master key signs, the one that is made and accepted: no client chooses the algorithm (RFC 8725 §3.1).
const BY_MASTER_KEY: &str = r#"{"alg":"HS256","typ":"at+jwt"}"#;

/// Signs what the operator hands out.
#[must_use]
pub fn sign_by_master_key(app: &App, claims: &[u8]) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(BY_MASTER_KEY), URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(app.keys.sign_token(&signed));
    format!("{signed}.{signature}")
}

/// Finds whether the master key has signed a token.
#[must_use]
pub fn read_by_master_key(app: &App, token: &str) -> Option<Own> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    if header != URL_SAFE_NO_PAD.encode(BY_MASTER_KEY) || !app.keys.token_matches(signed, &signature) {
        return None;
    }
    let claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    Some(Own(Arc::new(claims)))
}

/// Is a token bound to this key, or to none where none was shown (RFC 9449 §7.1)? Any other confirmation isn't understood.
#[must_use]
pub fn is_bound_to(claims: &Value, key: Option<&str>) -> bool {
    match claims.get("cnf") {
        None => key.is_none(),
        Some(confirmation) => key.is_some() && confirmation["jkt"].as_str() == key,
    }
}

/// A token's digest: no token lies in memory.
type Name = [u8; 32];

fn name(token: &str) -> Name {
    let mut name = Name::default();
    name.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    name
}

/// What was found when a signature was right. It stays right; whether its key counts is asked each time.
#[derive(Clone)]
struct Seen {
    key: Arc<str>,
    kind: Arc<str>,
    claims: Arc<Value>,
}

/// What a token says of how it is signed, before anything of it is believed.
struct Head {
    key: String,
    algorithm: Algorithm,
    kind: String,
}

impl Head {
    fn read(token: &str) -> Option<Self> {
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
        let header: Value = serde_json::from_slice(&header).ok()?;
        let text = |name: &str| header.get(name).and_then(Value::as_str);
        let algorithm = Algorithm::named(text("alg")?)?;
        Some(Self { key: text("kid")?.to_owned(), algorithm, kind: text("typ")?.to_owned() })
    }
}

impl Seen {
    fn read(token: &str, keys: &[Live]) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (_, claims) = signed.split_once('.')?;
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let head = Head::read(token)?;
        let is_its = |live: &&Live| live.kept.id == head.key && live.kept.algorithm == head.algorithm;
        if !keys.iter().find(is_its)?.key.verifies(signed, &decoded(signature)?) {
            return None;
        }
        let claims = serde_json::from_slice(&decoded(claims)?).ok()?;
        Some(Self { key: head.key.into(), kind: head.kind.into(), claims: Arc::new(claims) })
    }
}

/// Tokens that are remembered: those of the last while, up to twice so many. Each is a kilobyte or two.
const MOST: usize = 1000;

/// Signatures that were found right, so that a token that is shown with every request is verified once.
#[derive(Default)]
pub struct Signatures(RwLock<Generations>);

#[derive(Default)]
struct Generations {
    newer: HashMap<Name, Seen>,
    older: HashMap<Name, Seen>,
}

impl Signatures {
    fn get(&self, name: &Name) -> Option<Seen> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.newer.get(name).or_else(|| known.older.get(name)).cloned()
    }

    fn keep(&self, name: Name, seen: Seen) {
        if self.0.read().unwrap_or_else(PoisonError::into_inner).newer.contains_key(&name) {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.newer.len() >= MOST {
            known.older = std::mem::take(&mut known.newer);
        }
        known.newer.insert(name, seen);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_tokens_of_the_last_while_are_remembered() {
        let signatures = Signatures::default();
        let seen = Seen { key: "k".into(), kind: "JWT".into(), claims: Arc::new(json!({})) };
        let names: Vec<Name> = (0..=2 * MOST).map(|number| name(&number.to_string())).collect();
        for name in &names {
            signatures.keep(*name, seen.clone());
        }
        assert!(signatures.get(&names[0]).is_none());
        assert!(signatures.get(&names[MOST]).is_some() && signatures.get(&names[2 * MOST]).is_some());
    }

    #[test]
    fn a_token_is_bound_to_its_key_and_to_no_other() {
        for (claims, key, bound) in [
            (json!({}), None, true),
            (json!({}), Some("a"), false),
            (json!({ "cnf": { "jkt": "a" } }), Some("a"), true),
            (json!({ "cnf": { "jkt": "a" } }), Some("b"), false),
            (json!({ "cnf": { "jkt": "a" } }), None, false),
            (json!({ "cnf": { "x5t#S256": "a" } }), Some("a"), false),
        ] {
            assert_eq!(is_bound_to(&claims, key), bound, "{claims}");
        }
    }
}
