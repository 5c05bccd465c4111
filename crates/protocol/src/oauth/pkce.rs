//! Proof Key for Code Exchange (RFC 7636): the shapes of its values. Only `S256`, since `plain` proves nothing to whoever reads
//! the request.

use super::error::{Fault, invalid};
use super::parameters::Parameters;

/// The SHA-256 of a verifier, in base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge(pub String);

impl Challenge {
    /// # Errors
    /// Another method than `S256`, or a value that no digest has.
    pub fn of(parameters: &Parameters) -> Result<Option<Self>, Fault> {
        let method = parameters.get("code_challenge_method");
        let Some(challenge) = parameters.get("code_challenge") else {
            return match method {
                None => Ok(None),
                Some(_) => Err(invalid("code_challenge_method without code_challenge")),
            };
        };
        // Without a method it would be `plain` (§4.3).
        if method != Some("S256") {
            return Err(invalid("code_challenge_method must be S256"));
        }
        let shaped = challenge.len() == 43
            && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        match shaped {
            true => Ok(Some(Self(challenge.to_owned()))),
            false => Err(invalid("code_challenge isn't a SHA-256 digest in base64url")),
        }
    }
}

/// 43 to 128 unreserved characters (§4.1).
#[must_use]
pub fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}
