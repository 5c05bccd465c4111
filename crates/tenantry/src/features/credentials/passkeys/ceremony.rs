//! One question to an authenticator: what the browser is told, and what it answers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::ids::{SessionId, TenantId, UserId};
use protocol::webauthn::{Algorithm, Expected, LONGEST};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::signature;
use super::store::Passkey;
use crate::app::App;
use crate::moment::Moment;
use crate::web::forms::Fields;

/// Seconds in which a challenge must be answered.
pub const LASTS: i64 = 5 * 60;

/// What a challenge is for. An answer to it counts for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// Signing in with nothing else.
    SignIn,
    /// The second factor of a person whose password was right.
    SecondFactor(TenantId, UserId),
    /// Showing again, in a session, who sits there.
    Confirm(SessionId),
    /// The second factor of a password reset.
    Reset(Uuid),
    /// A new passkey, in a session.
    Register(SessionId),
}

/// A challenge on its way.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Asked {
    pub challenge: [u8; 32],
    pub purpose: Purpose,
}

impl Asked {
    pub fn new(purpose: Purpose, moment: &Moment) -> Self {
        Self { challenge: moment.bytes(), purpose }
    }
}

/// This service, as authenticators know it. Both come from the configuration.
pub(super) struct RelyingParty {
    id: String,
    pub id_hash: [u8; 32],
    origin: String,
}

impl RelyingParty {
    pub fn of(app: &App) -> Self {
        let origin = app.config.server.public_url.clone();
        let uri = origin.parse::<http::Uri>().ok();
        let id = uri.as_ref().and_then(http::Uri::host).unwrap_or_default().to_owned();
        Self { id_hash: signature::hash(id.as_bytes()), id, origin }
    }

    pub fn expects<'a>(&'a self, ceremony: &'static str, challenge: &'a [u8]) -> Expected<'a> {
        Expected { ceremony, challenge, origin: &self.origin }
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn descriptors(passkeys: &[Passkey]) -> Vec<Value> {
    let told = |passkey: &Passkey| {
        let transports: Vec<&str> = passkey.transports.split(' ').filter(|word| !word.is_empty()).collect();
        let mut told = json!({ "type": "public-key", "id": encoded(&passkey.credential_id) });
        if !transports.is_empty() {
            told["transports"] = json!(transports);
        }
        told
    };
    passkeys.iter().map(told).collect()
}

/// What `navigator.credentials.get` is asked (§5.5). Without passkeys the person chooses one of all they have here.
pub(super) fn get_options(app: &App, asked: &Asked, allowed: &[Passkey]) -> Value {
    json!({
        "challenge": encoded(&asked.challenge),
        "rpId": RelyingParty::of(app).id,
        "timeout": LASTS * 1000,
        "userVerification": "required",
        "allowCredentials": descriptors(allowed),
    })
}

/// Whom a new passkey is for.
pub struct Owner<'a> {
    pub tenant: TenantId,
    pub user: UserId,
    pub user_name: &'a str,
    pub display_name: &'a str,
}

/// What `navigator.credentials.create` is asked (§5.4).
pub(super) fn create_options(app: &App, asked: &Asked, owner: &Owner<'_>, known: &[Passkey]) -> Value {
    let handle = [owner.tenant.0.as_bytes().as_slice(), owner.user.0.as_bytes()].concat();
    let parameter = |algorithm: Algorithm| json!({ "type": "public-key", "alg": algorithm.number() });
    json!({
        "challenge": encoded(&asked.challenge),
        "rp": { "id": RelyingParty::of(app).id, "name": app.config.product.name },
        "user": { "id": encoded(&handle), "name": owner.user_name, "displayName": owner.display_name },
        "pubKeyCredParams": Algorithm::ALL.map(parameter),
        "timeout": LASTS * 1000,
        "excludeCredentials": descriptors(known),
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "attestation": "none",
    })
}

/// What an authenticator answered to a challenge.
#[derive(Clone)]
pub struct Answer {
    pub(super) challenge: [u8; 32],
    pub(super) credential: Vec<u8>,
    pub(super) client_data: Vec<u8>,
    pub(super) authenticator_data: Vec<u8>,
    pub(super) signature: Vec<u8>,
    pub(super) user_handle: Vec<u8>,
}

/// What an authenticator made.
#[derive(Clone)]
pub struct Registration {
    pub(super) challenge: [u8; 32],
    pub(super) client_data: Vec<u8>,
    pub(super) attestation: Vec<u8>,
    pub(super) transports: String,
}

fn decoded(fields: &Fields, name: &str) -> Option<Vec<u8>> {
    let text = fields.value(name);
    URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() <= LONGEST)
}

impl Answer {
    /// Of a form's fields; `None` where one can't be read.
    pub(super) fn of(challenge: [u8; 32], fields: &Fields) -> Option<Self> {
        Some(Self {
            challenge,
            credential: decoded(fields, "credential")?,
            client_data: decoded(fields, "client_data")?,
            authenticator_data: decoded(fields, "authenticator_data")?,
            signature: decoded(fields, "signature")?,
            user_handle: decoded(fields, "user_handle")?,
        })
    }
}

/// Ways to an authenticator (§5.8.4); others are left out.
const TRANSPORTS: [&str; 6] = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"];

impl Registration {
    pub(super) fn of(challenge: [u8; 32], fields: &Fields) -> Option<Self> {
        let named: Vec<&str> = fields.value("transports").split(' ').collect();
        let known: Vec<&str> = TRANSPORTS.into_iter().filter(|known| named.contains(known)).collect();
        Some(Self {
            challenge,
            client_data: decoded(fields, "client_data")?,
            attestation: decoded(fields, "attestation")?,
            transports: known.join(" "),
        })
    }
}
