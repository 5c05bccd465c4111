//! The other side: another provider's documents and answers, as whoever signs people in with it reads them.
//!
//! Sources: OpenID Connect Discovery 1.0, OpenID Connect Core 1.0 §3.1.3.7, RFC 6749 §4.1, RFC 9207.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::client::ClientMethod;

/// Seconds that the clocks of two machines may differ by.
pub const SKEW: i64 = 120;
/// Seconds that a token may lie between its making and its reading.
const OLDEST: i64 = 600;
/// Characters of a subject (OpenID Connect Core §2).
const SUBJECT: usize = 255;

/// All but the characters that stand for themselves (RFC 3986 §2.3).
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a discovery document says, as far as signing in needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderMetadata {
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    /// Where it tells of somebody what the ID token doesn't (OpenID Connect Core §5.3).
    pub userinfo_endpoint: Option<String>,
    pub authenticates_by: ClientMethod,
    /// Its answers say whose they are (RFC 9207 §3).
    pub names_itself: bool,
}

/// Why a provider can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataFault {
    NoDocument,
    /// It speaks for another issuer than the one asked for.
    OtherIssuer,
    NoEndpoint,
    /// It gives no codes.
    NoCode,
    /// It says which challenges it takes, and S256 isn't among them.
    NoChallenge,
    /// It takes no secret of a client.
    NoSecret,
}

impl MetadataFault {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoDocument => "no-document",
            Self::OtherIssuer => "other-issuer",
            Self::NoEndpoint => "no-endpoint",
            Self::NoCode => "no-code",
            Self::NoChallenge => "no-challenge",
            Self::NoSecret => "no-secret",
        }
    }
}

impl ProviderMetadata {
    /// Where an issuer's document lies (OpenID Connect Discovery §4.1).
    #[must_use]
    pub fn address(issuer: &str) -> String {
        format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
    }

    /// Reads the document of an issuer.
    ///
    /// # Errors
    /// What is missing, or in the way.
    pub fn parse(document: &[u8], issuer: &str) -> Result<Self, MetadataFault> {
        let Ok(Value::Object(document)) = serde_json::from_slice(document) else {
            return Err(MetadataFault::NoDocument);
        };
        let text = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
        if text("issuer").as_deref() != Some(issuer) {
            return Err(MetadataFault::OtherIssuer);
        }
        if listed(&document, "response_types_supported").is_some_and(|types| !types.contains(&"code")) {
            return Err(MetadataFault::NoCode);
        }
        let challenges = listed(&document, "code_challenge_methods_supported");
        if challenges.is_some_and(|methods| !methods.contains(&"S256")) {
            return Err(MetadataFault::NoChallenge);
        }
        let methods = listed(&document, "token_endpoint_auth_methods_supported");
        let takes = |method: ClientMethod| {
            methods.as_ref().map_or(method == ClientMethod::SecretBasic, |all| all.contains(&method.as_str()))
        };
        let ways = [ClientMethod::SecretBasic, ClientMethod::SecretPost];
        let endpoint = |name| text(name).ok_or(MetadataFault::NoEndpoint);
        Ok(Self {
            authenticates_by: ways.into_iter().find(|way| takes(*way)).ok_or(MetadataFault::NoSecret)?,
            authorization_endpoint: endpoint("authorization_endpoint")?,
            token_endpoint: endpoint("token_endpoint")?,
            jwks_uri: endpoint("jwks_uri")?,
            userinfo_endpoint: text("userinfo_endpoint"),
            names_itself: document
                .get("authorization_response_iss_parameter_supported")
                .is_some_and(|value| value == true),
        })
    }
}

fn listed<'a>(document: &'a Map<String, Value>, name: &str) -> Option<Vec<&'a str>> {
    Some(document.get(name)?.as_array()?.iter().filter_map(Value::as_str).collect())
}

/// A body of `application/x-www-form-urlencoded`, or a query.
#[must_use]
pub fn encode(pairs: &[(&str, &str)]) -> String {
    let one = |text| utf8_percent_encode(text, &RESERVED);
    pairs.iter().map(|(name, value)| format!("{}={}", one(name), one(value))).collect::<Vec<_>>().join("&")
}

/// An endpoint with parameters; a query that it has stays (RFC 6749 §3.1).
#[must_use]
pub fn address_with(endpoint: &str, pairs: &[(&str, &str)]) -> String {
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{joint}{}", encode(pairs))
}

/// The header `Authorization` of a client (RFC 6749 §2.3.1).
#[must_use]
pub fn basic(client_id: &str, secret: &str) -> String {
    let one = |text| utf8_percent_encode(text, &RESERVED);
    format!("Basic {}", STANDARD.encode(format!("{}:{}", one(client_id), one(secret))))
}

/// What a token endpoint gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    pub id_token: String,
    pub access_token: Option<String>,
}

