//! The page of the own account, and its sessions.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::ids::SessionId;

use super::factors::codes_state;
use super::mine;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::account::ops;
use crate::features::account::store::{self, OpenSession, Profile};
use crate::features::credentials::passkeys::{Passkey, passkeys};
use crate::features::credentials::{self, Factors, only_of_the_form};
use crate::features::directory::photo_pages::Portrait;
use crate::features::federation::Provider;
use crate::features::roles;
use crate::transaction;
use crate::web::client;
use crate::web::cookies;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::time::day;
use crate::web::who::Enrolling;

#[derive(Template)]
#[template(path = "account/home.html")]
struct HomePage {
    page: Page,
    fields: Fields,
    portrait: Portrait,
    who: SignedIn,
    profile: Profile,
    roles: String,
    factors: Factors,
    passkeys: Vec<Passkey>,
    password_changed: String,
    /// Where the person signs in, if that isn't here.
    provider: Option<Provider>,
    sessions: Vec<OpenSession>,
    codes_mark: String,
}

impl HomePage {
    fn is_this(&self, session: &OpenSession) -> bool {
        session.id == self.who.session
    }

    fn day_of(&self, at: &jiff::Timestamp) -> String {
        day(&self.page.l, *at)
    }

    /// What passkeys are for.
    fn passkeys_text(&self) -> String {
        match self.provider {
            Some(_) => self.page.l.t("account-provider-passkeys"),
            None => self.page.l.t("account-passkeys-text"),
        }
    }

    /// Since when there is a passkey, and when it was used.
    fn used(&self, passkey: &Passkey) -> String {
        let l = &self.page.l;
        let added = l.a("account-passkey-added-on", &[("day", day(l, passkey.created_at))]);
        let used = match passkey.last_used_at {
            Some(at) => l.a("account-passkey-last", &[("day", day(l, at))]),
            None => l.t("account-passkey-never"),
        };
        format!("{added} · {used}")
    }

    /// What a session is called that has no name: `Firefox on Windows`.
    fn browser_of(&self, session: &OpenSession) -> String {
        match client::browser(&session.user_agent) {
            Some((browser, system)) => {
                self.page.l.a("account-session-browser", &[("browser", browser), ("system", system)])
            }
            None => self.page.l.t("account-session-unnamed"),
        }
    }

    /// What a browser calls itself, where that can't be said in plain words.
    fn unknown_agent<'s>(&self, session: &'s OpenSession) -> Option<&'s str> {
        let agent = session.user_agent.as_str();
        Some(agent).filter(|agent| !agent.is_empty() && client::browser(agent).is_none())
    }
}

async fn home(app: &App, who: SignedIn, page: Page, fields: Fields) -> Result<HomePage, Error> {
    let user = ops::own_id(&who)?;
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(who.actor.grant()).await?;
    let held = roles::held_by(&mut scope, user).await?;
    let roles: Vec<_> = held.iter().map(|held| held.role.name.shown(&page.l)).collect();
    let changed = credentials::password_of(&mut scope, user).await?.map(|found| found.changed_at);
    let password_changed = changed.map_or_else(String::new, |changed| {
        page.l.a("account-password-changed", &[("day", day(&page.l, changed))])
    });
    Ok(HomePage {
        page: mine(page, &who),
        fields,
        portrait: Portrait::of(&mut scope, &who.actor, (user, &who.display_name), "/account").await?,
        profile: store::profile(&mut scope, user).await?,
        roles: roles.join(", "),
        factors: credentials::second_factors(&mut scope, user).await?,
        passkeys: passkeys(&mut scope, user).await?,
        password_changed,
        provider: ops::own_provider(&mut scope, &who).await?,
        codes_mark: codes_state(&mut scope, &who).await?.mark(),
        sessions: store::open_sessions(&mut scope, user, app.moment().now).await?,
        who,
    })
}

pub async fn show(
    State(app): State<App>,
    who: SignedIn,
    page: Page,
    asked: Fields,
) -> Result<Response, Error> {
    let told = match asked.value("done") {
        "password" => Some(page.l.t("account-done-password")),
        "app" => Some(page.l.t("account-done-app")),
        "passkey" => Some(page.l.t("account-done-passkey")),
        "passkey-removed" => Some(page.l.t("account-done-passkey-removed")),
        "passkey-renamed" => Some(page.l.t("account-done-passkey-renamed")),
        "app-removed" => Some(page.l.t("account-done-app-removed")),
        "session" => Some(page.l.t("account-done-session")),
        "photo" => Some(page.l.t("people-done-photo")),
        "photo-removed" => Some(page.l.t("people-done-photo-removed")),
        "sessions" => Some(page.l.t("account-done-sessions")),
        _ => None,
    };
    let page = match told {
        Some(told) => page.with_toast(told),
        None => page,
    };
    Ok(render(&home(&app, who, page, Fields::new()).await?, StatusCode::OK))
}

/// The page again, with what was refused of a form on it.
pub async fn again(app: &App, who: SignedIn, page: Page, typed: Fields) -> Result<Response, Error> {
    Ok(render(&home(app, who, page, typed).await?, StatusCode::UNPROCESSABLE_ENTITY))
}

fn session_id(text: &str) -> Result<SessionId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

pub async fn end_one(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (id, moment) = (session_id(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        ops::end_one(&mut scope, &who, id, &moment).await
    })?;
    Ok(Redirect::to("/account?done=session").into_response())
}

pub async fn end_others(State(app): State<App>, who: SignedIn) -> Result<Response, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        ops::end_others(&mut scope, &who, &moment).await
    })?;
    Ok(Redirect::to("/account?done=sessions").into_response())
}

/// For whoever is signed in, even where more is owed; nobody is told the same as somebody.
pub async fn end_all(State(app): State<App>, who: Option<Enrolling>) -> Result<Response, Error> {
    let moment = app.moment();
    if let Some(Enrolling(who)) = who {
        transaction!(app.db, |scope| {
            let mut scope = scope.tenant(who.actor.grant()).await?;
            ops::end_all(&mut scope, &who, &moment).await
        })?;
    }
    let mut response = Redirect::to("/sign-in?signed-out").into_response();
    cookies::clear(&app, response.headers_mut(), cookies::SESSION);
    Ok(response)
}

pub async fn rename(
    State(app): State<App>,
    who: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut typed: Fields,
) -> Result<Response, Error> {
    let id = session_id(&id)?;
    let renamed = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        ops::rename(&mut scope, &who, id, typed.value("session_name")).await
    });
    match renamed {
        Ok(()) => Ok(Redirect::to("/account").into_response()),
        Err(error) => {
            typed.refuse_all(only_of_the_form(error)?);
            again(&app, who, page, typed).await
        }
    }
}
