//! Errors as the standards name them.

/// The `error` of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultCode {
    // RFC 6749 §4.1.2.1 and §5.2
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    InvalidScope,
    UnauthorizedClient,
    UnsupportedGrantType,
    UnsupportedResponseType,
    AccessDenied,
    ServerError,
    TemporarilyUnavailable,
    // RFC 6750 §3.1
    InvalidToken,
    InsufficientScope,
    // RFC 8707 §2
    InvalidTarget,
    // OpenID Connect Core §3.1.2.6
    InteractionRequired,
    LoginRequired,
    AccountSelectionRequired,
    ConsentRequired,
    InvalidRequestUri,
    InvalidRequestObject,
    RequestNotSupported,
    RequestUriNotSupported,
    RegistrationNotSupported,
    // RFC 8628 §3.5
    AuthorizationPending,
    SlowDown,
    ExpiredToken,
    // RFC 9449 §5
    InvalidDpopProof,
    // RFC 9470 §3
    InsufficientUserAuthentication,
    // OpenID Connect Core Unmet Authentication Requirements 1.0
    UnmetAuthenticationRequirements,
    // RFC 7591 §3.2.2
    InvalidRedirectUri,
    InvalidClientMetadata,
}

impl FaultCode {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidScope => "invalid_scope",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InteractionRequired => "interaction_required",
            Self::LoginRequired => "login_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::ConsentRequired => "consent_required",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::InsufficientUserAuthentication => "insufficient_user_authentication",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
        }
    }
}

/// An error with its words for developers. The words stand in ASCII without `"` and `\` (RFC 6749 §5.2), and name no person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: FaultCode,
    pub description: String,
}

impl Fault {
    #[must_use]
    pub fn new(code: FaultCode, description: impl AsRef<str>) -> Self {
        let plain = |char: char| (' '..='~').contains(&char) && char != '"' && char != '\\';
        let description = description.as_ref().chars().filter(|char| plain(*char)).take(300).collect();
        Self { code, description }
    }
}

/// An [`FaultCode::InvalidRequest`].
pub(super) fn invalid(description: impl AsRef<str>) -> Fault {
    Fault::new(FaultCode::InvalidRequest, description)
}