impl Tokens {
    /// `None` where the answer has no ID token.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let answer: Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self { id_token: text("id_token")?, access_token: text("access_token") })
    }
}

/// Adds what a userinfo answer says of the same subject; what the token says stays (OpenID Connect Core §5.3.2).
pub fn complete(claims: &mut Value, userinfo: &[u8]) {
    let Ok(Value::Object(told)) = serde_json::from_slice(userinfo) else { return };
    let Some(claims) = claims.as_object_mut() else { return };
    if told.get("sub").is_none_or(|sub| Some(sub) != claims.get("sub")) {
        return;
    }
    for (name, value) in told {
        claims.entry(name).or_insert(value);
    }
}

/// The error of a token endpoint's answer (RFC 6749 §5.2) and what it says of it, in the characters that each may have.
#[must_use]
pub fn error_of(body: &[u8]) -> Option<(String, String)> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let described = answer.get("error_description").and_then(Value::as_str).unwrap_or_default();
    Some((answer.get("error")?.as_str().map(error_word)?, error_text(described)))
}

/// An error's name as it may be shown: what a name can't have is left out.
#[must_use]
pub fn error_word(text: &str) -> String {
    text.chars().filter(|char| char.is_ascii_alphanumeric() || "_-.".contains(*char)).take(60).collect()
}

/// What a provider says of an error, as it may be shown: one line of printable characters, at most 300.
#[must_use]
pub fn error_text(text: &str) -> String {
    let one_line = text.split(|char: char| char.is_whitespace() || char.is_control());
    let joined = one_line.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    joined.chars().filter(|char| char.is_ascii_graphic() || *char == ' ').take(300).collect()
}

/// The issuer that a document speaks for, as it may be shown.
#[must_use]
pub fn issuer_of(document: &[u8]) -> Option<String> {
    let document: Value = serde_json::from_slice(document).ok()?;
    let issuer = document.get("issuer")?.as_str()?;
    let fits = issuer.len() <= 300 && issuer.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| issuer.to_owned())
}

/// What an ID token must say for the one who asked for it.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    /// Somebody must have shown who they are since then, in seconds of the epoch.
    pub authenticated_since: Option<i64>,
}

/// Why a token doesn't count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// It can't be read, or no key of the provider has signed it.
    Signature,
    Issuer,
    Audience,
    /// It is over.
    Expired,
    /// It comes from the future: one of the clocks is wrong.
    Early,
    Nonce,
    Subject,
    /// It doesn't say that somebody has just shown who they are.
    NotFresh,
}

impl TokenFault {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Expired => "expired",
            Self::Early => "early",
            Self::Nonce => "nonce",
            Self::Subject => "subject",
            Self::NotFresh => "not-fresh",
        }
    }
}

impl Expected<'_> {
    /// Checks the claims of a token whose signature was found good, and gives its subject.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, claims: &Value, now: i64) -> Result<String, TokenFault> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let whole = |name: &str| claims.get(name).and_then(seconds);
        if text("iss") != Some(self.issuer) {
            return Err(TokenFault::Issuer);
        }
        let others = match claims.get("aud") {
            Some(Value::String(one)) if one == self.client_id => false,
            Some(Value::Array(all)) if all.iter().any(|one| one == self.client_id) => all.len() > 1,
            _ => return Err(TokenFault::Audience),
        };
        // With more than one audience it must say for whom it was made; where it says so, it must be us.
        if others && text("azp").is_none() || text("azp").is_some_and(|made_for| made_for != self.client_id) {
            return Err(TokenFault::Audience);
        }
        let (expires, made) =
            (whole("exp").ok_or(TokenFault::Expired)?, whole("iat").ok_or(TokenFault::Expired)?);
        if now >= expires.saturating_add(SKEW) || now > made.saturating_add(OLDEST + SKEW) {
            return Err(TokenFault::Expired);
        }
        if made > now + SKEW || whole("nbf").is_some_and(|from| from > now + SKEW) {
            return Err(TokenFault::Early);
        }
        if text("nonce") != Some(self.nonce) {
            return Err(TokenFault::Nonce);
        }
        if let Some(since) = self.authenticated_since
            && whole("auth_time").is_none_or(|at| at < since - SKEW)
        {
            return Err(TokenFault::NotFresh);
        }
        let subject = text("sub").filter(|subject| (1..=SUBJECT).contains(&subject.len()));
        subject.map(str::to_owned).ok_or(TokenFault::Subject)
    }
}

/// A moment in whole seconds of the epoch; some write it with a fraction.
#[must_use]
pub fn seconds(value: &Value) -> Option<i64> {
    let number = value.as_f64().filter(|number| number.abs() < 1e12)?;
    Some(number.floor() as i64)
}

#[cfg(test)]
mod tests;
