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
    /// A mode that isn't known, or that would show tokens to servers and their logs.
    pub fn of(parameters: &Parameters) -> Result<Self, Fault> {
        let usual = Self::usual(parameters);
        match parameters.get("response_mode") {
            None => Ok(usual),
            Some("query") if usual == Self::Query => Ok(Self::Query),
            Some("query") => Err(invalid("tokens aren't sent with response_mode=query")),
            Some("fragment") => Ok(Self::Fragment),
            Some("form_post") => Ok(Self::FormPost),
            Some(_) => Err(invalid("response_mode must be query, fragment or form_post")),
        }
    }

    /// How it goes back where no mode is said (OAuth 2.0 Multiple Response Type Encoding Practices §2, §3).
    #[must_use]
    pub fn usual(parameters: &Parameters) -> Self {
        let has_tokens = parameters.words("response_type").iter().any(|word| word != "code");
        if has_tokens { Self::Fragment } else { Self::Query }
    }
}

/// What the client is answered: a code for tokens, or tokens at once, which pass through the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResponseType {
    pub code: bool,
    pub id_token: bool,
    pub token: bool,
}

impl ResponseType {
    /// Those that are answered; their words may come in any order.
    pub const OFFERED: [&str; 4] = ["code", "id_token", "code id_token", "id_token token"];

    /// # Errors
    /// One that is missing or isn't answered.
    pub fn of(parameters: &Parameters) -> Result<Self, Fault> {
        let named = Self::named(parameters.required("response_type")?);
        named.ok_or_else(|| {
            let words = format!("response_type is one of: {}", Self::OFFERED.join(", "));
            Fault::new(FaultCode::UnsupportedResponseType, words)
        })
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let sorted = |text: &str| {
            let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            words.sort_unstable();
            words
        };
        let words = sorted(text);
        let has = |word: &str| words.iter().any(|own| own == word);
        let offered = Self::OFFERED.iter().any(|offered| sorted(offered) == words);
        offered.then(|| Self { code: has("code"), id_token: has("id_token"), token: has("token") })
    }

    /// Tokens pass through the browser.
    #[must_use]
    pub fn passes_tokens(self) -> bool {
        self.id_token || self.token
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
    pub response: ResponseType,
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
        let response = ResponseType::of(parameters)?;
        // Nothing else ties such a token to the request that it was asked with (OpenID Connect Core §3.2.2.1).
        if response.id_token && parameters.get("nonce").is_none_or(str::is_empty) {
            return Err(invalid("the parameter nonce is missing"));
        }
        for name in ["state", "nonce", "login_hint"] {
            if parameters.get(name).is_some_and(|value| value.len() > LONGEST) {
                return Err(invalid(format!("{name} has more than {LONGEST} bytes")));
            }
        }
        let max_age = parameters.get("max_age").map(str::parse).transpose();
        let text = |name: &str| parameters.get(name).map(str::to_owned);
        Ok(Self {
            response,
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
