//! What others sign with keys of their own, clients and identity providers: read, and verified with the public keys that they
//! registered or show. The one place that does so.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// Characters of a token.
const LONGEST: usize = 8192;

/// A client's token in its parts, before anything of it is believed.
pub struct Signed<'a> {
    pub algorithm: String,
    pub kind: Option<String>,
    pub key: Option<String>,
    pub header: Map<String, Value>,
    pub claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Signed<'a> {
    /// `None` is no token, or one with extensions that must be understood (RFC 7515 §4.1.11).
    #[must_use]
    pub fn read(token: &'a str) -> Option<Self> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let part = |text: &str| -> Option<Map<String, Value>> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
        };
        let (header, claims) = (part(header)?, part(claims)?);
        let text = |name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned);
        if header.contains_key("crit") {
            return None;
        }
        Some(Self {
            algorithm: text("alg")?,
            kind: text("typ"),
            key: text("kid"),
            header,
            claims: Value::Object(claims),
            signed,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// It says that it carries no signature, and carries none.
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        self.algorithm == "none" && self.signature.is_empty()
    }

    /// Has one of these keys signed it? A key that is for another algorithm or use, or has another name, doesn't count.
    #[must_use]
    pub fn by_one_of(&self, keys: &[Value]) -> bool {
        keys.iter().any(|key| self.by(key) == Some(true))
    }

    /// Has the key of a certificate signed it? `key` is as the algorithms take it: of RSA its own structure, of a curve its point.
    #[must_use]
    pub fn by_raw(&self, key: &[u8]) -> bool {
        let algorithm: &'static dyn VerificationAlgorithm = match self.algorithm.as_str() {
            "RS256" => &RSA_PKCS1_2048_8192_SHA256,
            "PS256" => &RSA_PSS_2048_8192_SHA256,
            "ES256" => &ECDSA_P256_SHA256_FIXED,
            _ => return false,
        };
        UnparsedPublicKey::new(algorithm, key).verify(self.signed.as_bytes(), &self.signature).is_ok()
    }

    fn by(&self, key: &Value) -> Option<bool> {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        let differs = |name: &str, wanted: &str| text(name).is_some_and(|known| known != wanted);
        if differs("alg", &self.algorithm) || differs("use", "sig") {
            return Some(false);
        }
        if let (Some(named), Some(own)) = (&self.key, text("kid"))
            && named != own
        {
            return Some(false);
        }
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let signed = self.signed.as_bytes();
        let rsa = |parameters: &'static RsaParameters| {
            let key = RsaPublicKeyComponents { n: bytes("n")?, e: bytes("e")? };
            Some(key.verify(parameters, signed, &self.signature).is_ok())
        };
        match (self.algorithm.as_str(), text("kty")?, text("crv")) {
            ("RS256", "RSA", _) => rsa(&RSA_PKCS1_2048_8192_SHA256),
            ("PS256", "RSA", _) => rsa(&RSA_PSS_2048_8192_SHA256),
            ("ES256", "EC", Some("P-256")) => {
                let point = [vec![4], bytes("x")?, bytes("y")?].concat();
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                Some(key.verify(signed, &self.signature).is_ok())
            }
            ("EdDSA", "OKP", Some("Ed25519")) => {
                let key = UnparsedPublicKey::new(&ED25519, bytes("x")?);
                Some(key.verify(signed, &self.signature).is_ok())
            }
            // Another algorithm, or a key of another kind: no key is ever taken as the secret of a signature.
            _ => Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::key::{Algorithm, SigningKey, generate};
    use super::*;

    #[test]
    fn a_registered_key_signs_and_no_other() {
        for algorithm in Algorithm::ALL {
            let key = |id: &str| {
                SigningKey::from_pkcs8(id.into(), algorithm, &generate(algorithm).unwrap()).unwrap()
            };
            let (own, other) = (key("own"), key("own"));
            let token = own.sign("JWT", &json!({ "iss": "a" })).unwrap();
            let read = Signed::read(&token).unwrap();
            assert_eq!((read.claims["iss"].as_str(), read.key.as_deref()), (Some("a"), Some("own")));
            let public = own.public().unwrap();
            assert!(read.by_one_of(&[other.public().unwrap(), public.clone()]));
            assert!(!read.by_one_of(&[other.public().unwrap()]));
            for (name, value) in [("kid", "x"), ("use", "enc"), ("alg", "PS256"), ("kty", "oct")] {
                let mut changed = public.clone();
                changed[name] = json!(value);
                assert!(!read.by_one_of(&[changed]), "{name}={value}");
            }
            let forged = token.replacen('.', "x.", 1);
            assert!(!Signed::read(&forged).is_some_and(|read| read.by_one_of(&[public])));
        }
    }

    #[test]
    fn what_says_that_it_is_unsigned_is_signed_by_nobody() {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let token = format!("{}.{}.", part(json!({ "alg": "none" })), part(json!({ "iss": "a" })));
        let read = Signed::read(&token).unwrap();
        assert!(
            read.is_unsigned()
                && !read.by_one_of(&[json!({ "kty": "RSA" }), json!({ "kty": "oct", "k": "" })])
        );
        let crit = format!("{}.{}.", part(json!({ "alg": "none", "crit": ["b64"] })), part(json!({})));
        assert!(Signed::read(&crit).is_none());
    }
}
