//! Who is asking: the signed-in person, taken from the session cookie through the admission gate.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use http::request::Parts;

use super::client::Client;
use super::cookies;
use super::layout::{Page, TenantContext};
use crate::access::session::{self, SignedIn};
use crate::app::App;
use crate::error::Error;

impl SignedIn {
    /// Puts the tenant into the header of a page.
    #[must_use]
    pub fn on(&self, page: Page) -> Page {
        page.for_tenant(TenantContext {
            name: self.tenant_name.clone(),
            primary_domain: self.primary_domain.clone(),
            person_name: self.display_name.clone(),
            username: self.user_name.clone(),
        })
    }
}

/// Why a handler that needs a signed-in person doesn't run.
pub enum NotSignedIn {
    /// To the sign-in page, and back to this path after it.
    SignIn(String),
    Failed(Error),
}

impl IntoResponse for NotSignedIn {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(path) => Redirect::to(&path).into_response(),
            Self::Failed(error) => error.into_response(),
        }
    }
}

async fn who(parts: &mut Parts, app: &App) -> Result<Option<SignedIn>, Error> {
    let Some(cookie) = cookies::get(app, &parts.headers, cookies::SESSION) else { return Ok(None) };
    let Ok(client) = <Client as FromRequestParts<App>>::from_request_parts(parts, app).await;
    session::admit(app, &cookie, client.origin(), &app.moment()).await
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, NotSignedIn> {
        match who(parts, app).await {
            Ok(Some(signed_in)) => Ok(signed_in),
            Ok(None) => {
                // Only a page can be returned to: a form's answer has no address of its own.
                let back = if parts.method == Method::GET { parts.uri.path() } else { "/overview" };
                let back = percent_encoding::utf8_percent_encode(back, percent_encoding::NON_ALPHANUMERIC);
                Err(NotSignedIn::SignIn(format!("/sign-in?next={back}")))
            }
            Err(error) => Err(NotSignedIn::Failed(error)),
        }
    }
}

impl OptionalFromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Error> {
        who(parts, app).await
    }
}
