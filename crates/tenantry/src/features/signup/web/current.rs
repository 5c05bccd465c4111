//! Which sign-up a browser is in, from its ticket.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::request::Parts;
use model::sign_up::{Draft, State, Step};

use super::ops::{self, Ticket};
use super::path;
use crate::app::App;
use crate::error::Error;
use crate::features::signup::store::SignUp;
use crate::web::cookies;

/// Seconds that the ticket's cookie lasts; the sign-up itself ends no later than this after the last proof.
const TICKET_SECONDS: i64 = 7 * 86_400;

/// The browser's ticket, if it has one.
pub struct Held(pub Option<Ticket>);

impl FromRequestParts<App> for Held {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(cookies::get(app, &parts.headers, cookies::SIGN_UP).as_deref().and_then(Ticket::parse)))
    }
}

/// The open sign-up that the browser may continue.
pub struct Current {
    pub sign_up: SignUp,
    pub draft: Box<Draft>,
}

impl Current {
    /// Leads back to the first unfinished step when this one isn't open yet.
    pub fn at(&self, step: Step) -> Result<(), Redirect> {
        if self.draft.allows(step) { Ok(()) } else { Err(Redirect::to(path(self.draft.next_step()))) }
    }
}

impl FromRequestParts<App> for Current {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Ok(Held(ticket)) = Held::from_request_parts(parts, app).await;
        match find(app, ticket.as_ref()).await {
            Ok(Some(sign_up)) => match sign_up.state.clone() {
                State::Open(draft) if sign_up.expires_at > app.clock.now() => Ok(Self { sign_up, draft }),
                State::Completed { .. } => Err(Redirect::to("/overview").into_response()),
                State::AccessRequested => Err(Redirect::to("/sign-up/asked").into_response()),
                State::Open(_) | State::Expired => Err(Redirect::to("/sign-up?expired=yes").into_response()),
            },
            Ok(None) if matches!(ticket, Some(Ticket::Code { .. })) => {
                Err(Redirect::to("/sign-up/code").into_response())
            }
            Ok(None) => Err(Redirect::to("/sign-up").into_response()),
            Err(error) => Err(error.into_response()),
        }
    }
}

/// The sign-up behind a ticket, in whatever state.
pub async fn find(app: &App, ticket: Option<&Ticket>) -> Result<Option<SignUp>, Error> {
    let Some(ticket) = ticket else { return Ok(None) };
    ops::of_browser(app, &mut app.db.read().await?, ticket).await
}

/// Gives the browser a ticket and leads it on.
pub fn hand(app: &App, ticket: &Ticket, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    keep(app, response.headers_mut(), ticket);
    response
}

fn keep(app: &App, headers: &mut HeaderMap, ticket: &Ticket) {
    cookies::set(app, headers, cookies::SIGN_UP, &ticket.cookie(), Some(TICKET_SECONDS));
}
