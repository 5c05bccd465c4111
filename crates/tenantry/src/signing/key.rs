//! One key: made, kept, shown, used.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// How a token is signed (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Rs256,
    Es256,
    EdDsa,
}

impl Algorithm {
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }
}

/// The cryptographic library refused: a key that isn't one, or no randomness.
#[derive(Debug, thiserror::Error)]
#[error("a signing key can't be made or used")]
pub struct Unusable;

impl From<aws_lc_rs::error::Unspecified> for Unusable {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

impl From<aws_lc_rs::error::KeyRejected> for Unusable {
    fn from(_: aws_lc_rs::error::KeyRejected) -> Self {
        Self
    }
}

enum Pair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// What a token says of itself (RFC 7515 §4.1).
#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    kid: &'a str,
    typ: &'a str,
}

/// Room for most tokens, in bytes.
const USUAL_LENGTH: usize = 2048;

fn append(token: &mut String, part: &impl Serialize) -> Result<(), Unusable> {
    let json = serde_json::to_vec(part).map_err(|_| Unusable)?;
    URL_SAFE_NO_PAD.encode_string(json, token);
    Ok(())
}

/// A private key that signs tokens.
pub struct SigningKey {
    pub id: String,
    pub algorithm: Algorithm,
    pair: Pair,
}

/// The PKCS #8 form of a new key. Takes a tenth of a second and more for RSA: not for a thread that others wait for.
///
/// # Errors
/// The library has no randomness.
pub fn generate(algorithm: Algorithm) -> Result<zeroize::Zeroizing<Vec<u8>>, Unusable> {
    let pkcs8 = match algorithm {
        Algorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048)?.as_der()?.as_ref().to_vec(),
        Algorithm::Es256 => {
            EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?.to_pkcs8v1()?.as_ref().to_vec()
        }
        Algorithm::EdDsa => Ed25519KeyPair::generate()?.to_pkcs8v1()?.as_ref().to_vec(),
    };
    Ok(zeroize::Zeroizing::new(pkcs8))
}

impl SigningKey {
    /// # Errors
    /// The bytes aren't a key of this algorithm.
    pub fn from_pkcs8(id: String, algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, Unusable> {
        let pair = match algorithm {
            Algorithm::Rs256 => Pair::Rsa(RsaKeyPair::from_pkcs8(pkcs8)?),
            Algorithm::Es256 => {
                Pair::Ecdsa(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)?)
            }
            Algorithm::EdDsa => Pair::Ed25519(Ed25519KeyPair::from_pkcs8(pkcs8)?),
        };
        Ok(Self { id, algorithm, pair })
    }

    /// A token in compact form (RFC 7515 §7.1). `kind` is its `typ`.
    ///
    /// # Errors
    /// The library fails.
    pub fn sign(&self, kind: &str, claims: &impl Serialize) -> Result<String, Unusable> {
        let header = Header { alg: self.algorithm.as_str(), kid: &self.id, typ: kind };
        let mut token = String::with_capacity(USUAL_LENGTH);
        append(&mut token, &header)?;
        token.push('.');
        append(&mut token, claims)?;
        let bytes = token.as_bytes();
        let signature = match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature)?;
                URL_SAFE_NO_PAD.encode(signature)
            }
            Pair::Ecdsa(pair) => URL_SAFE_NO_PAD.encode(pair.sign(&SystemRandom::new(), bytes)?),
            Pair::Ed25519(pair) => URL_SAFE_NO_PAD.encode(pair.try_sign(bytes)?),
        };
        token.push('.');
        token.push_str(&signature);
        Ok(token)
    }

    /// Did this key sign that?
    #[must_use]
    pub fn verifies(&self, signed: &str, signature: &[u8]) -> bool {
        let verified = match &self.pair {
            Pair::Rsa(pair) => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key())
                .verify(signed.as_bytes(), signature),
            Pair::Ecdsa(pair) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key())
                .verify(signed.as_bytes(), signature),
            Pair::Ed25519(pair) => {
                UnparsedPublicKey::new(&ED25519, pair.public_key()).verify(signed.as_bytes(), signature)
            }
        };
        verified.is_ok()
    }

    /// What everybody may know of it (RFC 7517, RFC 7518 §6, RFC 8037 §2).
    ///
    /// # Errors
    /// The library shows the key in a form that isn't known.
    pub fn public(&self) -> Result<Value, Unusable> {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut shown = match &self.pair {
            Pair::Rsa(pair) => {
                let der = pair.public_key().as_der()?;
                let (_, info) = SubjectPublicKeyInfo::from_der(der.as_ref()).map_err(|_| Unusable)?;
                let Ok(PublicKey::RSA(key)) = info.parsed() else { return Err(Unusable) };
                // A leading zero belongs to DER's sign, not to the number.
                let bare = |bytes: &[u8]| text(&bytes[bytes.iter().take_while(|byte| **byte == 0).count()..]);
                json!({ "kty": "RSA", "n": bare(key.modulus), "e": bare(key.exponent) })
            }
            Pair::Ecdsa(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = point.get(1..65).ok_or(Unusable)?.split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) })
            }
            Pair::Ed25519(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) })
            }
        };
        shown["kid"] = json!(self.id);
        shown["alg"] = json!(self.algorithm.as_str());
        shown["use"] = json!("sig");
        Ok(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_signs_and_its_public_part_is_shown() {
        for algorithm in Algorithm::ALL {
            let pkcs8 = generate(algorithm).unwrap();
            let key = SigningKey::from_pkcs8("k".into(), algorithm, &pkcs8).unwrap();
            let token = key.sign("at+jwt", &json!({ "sub": "a" })).unwrap();
            let (signed, signature) = token.rsplit_once('.').unwrap();
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            assert!(key.verifies(signed, &signature));
            assert!(!key.verifies(&format!("{signed}x"), &signature));
            let public = key.public().unwrap();
            assert_eq!((&public["alg"], &public["kid"]), (&json!(algorithm.as_str()), &json!("k")));
            assert!(public.get("d").is_none());
            if algorithm == Algorithm::Rs256 {
                assert_eq!(
                    (public["e"].as_str(), public["n"].as_str().map(str::len)),
                    (Some("AQAB"), Some(342))
                );
            }
            let other = SigningKey::from_pkcs8("k".into(), algorithm, &generate(algorithm).unwrap()).unwrap();
            assert!(!other.verifies(signed, &signature));
        }
    }
}
