//! Setting up and removing second factors.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::refusal::{Code, Refusal};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::mine;
use crate::access::session::{SignedIn, Standing};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::account::ops;
use crate::features::credentials::{self, Enrolment, only_of_the_form};
use crate::moment::Moment;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::security::on_the_way_to;
use crate::web::theme::own_path;
use crate::web::who::{Enrolling, FIRST_SECOND_FACTOR};

const APP: &str = "/account/second-factor/authenticator";

#[derive(Template)]
#[template(path = "account/first.html")]
struct FirstPage {
    page: Page,
    way: Way,
    administrator: bool,
    /// The organisation's own provider signs them in.
    elsewhere: bool,
    codes_mark: String,
}

impl FirstPage {
    fn lead(&self) -> String {
        let l = &self.page.l;
        match (self.elsewhere, self.administrator) {
            (false, true) => l.t("account-first-lead"),
            (false, false) => l.t("account-first-lead-everybody"),
            (true, true) => l.t("account-provider-first-lead"),
            (true, false) => l.t("account-provider-first-lead-everybody"),
        }
    }
}

#[derive(Template)]
#[template(path = "account/app.html")]
struct AppPage {
    page: Page,
    fields: Fields,
    enrolment: Enrolment,
    way: Way,
}

#[derive(Template)]
#[template(path = "account/codes.html")]
struct CodesPage {
    page: Page,
    codes: Vec<String>,
    joined: String,
    on: String,
}

/// Where the pages lead: an administrator's first factor opens what they were on the way to.
pub struct Way {
    /// A path of this site that somebody was on the way to when they were asked for a second factor; empty for none.
    pub next: String,
    first: bool,
}

/// The way of somebody, from the address or the form that they came with.
pub fn way_of(who: &SignedIn, asked: &Fields) -> Way {
    let next = own_path(asked.value("next"));
    let next = if next == "/" { String::new() } else { next.to_owned() };
    Way { next, first: who.standing() == Standing::MustEnrol }
}

impl Way {
    /// A page of ours, with the way on that goes along.
    pub fn with(&self, path: &str) -> String {
        if self.next.is_empty() {
            return path.to_owned();
        }
        format!("{path}?next={}", utf8_percent_encode(&self.next, NON_ALPHANUMERIC))
    }

    /// On, when all is done; `usual` where nobody was on the way to anything.
    pub fn on(&self, usual: &str) -> String {
        match (self.first, self.next.is_empty()) {
            (true, false) => self.next.clone(),
            (true, true) => "/overview".to_owned(),
            (false, _) => usual.to_owned(),
        }
    }

    pub fn back(&self) -> String {
        if self.first { self.with(FIRST_SECOND_FACTOR) } else { "/account".to_owned() }
    }
}

/// The recovery codes that somebody has, so that a page that is sent again makes no others.
pub async fn codes_state(scope: &mut TenantScope<'_>, who: &SignedIn) -> Result<Fields, Error> {
    let newest = credentials::newest_recovery_code(scope, ops::own_id(who)?).await?;
    Ok(Fields::new().with("codes", newest.map_or_else(String::new, |id| id.to_string())))
}

pub async fn first(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    page: Page,
    asked: Fields,
) -> Result<Response, Error> {
    let way = way_of(&who, &asked);
    if who.has_second_factor {
        return Ok(Redirect::to(if way.next.is_empty() { "/overview" } else { &way.next }).into_response());
    }
    let next = way.next.clone();
    let administrator = who.actor.rights().are_administrative();
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(who.actor.grant()).await?;
    let codes_mark = codes_state(&mut scope, &who).await?.mark();
    let elsewhere = ops::own_provider(&mut scope, &who).await?.is_some();
    let view = FirstPage { page: mine(page, &who), way, administrator, elsewhere, codes_mark };
    Ok(on_the_way_to(&next, render(&view, StatusCode::OK)))
}

pub async fn begin(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    asked: Fields,
) -> Result<Response, Error> {
    let (moment, way) = (app.moment(), way_of(&who, &asked));
    if let Some(elsewhere) = stale(&who, &way.back(), &moment) {
        return Ok(elsewhere);
    }
    let user = ops::own_id(&who)?;
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        credentials::begin_authenticator(&app, &mut scope, user, &moment).await
    })?;
    Ok(Redirect::to(&way.with(APP)).into_response())
}

async fn pending(app: &App, who: &SignedIn, moment: &Moment) -> Result<Option<Enrolment>, Error> {
    let user = ops::own_id(who)?;
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(who.actor.grant()).await?;
    credentials::pending_authenticator(app, &mut scope, user, &who.user_name, moment).await
}

pub async fn app(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    page: Page,
    asked: Fields,
) -> Result<Response, Error> {
    let way = way_of(&who, &asked);
    Ok(match pending(&app, &who, &app.moment()).await? {
        Some(enrolment) => {
            let next = way.next.clone();
            let view = AppPage { page: mine(page, &who), fields: Fields::new(), enrolment, way };
            on_the_way_to(&next, render(&view, StatusCode::OK))
        }
        None => Redirect::to(&way.back()).into_response(),
    })
}

pub async fn confirm(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    page: Page,
    client: Client,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let (moment, way) = (app.moment(), way_of(&who, &typed));
    if let Some(elsewhere) = stale(&who, &way.back(), &moment) {
        return Ok(elsewhere);
    }
    let confirmed = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        let whose = (&who, page.l.lang());
        ops::confirm_app(&app, &mut scope, whose, typed.value("code"), &moment).await
    });
    let Err(error) = confirmed else {
        return Ok(Redirect::to(&way.on("/account?done=app")).into_response());
    };
    let refusals = only_of_the_form(error)?;
    let enrolment =
        pending(&app, &who, &moment).await?.ok_or_else(|| Refusal::new(Code::AuthenticatorExpired))?;
    let mut fields = Fields::new();
    fields.refuse_all(refusals);
    let next = way.next.clone();
    let view = AppPage { page: mine(page, &who), fields, enrolment, way };
    Ok(on_the_way_to(&next, render(&view, StatusCode::UNPROCESSABLE_ENTITY)))
}

pub async fn remove(State(app): State<App>, who: SignedIn, page: Page) -> Result<Response, Error> {
    let moment = app.moment();
    if let Some(elsewhere) = stale(&who, "/account", &moment) {
        return Ok(elsewhere);
    }
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        ops::remove_app(&app, &mut scope, (&who, page.l.lang()), &moment).await
    })?;
    Ok(Redirect::to("/account?done=app-removed").into_response())
}

/// Shown in the answer to the post itself: no address shows them again.
pub async fn codes(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    page: Page,
    asked: Fields,
) -> Result<Response, Error> {
    let (moment, way) = (app.moment(), way_of(&who, &asked));
    if let Some(elsewhere) = stale(&who, &way.back(), &moment) {
        return Ok(elsewhere);
    }
    let made = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(who.actor.grant()).await?;
        asked.require_unchanged(&codes_state(&mut scope, &who).await?)?;
        ops::make_codes(&app, &mut scope, (&who, page.l.lang()), &moment).await
    })?;
    let codes: Vec<String> = made.iter().map(|code| code.expose().to_owned()).collect();
    let on = way.on("/account");
    let view = CodesPage { page: mine(page, &who), joined: codes.join("\n"), codes, on };
    Ok(render(&view, StatusCode::OK))
}
