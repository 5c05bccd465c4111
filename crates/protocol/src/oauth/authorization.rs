//! The request that a browser brings to the authorization endpoint.

use super::claims::ClaimsRequest;
use super::error::{Fault, FaultCode, invalid};
use super::parameters::Parameters;
use super::pkce::Challenge;

/// How the answer goes back to the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseMode {
    #[default]
    Query,
    /// Behind `#`, where no server sees it.
    Fragment,
    FormPost,
}

impl ResponseMode {
    /// # Errors
    /// A mode that isn't known.
    pub fn of(parameters: &Parameters) -> Result<Self, Fault> {
        match parameters.get("response_mode") {
            None | Some("query") => Ok(Self::Query),
            Some("fragment") => Ok(Self::Fragment),
            Some("form_post") => Ok(Self::FormPost),
            Some(_) => Err(invalid("response_mode must be query, fragment or form_post")),
        }
    }
}

/// What the person shall be asked, whatever they did before (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// No page may be shown.
    pub none: bool,
    pub login: bool,
    pub consent: bool,
    pub select_account: bool,
}

impl Prompt {
    fn of(parameters: &Parameters) -> Result<Self, Fault> {
        let mut prompt = Self::default();
        let words = parameters.words("prompt");
        for word in &words {
            match word.as_str() {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                // A person who has no account makes one elsewhere (Initiating User Registration 1.0).
                "create" => {}
                _ => return Err(invalid("prompt has a value that isn't known")),
            }
        }
        if prompt.none && words.len() > 1 {
            return Err(invalid("prompt=none stands with another value"));
        }
        Ok(prompt)
    }
}

/// What a client asks at the authorization endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationRequest {
    pub scope: Vec<String>,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub mode: ResponseMode,
    pub prompt: Prompt,
    /// Seconds since the person last showed who they are.
    pub max_age: Option<u32>,
    pub login_hint: Option<String>,
    pub id_token_hint: Option<String>,
    pub acr_values: Vec<String>,
    pub claims: ClaimsRequest,
    pub challenge: Option<Challenge>,
    /// Whom tokens shall be for (RFC 8707).
    pub resource: Vec<String>,
}

/// Bytes of a value that comes back to the client or into a token.
const LONGEST: usize = 2000;

impl AuthorizationRequest {
    /// Reads what stands beside client and redirect URI, which decide whether the client can be told of a fault at all.
    ///
    /// # Errors
    /// A parameter that is missing or means nothing.
    pub fn parse(parameters: &Parameters) -> Result<Self, Fault> {
        let mode = ResponseMode::of(parameters)?;
        match parameters.required("response_type")? {
            "code" => {}
            _ => {
                let words = "only response_type=code is answered";
                return Err(Fault::new(FaultCode::UnsupportedResponseType, words));
            }
        }
        for name in ["state", "nonce", "login_hint"] {
            if parameters.get(name).is_some_and(|value| value.len() > LONGEST) {
                return Err(invalid(format!("{name} has more than {LONGEST} bytes")));
            }
        }
        let max_age = parameters.get("max_age").map(str::parse).transpose();
        let text = |name: &str| parameters.get(name).map(str::to_owned);
        Ok(Self {
            scope: parameters.words("scope"),
            state: text("state"),
            nonce: text("nonce"),
            mode,
            prompt: Prompt::of(parameters)?,
            max_age: max_age.map_err(|_| invalid("max_age isn't a number of seconds"))?,
            login_hint: text("login_hint"),
            id_token_hint: text("id_token_hint"),
            acr_values: parameters.words("acr_values"),
            claims: parameters.get("claims").map(ClaimsRequest::parse).transpose()?.unwrap_or_default(),
            challenge: Challenge::of(parameters)?,
            resource: parameters.all("resource").map(str::to_owned).collect(),
        })
    }

    /// Signing somebody in is asked for, not access alone.
    #[must_use]
    pub fn is_openid(&self) -> bool {
        self.scope.iter().any(|scope| scope == "openid")
    }
}
