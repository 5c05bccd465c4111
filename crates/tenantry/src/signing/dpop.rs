//! Proof that whoever sends a request has the key that their tokens are bound to (DPoP, RFC 9449).
//!
//! A proof is for one method and address, for a few minutes, and for one time: its `jti` is kept for as long as it could come again.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::store;
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

fn object(encoded: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()
}

fn read(text: &str, (method, address): (&str, &str), token: Option<&str>, now: Timestamp) -> Option<Proof> {
    if text.len() > SIZE {
        return None;
    }
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let (header, claims) = (object(header)?, object(claims)?);
    let of = |map: &Map<String, Value>, name: &str| map.get(name).and_then(Value::as_str).map(str::to_owned);
    if of(&header, "typ")? != "dpop+jwt" || header.contains_key("crit") {
        return None;
    }
    let key = Key::of(&of(&header, "alg")?, header.get("jwk")?.as_object()?)?;
    if !key.verifies(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?) {
        return None;
    }
    let hash = |text: &str| URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()));
    let (id, at) = (of(&claims, "jti")?, claims.get("iat")?.as_f64()?);
    let now = now.as_second();
    let fits = (1..=ID).contains(&id.len())
        && of(&claims, "htm")? == method
        && of(&claims, "htu").is_some_and(|sent| same(&sent, address))
        && token.is_none_or(|token| of(&claims, "ath").is_some_and(|sent| sent == hash(token)))
        && at <= (now + AHEAD) as f64
        && at > (now - LASTS) as f64;
    let seen = digest(&SHA256, format!("{} {id}", key.thumbprint).as_bytes()).as_ref().to_vec();
    fits.then_some(Proof { thumbprint: key.thumbprint, seen, until: now + LASTS + AHEAD })
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

/// A public key with the one algorithm that its proof names.
struct Key {
    public: Public,
    thumbprint: String,
}

enum Public {
    Curve(Vec<u8>),
    Edwards(Vec<u8>),
    Rsa { modulus: Vec<u8>, exponent: Vec<u8>, pss: bool },
}

impl Key {
    fn of(algorithm: &str, jwk: &Map<String, Value>) -> Option<Self> {
        // A private key in a header is nobody's any more.
        if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| jwk.contains_key(*name)) {
            return None;
        }
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let shown = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (public, canonical) = match (algorithm, text("kty")?, text("crv")) {
            ("ES256", "EC", Some("P-256")) => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                if x.len() != 32 || y.len() != 32 {
                    return None;
                }
                let point = [&[4][..], &x, &y].concat();
                let canonical =
                    format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, shown(&x), shown(&y));
                (Public::Curve(point), canonical)
            }
            ("EdDSA", "OKP", Some("Ed25519")) => {
                let x = bytes("x").filter(|x| x.len() == 32)?;
                let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, shown(&x));
                (Public::Edwards(x), canonical)
            }
            ("RS256" | "PS256", "RSA", None) => {
                let (modulus, exponent) = (bytes("n")?, bytes("e")?);
                let canonical =
                    format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, shown(&exponent), shown(&modulus));
                (Public::Rsa { modulus, exponent, pss: algorithm == "PS256" }, canonical)
            }
            _ => return None,
        };
        Some(Self { public, thumbprint: shown(digest(&SHA256, canonical.as_bytes()).as_ref()) })
    }

    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        match &self.public {
            Public::Curve(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature).is_ok()
            }
            Public::Edwards(key) => UnparsedPublicKey::new(&ED25519, key).verify(signed, signature).is_ok(),
            Public::Rsa { modulus, exponent, pss } => {
                let key = PublicKeyComponents { n: modulus.as_slice(), e: exponent.as_slice() };
                let algorithm = if *pss { &RSA_PSS_2048_8192_SHA256 } else { &RSA_PKCS1_2048_8192_SHA256 };
                key.verify(algorithm, signed, signature).is_ok()
            }
        }
    }
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
        let key = Key::of("RS256", jwk.as_object().unwrap()).unwrap();
        assert_eq!(key.thumbprint, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert!(Key::of("HS256", jwk.as_object().unwrap()).is_none());
        assert!(Key::of("none", jwk.as_object().unwrap()).is_none());
    }
}
