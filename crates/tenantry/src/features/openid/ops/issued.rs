//! What goes back to a client through the browser: a code, and tokens where the application is set to be given them so
//! (`implicitGrantSettings`; OpenID Connect Core §3.2, §3.3).

use model::applications::Platform;
use protocol::oauth::{AuthorizationRequest, Fault, FaultCode, ResponseType};

use super::authorize::{self, Identified, Owed};
use super::tokens::{self, Beside, Facts, Signers, TOKEN_SECONDS};
use super::{Refused, grant, refused};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::features::openid::store;
use crate::moment::Moment;
use crate::secrets::Secret;

/// What was made of a grant.
pub struct Issued {
    code: Option<Secret>,
    id_token: Option<Secret>,
    access_token: Option<Secret>,
    /// What the access token is good for.
    scope: String,
}

impl Issued {
    /// The parameters of the answer (RFC 6749 §4.1.2, §4.2.2).
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let secrets =
            [("code", &self.code), ("id_token", &self.id_token), ("access_token", &self.access_token)];
        let mut parameters: Vec<_> = secrets
            .into_iter()
            .filter_map(|(name, secret)| Some((name, secret.as_ref()?.expose().to_owned())))
            .collect();
        if self.access_token.is_some() {
            parameters.push(("token_type", "Bearer".to_owned()));
            parameters.push(("expires_in", TOKEN_SECONDS.to_string()));
            parameters.push(("scope", self.scope.clone()));
        }
        parameters
    }
}

/// Refuses tokens through the browser to an application that isn't set to be given them so, or that can't be known by its address.
///
/// # Errors
/// `unauthorized_client`, `invalid_scope`.
pub fn require_allowed(identified: &Identified, asked: &AuthorizationRequest) -> Result<(), Fault> {
    let settings = &identified.client.application.properties.settings.web.implicit_grant_settings;
    let wanted = [
        (asked.response.id_token, settings.enable_id_token_issuance, "enableIdTokenIssuance"),
        (asked.response.token, settings.enable_access_token_issuance, "enableAccessTokenIssuance"),
    ];
    let lacking = wanted.iter().find(|(is_asked, is_set, _)| *is_asked && *is_set != Some(true));
    if let Some((_, _, setting)) = lacking {
        let words = format!("the application isn't set to be given this without a code: {setting}");
        return Err(Fault::new(FaultCode::UnauthorizedClient, words));
    }
    if asked.response.passes_tokens() && identified.redirect.platform == Platform::PublicClient {
        let words = "a program on a device gets tokens by a code alone";
        return Err(Fault::new(FaultCode::UnauthorizedClient, words));
    }
    if asked.response.id_token && !asked.is_openid() {
        return Err(Fault::new(FaultCode::InvalidScope, "an ID token takes the scope openid"));
    }
    Ok(())
}

/// The keys for what is asked, fetched before the transaction: none for a code alone.
///
/// # Errors
/// When the engine or the cryptographic library fails.
pub async fn signers(
    app: &App,
    response: ResponseType,
    moment: &Moment,
) -> Result<Option<Signers>, crate::error::Error> {
    match response.passes_tokens() {
        true => Signers::now(app, moment).await.map(Some),
        false => Ok(None),
    }
}

/// Makes a grant, and what the client asked to be given of it at once.
///
/// # Errors
/// The resource isn't there any more, or the engine fails.
pub async fn issue(
    app: &App,
    scope: &mut TenantScope<'_>,
    (identified, asked): (&Identified, &AuthorizationRequest),
    (who, owed): (&SignedIn, &Owed),
    signers: Option<&Signers>,
    moment: &Moment,
) -> Result<Issued, Refused> {
    let made = authorize::make(scope, (identified, asked), who, owed, moment).await?;
    let (tenant, response) = (scope.tenant(), asked.response);
    let code = match response.code {
        true => Some(grant::code(app, tenant, made.id)),
        // There is nothing to redeem: what comes of it is given now.
        false => {
            store::redeem(scope, made.id, moment).await?;
            None
        }
    };
    let mut issued = Issued { code, id_token: None, access_token: None, scope: made.asked.scope.join(" ") };
    let Some(signers) = signers else { return Ok(issued) };
    let facts = Facts::read(app, scope, made, identified.client.clone()).await?;
    let facts =
        facts.ok_or_else(|| refused(FaultCode::InvalidTarget, "the resource isn't there any more"))?;
    if response.token {
        issued.access_token = Some(Secret::new(tokens::access(app, tenant, signers, &facts, moment)?));
    }
    if response.id_token {
        let beside = Beside {
            access_token: issued.access_token.as_ref().map(Secret::expose),
            code: issued.code.as_ref().map(Secret::expose),
        };
        let id_token = tokens::identity(app, tenant, signers, (&facts, beside), moment)?;
        issued.id_token = Some(Secret::new(id_token));
    }
    Ok(issued)
}
