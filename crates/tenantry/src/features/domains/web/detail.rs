//! One name: its state, the record to publish, what DNS says.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderName, HeaderValue, StatusCode};
use model::domains::VerificationRecord;
use model::refusal::Refusal;
use model::roles::Permission;

use super::add::status_of;
use super::life::{Matter, Passed, passed};
use super::live::{Live, look, needs_look};
use super::{Done, name_of, readable};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::domains::{
    Check, Listed, Observation, get, make_primary as choose, promote as stand_alone, verify,
};
use crate::features::federation;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::{Fields, Htmx};
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "domains/detail.html")]
struct DetailPage {
    page: Page,
    listed: Listed,
    readable: String,
    label: String,
    text: String,
    mail_exchange: String,
    zone: String,
    live: Option<Live>,
    matter: Option<Matter>,
    passed: Vec<Passed>,
    fields: Fields,
    may_manage: bool,
    /// The issuer that signs in the people of the name, where it isn't this service.
    provider: Option<String>,
}

impl DetailPage {
    fn named(&self, name: &str) -> String {
        readable(name)
    }

    /// In the middle of a sentence.
    fn plain(&self) -> String {
        model::eligibility::email::unicode_domain(&self.listed.name.name)
    }
}

pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    client: Client,
    page: Page,
    Path(name): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, Error> {
    let listed = load(&app, &signed_in, &name_of(&name)?).await?;
    let mut observation = None;
    if needs_look(&listed.name) {
        app.limits.count(Limit::Check, client.address)?;
        observation = Some(look(&app, &listed.name).await);
    }
    let mut page = page;
    page.toast = done.text(&page.l);
    view(&app, &signed_in, page, listed, observation, Vec::new()).await
}

/// Asks DNS, and verifies the name where its record stands.
pub async fn check(
    State(app): State<App>,
    signed_in: SignedIn,
    client: Client,
    htmx: Htmx,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let (name, actor) = (name_of(&name)?, &signed_in.actor);
    actor.require(Permission::ManageDomains)?;
    app.limits.count(Limit::Check, client.address)?;
    let listed = load(&app, &signed_in, &name).await?;
    if listed.name.is_initial {
        return Err(Error::not_found());
    }
    let (observation, moment) = (look(&app, &listed.name).await, app.moment());
    let checked = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        verify(&app, &mut scope, actor, &name, &observation, &moment).await
    });
    let refusals = match checked {
        Ok(Check::Verified { .. }) => return Ok(to(htmx, &format!("/domains/{name}?done=verified"))),
        Ok(Check::Confirmed) => return Ok(to(htmx, &format!("/domains/{name}?done=confirmed"))),
        Ok(Check::NotYet(refusal)) => vec![refusal],
        Err(error) => error.into_refusals()?,
    };
    let listed = load(&app, &signed_in, &name).await?;
    view(&app, &signed_in, page, listed, Some(observation), refusals).await
}

// A script that posts can't follow a redirect to another page by itself.
fn to(htmx: Htmx, path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(value) if htmx.0 => ([(HeaderName::from_static("hx-redirect"), value)], "").into_response(),
        _ => Redirect::to(path).into_response(),
    }
}

pub async fn make_primary(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let (name, actor, moment) = (name_of(&name)?, &signed_in.actor, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &format!("/domains/{name}"), &moment) {
        return Ok(elsewhere);
    }
    let chosen: Result<(), Error> = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        choose(&mut scope, actor, &name, &moment).await
    });
    match chosen {
        Ok(()) => Ok(Redirect::to("/domains?done=primary").into_response()),
        Err(error) => {
            let refusals = error.into_refusals()?;
            match load(&app, &signed_in, &name).await {
                Ok(listed) if actor.may(Permission::ManageDomains) => {
                    view(&app, &signed_in, page, listed, None, refusals).await
                }
                _ => Err(Error::Refused(refusals)),
            }
        }
    }
}

/// Asks DNS, and lets a name below a proven one stand for itself where its own record stands.
pub async fn promote(
    State(app): State<App>,
    signed_in: SignedIn,
    client: Client,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let (name, actor) = (name_of(&name)?, &signed_in.actor);
    actor.require(Permission::ManageDomains)?;
    app.limits.count(Limit::Check, client.address)?;
    let listed = load(&app, &signed_in, &name).await?;
    let (observation, moment) = (look(&app, &listed.name).await, app.moment());
    let promoted = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        stand_alone(&app, &mut scope, actor, &name, &observation, &moment).await
    });
    match promoted {
        Ok(()) => Ok(Redirect::to(&format!("/domains/{name}?done=promoted")).into_response()),
        Err(error) => {
            let refusals = error.into_refusals()?;
            let listed = load(&app, &signed_in, &name).await?;
            view(&app, &signed_in, page, listed, Some(observation), refusals).await
        }
    }
}

async fn load(app: &App, signed_in: &SignedIn, name: &str) -> Result<Listed, Error> {
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(signed_in.actor.grant()).await?;
    get(&mut scope, &signed_in.actor, name).await
}

async fn view(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    listed: Listed,
    observation: Option<Observation>,
    refusals: Vec<Refusal>,
) -> Result<Response, Error> {
    let status = if refusals.is_empty() { StatusCode::OK } else { status_of(&refusals) };
    let mut fields = Fields::new();
    fields.refuse_all(refusals);
    let page = signed_in.on(page).in_section(Section::Domains);
    let name = &listed.name;
    let record = VerificationRecord::new(&name.name, &name.token, &app.config.accounts.account_domain);
    let live = match &observation {
        Some(observation) => Some(Live::new(app, signed_in, &page.l, name, observation).await?),
        None => None,
    };
    let provider = {
        let mut scope = app.db.read().await?;
        let mut scope = scope.tenant(signed_in.actor.grant()).await?;
        federation::enforced(&mut scope, &name.name).await?.map(|provider| provider.issuer)
    };
    let shown = DetailPage {
        readable: readable(&name.name),
        label: record.label().to_owned(),
        text: record.text(),
        mail_exchange: record.mail_exchange(),
        zone: record.zone(),
        may_manage: signed_in.actor.may(Permission::ManageDomains),
        provider,
        matter: Matter::of(&page.l, name, &readable(&name.name)),
        passed: passed(&page.l, name),
        page,
        live,
        fields,
        listed,
    };
    Ok(render(&shown, status))
}
