//! Proof that whoever sends a request has the key that their tokens are bound to (DPoP, RFC 9449).
//!
//! A proof is for one method and address, for a few minutes, and for one time: its `jti` is kept for as long as it could come again.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Signed, store};
use crate::app::App;
use crate::error::Error;
use crate::transaction;

/// How proofs may be signed.
pub const ALGORITHMS: [&str; 4] = ["ES256", "RS256", "PS256", "EdDSA"];
/// Seconds that a proof is good for, and that a client's clock may be ahead.
const LASTS: i64 = 300;
const AHEAD: i64 = 60;
/// Characters of a proof, and of its `jti`.
const SIZE: usize = 4096;
const ID: usize = 256;

/// A proof whose signature fits what it says. It counts once, by [`spend`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The thumbprint of the key (RFC 7638).
    pub thumbprint: String,
    seen: Vec<u8>,
    until: i64,
}

/// What a request shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    Nothing,
    Proof(Proof),
    /// Something that isn't a proof, or not for this request.
    Wrong,
}

/// Reads the proof of a request. `address` is the one that it was sent to, without a query; `token` stands beside it at a resource.
#[must_use]
pub fn shown(headers: &HeaderMap, request: (&str, &str), token: Option<&str>, now: Timestamp) -> Shown {
    let mut all = headers.get_all("dpop").iter();
    match (all.next(), all.next()) {
        (None, _) => Shown::Nothing,
        (Some(one), None) => {
            let proof = one.to_str().ok().and_then(|text| read(text, request, token, now));
            proof.map_or(Shown::Wrong, Shown::Proof)
        }
        _ => Shown::Wrong,
    }
}

fn read(text: &str, (method, address): (&str, &str), token: Option<&str>, now: Timestamp) -> Option<Proof> {
    if text.len() > SIZE {
        return None;
    }
    let signed = Signed::read(text)?;
    let key = signed.header.get("jwk")?;
    if signed.kind.as_deref()? != "dpop+jwt" || !ALGORITHMS.contains(&signed.algorithm.as_str()) {
        return None;
    }
    let thumbprint = thumbprint(key.as_object()?)?;
    if !signed.by_one_of(std::slice::from_ref(key)) {
        return None;
    }
    let of = |name: &str| signed.claims.get(name).and_then(Value::as_str);
    let hash = |text: &str| URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()));
    let (id, at) = (of("jti")?, signed.claims.get("iat")?.as_f64()?);
    let now = now.as_second();
    let fits = (1..=ID).contains(&id.len())
        && of("htm")? == method
        && of("htu").is_some_and(|sent| same(sent, address))
        && token.is_none_or(|token| of("ath").is_some_and(|sent| sent == hash(token)))
        && at <= (now + AHEAD) as f64
        && at > (now - LASTS) as f64;
    let seen = digest(&SHA256, format!("{thumbprint} {id}").as_bytes()).as_ref().to_vec();
    fits.then_some(Proof { thumbprint, seen, until: now + LASTS + AHEAD })
}

/// Compared without query and fragment (§4.3), and with a host in any case.
fn same(sent: &str, address: &str) -> bool {
    let bare = |text: &str| text.split(['?', '#']).next().unwrap_or_default().to_owned();
    let parted = |text: &str| -> Option<(String, String)> {
        let (scheme, rest) = text.split_once("://")?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let path = if path.is_empty() { "/" } else { path };
        Some((format!("{scheme}://{host}").to_ascii_lowercase(), path.to_owned()))
    };
    parted(&bare(sent)).is_some_and(|sent| Some(sent) == parted(address))
}

/// The thumbprint of a public key (RFC 7638). A private key in a header is nobody's any more.
fn thumbprint(jwk: &Map<String, Value>) -> Option<String> {
    if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| jwk.contains_key(*name)) {
        return None;
    }
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    // As bytes and back, so that one key has one writing.
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
    let coordinate = |name: &str| bytes(name).filter(|bytes| bytes.len() == 32);
    let shown = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
    let canonical = match (text("kty")?, text("crv")) {
        ("EC", Some("P-256")) => {
            let (x, y) = (shown(coordinate("x")?), shown(coordinate("y")?));
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
        }
        ("OKP", Some("Ed25519")) => {
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, shown(coordinate("x")?))
        }
        ("RSA", None) => {
            format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, shown(bytes("e")?), shown(bytes("n")?))
        }
        _ => return None,
    };
    Some(shown(digest(&SHA256, canonical.as_bytes()).as_ref().to_vec()))
}

/// Uses a proof up, on every node; `false` if it came before.
///
/// # Errors
/// When the engine fails.
pub async fn spend(app: &App, proof: &Proof) -> Result<bool, Error> {
    let until = Timestamp::from_second(proof.until).map_err(Error::internal)?;
    transaction!(app.db, |scope| store::see_proof(scope, &proof.seen, until).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_as_addresses_are() {
        let own = "https://localhost/v1.0/me";
        for (sent, equal) in [
            ("https://localhost/v1.0/me", true),
            ("HTTPS://LocalHost/v1.0/me?x=y#z", true),
            ("https://localhost/v1.0/ME", false),
            ("https://localhost:444/v1.0/me", false),
            ("http://localhost/v1.0/me", false),
            ("https://localhost.evil.example/v1.0/me", false),
            ("/v1.0/me", false),
        ] {
            assert_eq!(same(sent, own), equal, "{sent}");
        }
    }

    #[test]
    fn the_thumbprint_is_that_of_the_standard() {
        // RFC 7638 §3.1
        let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let jwk = serde_json::json!({ "kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29" });
        assert_eq!(
            thumbprint(jwk.as_object().unwrap()).unwrap(),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
        assert!(thumbprint(serde_json::json!({ "kty": "oct", "k": "AA" }).as_object().unwrap()).is_none());
    }
}
