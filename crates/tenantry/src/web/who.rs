//! Who is asking: the signed-in person, taken from the session cookie through the admission gate.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use http::request::Parts;

use super::client::Client;
use super::cookies;
use super::denied::Asker;
use super::layout::{Page, Section, TenantContext};
use crate::access::session::{self, SignedIn, Standing};
use crate::app::App;
use crate::error::Error;

impl SignedIn {
    /// Puts the tenant into the header of a page.
    #[must_use]
    pub fn on(&self, page: Page) -> Page {
        let shut = |section: &Section| section.required().is_some_and(|needed| !self.actor.may(needed));
        page.for_tenant(TenantContext {
            closed: Section::ALL.into_iter().filter(shut).collect(),
            name: self.tenant_name.clone(),
            primary_domain: self.primary_domain.clone(),
            person_name: self.display_name.clone(),
            username: self.user_name.clone(),
        })
    }
}

/// Why a handler that needs a signed-in person doesn't run.
pub enum NotSignedIn {
    /// To the sign-in page and back to this path after it, or to where the second factor is set up.
    Elsewhere(String),
    Failed(Error),
}

impl IntoResponse for NotSignedIn {
    fn into_response(self) -> Response {
        match self {
            Self::Elsewhere(path) => Redirect::to(&path).into_response(),
            Self::Failed(error) => error.into_response(),
        }
    }
}

async fn who(parts: &mut Parts, app: &App) -> Result<Option<SignedIn>, Error> {
    let Some(cookie) = cookies::get(app, &parts.headers, cookies::SESSION) else { return Ok(None) };
    let Ok(client) = <Client as FromRequestParts<App>>::from_request_parts(parts, app).await;
    let found = session::admit(app, &cookie, client.origin(), &app.moment()).await?;
    if let Some(found) = &found {
        // A page is worth more than the note that it was looked at.
        if let Err(error) = session::seen(app, found, &app.moment()).await {
            tracing::warn!(%error, "it can't be noted that a session is used");
        }
        // Who still owes something sees nothing of the tenant.
        if found.standing() == Standing::Full {
            let page = parts.extensions.get::<Page>().cloned();
            Asker::note(parts, &found.actor, page.map(|page| found.on(page)));
        }
    }
    Ok(found)
}

/// Where administrators without a second factor set one up, and where they are sent until they have.
pub const FIRST_SECOND_FACTOR: &str = "/account/second-factor/first";

impl FromRequestParts<App> for SignedIn {
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, NotSignedIn> {
        let signed_in = who(parts, app).await.map_err(NotSignedIn::Failed)?;
        match signed_in.map(|signed_in| (signed_in.standing(), signed_in)) {
            Some((Standing::Full, signed_in)) => Ok(signed_in),
            Some((Standing::MustEnrol, _)) => Err(NotSignedIn::Elsewhere(FIRST_SECOND_FACTOR.to_owned())),
            Some((Standing::MustProve, _)) | None => Err(NotSignedIn::Elsewhere(sign_in_and_back(parts))),
        }
    }
}

// Only a page can be returned to: a form's answer has no address of its own.
fn sign_in_and_back(parts: &Parts) -> String {
    let path = parts.uri.path_and_query().map_or("/overview", |path| path.as_str());
    let back = if parts.method == Method::GET { path } else { "/overview" };
    let back = percent_encoding::utf8_percent_encode(back, percent_encoding::NON_ALPHANUMERIC);
    format!("/sign-in?next={back}")
}

impl OptionalFromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Error> {
        Ok(who(parts, app).await?.filter(|signed_in| signed_in.standing() == Standing::Full))
    }
}

/// A signed-in person who may still lack the second factor: for the pages that set it up and for signing out alone.
pub struct Enrolling(pub SignedIn);

impl FromRequestParts<App> for Enrolling {
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, NotSignedIn> {
        let signed_in = who(parts, app).await.map_err(NotSignedIn::Failed)?;
        match signed_in.filter(|signed_in| signed_in.standing() != Standing::MustProve) {
            Some(signed_in) => Ok(Self(signed_in)),
            None => Err(NotSignedIn::Elsewhere(sign_in_and_back(parts))),
        }
    }
}

impl OptionalFromRequestParts<App> for Enrolling {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Error> {
        let signed_in = who(parts, app).await?;
        Ok(signed_in.filter(|signed_in| signed_in.standing() != Standing::MustProve).map(Self))
    }
}
