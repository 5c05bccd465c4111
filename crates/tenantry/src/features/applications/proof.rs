//! Proof that somebody has the private key of a certificate that an application has: a token signed with it, as Microsoft
//! Graph's `addKey` and `removeKey` ask for, and clients show who they are by (JWS, RFC 7515; RS256, PS256 and ES256, RFC 7518 §3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use model::applications::KeyCredential;
use model::ids::ObjectId;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::signing;

/// Whom a proof is for, whatever the application.
const AUDIENCE: &str = "00000002-0000-0000-c000-000000000000";
/// Seconds that a proof may be good for, and that a client's clock may be ahead.
const LONGEST: i64 = 600;
const AHEAD: i64 = 60;

#[derive(Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    nbf: i64,
    exp: i64,
}

impl Claims {
    fn hold(&self, id: ObjectId, now: i64) -> bool {
        let lifetime = self.exp.checked_sub(self.nbf);
        self.aud == AUDIENCE
            && self.iss.eq_ignore_ascii_case(&id.to_string())
            && lifetime.is_some_and(|seconds| (1..=LONGEST).contains(&seconds))
            && self.nbf <= now + AHEAD
            && now < self.exp
    }
}

/// Is the proof signed with the key of one of these certificates that is valid now, and for this object?
pub fn holds(proof: &str, id: ObjectId, certificates: &[KeyCredential], now: Timestamp) -> bool {
    let signed = signed_by(proof, certificates, now);
    let claims: Option<Claims> = signed.and_then(|signed| serde_json::from_value(signed.claims).ok());
    claims.is_some_and(|claims| claims.hold(id, now.as_second()))
}

/// What a token says that one of a list of certificates has signed, and the id of that.
pub struct Signed {
    pub claims: Value,
    pub key: Uuid,
}

/// What a token says, if the key of one of these certificates, valid now, has signed it. Nothing of what it says is checked.
pub fn signed_by(token: &str, certificates: &[KeyCredential], now: Timestamp) -> Option<Signed> {
    let read = signing::Signed::read(token)?;
    let is_valid = |key: &&KeyCredential| {
        key.usage.as_deref() == Some("Verify")
            && key.start_date_time.is_some_and(|starts| starts <= now)
            && key.end_date_time.is_some_and(|ends| ends > now)
    };
    let mut keys = certificates.iter().filter(is_valid).filter_map(|key| Some((key, public_key(key)?)));
    let (key, _) = keys.find(|(_, key)| read.by_raw(key))?;
    Some(Signed { claims: read.claims, key: key.key_id? })
}

/// The key as the algorithms take it: of RSA its own structure, of a curve its point.
fn public_key(credential: &KeyCredential) -> Option<Vec<u8>> {
    let der = STANDARD.decode(credential.key.as_ref()?).ok()?;
    let (_, certificate) = X509Certificate::from_der(&der).ok()?;
    Some(certificate.public_key().subject_public_key.data.to_vec())
}
