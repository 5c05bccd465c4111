//! Client data: what the browser says of the page that asked (§5.8.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{Fault, LONGEST};

/// What client data must say.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// `webauthn.create` or `webauthn.get`.
    pub ceremony: &'static str,
    pub challenge: &'a [u8],
    pub origin: &'a str,
}

/// Client data that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientData {
    ceremony: String,
    challenge: Vec<u8>,
    origin: String,
    cross_origin: bool,
}

impl ClientData {
    /// # Errors
    /// [`Fault::Shape`].
    pub fn parse(json: &[u8]) -> Result<Self, Fault> {
        if json.len() > LONGEST {
            return Err(Fault::Shape);
        }
        let value: Value = serde_json::from_slice(json).map_err(|_| Fault::Shape)?;
        let text = |name: &str| value[name].as_str().map(str::to_owned).ok_or(Fault::Shape);
        let challenge = URL_SAFE_NO_PAD.decode(text("challenge")?).map_err(|_| Fault::Shape)?;
        let within = value.get("topOrigin").is_some_and(|origin| !origin.is_null());
        Ok(Self {
            ceremony: text("type")?,
            challenge,
            origin: text("origin")?,
            cross_origin: within || value["crossOrigin"] == Value::Bool(true),
        })
    }

    /// The challenge that is answered, to find out which one it must be.
    #[must_use]
    pub fn challenge(&self) -> &[u8] {
        &self.challenge
    }

    /// # Errors
    /// The first [`Fault`].
    pub fn require(&self, expected: Expected<'_>) -> Result<(), Fault> {
        if self.ceremony != expected.ceremony {
            Err(Fault::Ceremony)
        } else if self.challenge != expected.challenge {
            Err(Fault::Challenge)
        } else if self.origin != expected.origin || self.cross_origin {
            Err(Fault::Origin)
        } else {
            Ok(())
        }
    }
}
