//! A sign-in to an application, and the secrets that are made of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use model::applications::Platform;
use model::ids::{SessionId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::secrets::Secret;

/// What was asked and answered when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    pub redirect_uri: String,
    /// Whether the redirect URI stood in the request: it must stand in the code's too then (RFC 6749 §4.1.3).
    pub redirect_sent: bool,
    pub platform: Where,
    /// What was granted: names of OpenID Connect and permissions of the resource, without its name.
    pub scope: Vec<String>,
    /// The service principal that access tokens are for; `None` is this service's userinfo.
    pub resource: Option<Uuid>,
    pub nonce: Option<String>,
    pub challenge: Option<String>,
    pub authenticated_at: Timestamp,
    pub second_factor: bool,
    /// The claim `amr`.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Claims that were asked for by name, for the ID token and for userinfo.
    pub id_token_claims: Vec<String>,
    pub userinfo_claims: Vec<String>,
    /// Who acts for the person in whose name others asked before: the `act` of tokens (RFC 8693 §4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting: Option<serde_json::Value>,
    /// The thumbprint of the key that tokens are bound to (RFC 9449 §6.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// [`Platform`] as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Where {
    Web,
    Spa,
    PublicClient,
}

impl From<Platform> for Where {
    fn from(platform: Platform) -> Self {
        match platform {
            Platform::Web => Self::Web,
            Platform::Spa => Self::Spa,
            Platform::PublicClient => Self::PublicClient,
        }
    }
}

impl From<Where> for Platform {
    fn from(place: Where) -> Self {
        match place {
            Where::Web => Self::Web,
            Where::Spa => Self::Spa,
            Where::PublicClient => Self::PublicClient,
        }
    }
}

/// A row of `application_grant`.
#[derive(Clone, Debug)]
pub struct Grant {
    pub id: Uuid,
    /// The client's service principal.
    pub client: Uuid,
    pub user: UserId,
    pub session: SessionId,
    pub asked: Asked,
    pub code_expires_at: Timestamp,
    pub redeemed_at: Option<Timestamp>,
    pub generation: i64,
    pub offline_until: Option<Timestamp>,
}

impl Grant {
    /// Whether its refresh token counts now. One that script in a browser keeps ends with its day, even while the session goes on.
    #[must_use]
    pub fn refreshes(&self, now: Timestamp) -> bool {
        self.asked.platform != Where::Spa || self.offline_until.is_some_and(|until| now < until)
    }
}

impl Asked {
    #[must_use]
    pub fn has(&self, scope: &str) -> bool {
        self.scope.iter().any(|granted| granted == scope)
    }
}

const CODE: &str = "authorization code";
const REFRESH: &str = "refresh token";

/// Where a code or a refresh token of ours belongs. Nothing counts of it before it was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer {
    pub tenant: TenantId,
    pub grant: Uuid,
    /// 0 for a code.
    pub generation: i64,
}

/// The code of a grant: where it is, and a mark that only this service makes.
#[must_use]
pub fn code(app: &App, tenant: TenantId, grant: Uuid) -> Secret {
    marked(app, CODE, Pointer { tenant, grant, generation: 0 })
}

/// The refresh token of a grant's generation.
#[must_use]
pub fn refresh_token(app: &App, tenant: TenantId, grant: Uuid, generation: i64) -> Secret {
    marked(app, REFRESH, Pointer { tenant, grant, generation })
}

fn bytes(pointer: Pointer) -> Vec<u8> {
    let mut bytes = pointer.tenant.0.as_bytes().to_vec();
    bytes.extend(pointer.grant.as_bytes());
    bytes.extend(pointer.generation.to_be_bytes());
    bytes
}

fn marked(app: &App, purpose: &str, pointer: Pointer) -> Secret {
    let mut bytes = bytes(pointer);
    bytes.extend(app.keys.hash(purpose, &bytes, ""));
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

/// Where a code belongs, if this service made it.
#[must_use]
pub fn read_code(app: &App, text: &str) -> Option<Pointer> {
    read(app, CODE, text)
}

/// Where a refresh token belongs, if this service made it.
#[must_use]
pub fn read_refresh_token(app: &App, text: &str) -> Option<Pointer> {
    read(app, REFRESH, text)
}

fn read(app: &App, purpose: &str, text: &str) -> Option<Pointer> {
    let decoded: [u8; 72] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (named, mark) = decoded.split_at(40);
    if !app.keys.matches(purpose, named, "", mark) {
        return None;
    }
    let generation: [u8; 8] = named[32..].try_into().ok()?;
    Some(Pointer {
        tenant: TenantId(Uuid::from_slice(&named[..16]).ok()?),
        grant: Uuid::from_slice(&named[16..32]).ok()?,
        generation: i64::from_be_bytes(generation),
    })
}
