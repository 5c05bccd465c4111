//! How a client shows who it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{Fault, FaultCode, invalid};
use super::parameters::Parameters;

/// The name of a way, as metadata lists it (RFC 8414 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientMethod {
    None,
    SecretBasic,
    SecretPost,
    PrivateKeyJwt,
}

impl ClientMethod {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SecretBasic => "client_secret_basic",
            Self::SecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }
}

/// What a client shows at the token endpoint and its like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// Its id alone: a client that can keep no secret.
    None {
        client_id: String,
    },
    Secret {
        client_id: String,
        secret: String,
        method: ClientMethod,
    },
    /// A JWT that it signed (RFC 7523 §2.2). The id is optional beside it.
    Assertion {
        client_id: Option<String>,
        assertion: String,
    },
}

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl ClientAuthentication {
    /// `authorization` is the header of that name, where there is one.
    ///
    /// # Errors
    /// None of the ways, several at once (RFC 6749 §2.3), or one that can't be read.
    pub fn of(authorization: Option<&str>, parameters: &Parameters) -> Result<Self, Fault> {
        let client_id = parameters.get("client_id").map(str::to_owned);
        let secret = parameters.get("client_secret").map(str::to_owned);
        let assertion = parameters.get("client_assertion").map(str::to_owned);
        match (authorization, secret, assertion) {
            (Some(header), None, None) => {
                let (id, secret) = basic(header)?;
                if client_id.is_some_and(|beside| beside != id) {
                    return Err(invalid("client_id isn't the client of the Authorization header"));
                }
                Ok(Self::Secret { client_id: id, secret, method: ClientMethod::SecretBasic })
            }
            (None, Some(secret), None) => {
                let client_id = client_id.ok_or_else(|| invalid("the parameter client_id is missing"))?;
                Ok(Self::Secret { client_id, secret, method: ClientMethod::SecretPost })
            }
            (None, None, Some(assertion)) => {
                if parameters.get("client_assertion_type") != Some(ASSERTION) {
                    return Err(invalid(format!("client_assertion_type must be {ASSERTION}")));
                }
                Ok(Self::Assertion { client_id, assertion })
            }
            (None, None, None) => {
                let nothing =
                    || Fault::new(FaultCode::InvalidClient, "the request doesn't say which client sends it");
                Ok(Self::None { client_id: client_id.ok_or_else(nothing)? })
            }
            _ => Err(invalid("the client shows who it is in more than one way")),
        }
    }

    /// The way in which it does so.
    #[must_use]
    pub fn method(&self) -> ClientMethod {
        match self {
            Self::None { .. } => ClientMethod::None,
            Self::Secret { method, .. } => *method,
            Self::Assertion { .. } => ClientMethod::PrivateKeyJwt,
        }
    }

    /// What it says it is, before anything is proven.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        match self {
            Self::None { client_id } | Self::Secret { client_id, .. } => Some(client_id),
            Self::Assertion { client_id, .. } => client_id.as_deref(),
        }
    }
}

/// Both parts are form-encoded before they are joined (RFC 6749 §2.3.1).
fn basic(header: &str) -> Result<(String, String), Fault> {
    let refused = || Fault::new(FaultCode::InvalidClient, "the Authorization header can't be read");
    let (scheme, shown) = header.split_once(' ').ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refused());
    }
    let plain = STANDARD.decode(shown.trim()).map_err(|_| refused())?;
    let plain = String::from_utf8(plain).map_err(|_| refused())?;
    let (id, secret) = plain.split_once(':').ok_or_else(refused)?;
    match (decoded(id), decoded(secret)) {
        (Some(id), Some(secret)) if !id.is_empty() && !secret.is_empty() => Ok((id, secret)),
        _ => Err(refused()),
    }
}

fn decoded(part: &str) -> Option<String> {
    let spaced = part.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}
