//! Removing a name by force, after a page that counts what will be renamed; and how far it is.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::add::status_of;
use super::{name_of, readable};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::domains::{Departure, Plan, Rename, departure, force_remove, plan};
use crate::transaction;
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section, render};
use crate::web::locale::Told;

#[derive(Template)]
#[template(path = "domains/force.html")]
struct ForcePage {
    page: Page,
    name: String,
    readable: String,
    plan: Plan,
    told: Vec<Told>,
}

impl ForcePage {
    async fn load(app: &App, signed_in: &SignedIn, page: Page, name: String) -> Result<Self, Error> {
        let mut scope = app.db.read().await?;
        let mut scope = scope.tenant(signed_in.actor.grant()).await?;
        let plan = plan(&mut scope, &signed_in.actor, &name).await?;
        let page = signed_in.on(page).in_section(Section::Domains);
        let told = page.l.refusals(&plan.refusals);
        Ok(Self { readable: readable(&name), page, name, plan, told })
    }
}

pub async fn ask(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let name = name_of(&name)?;
    if let Some(elsewhere) = stale(&signed_in, &format!("/domains/{name}/force"), &app.moment()) {
        return Ok(elsewhere);
    }
    Ok(render(&ForcePage::load(&app, &signed_in, page, name).await?, StatusCode::OK))
}

pub async fn start(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let (name, actor, moment) = (name_of(&name)?, &signed_in.actor, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &format!("/domains/{name}/force"), &moment) {
        return Ok(elsewhere);
    }
    let started: Result<(), Error> = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        force_remove(&app, &mut scope, actor, &name, &moment).await
    });
    let refusals = match started {
        Ok(()) => {
            let mut scope = app.db.read().await?;
            let mut scope = scope.tenant(actor.grant()).await?;
            let to = match departure(&mut scope, actor, &name).await {
                Ok(_) => format!("/domains/{name}/departure"),
                // A claim that nothing used went at once.
                Err(_) => "/domains?done=removed".to_owned(),
            };
            return Ok(Redirect::to(&to).into_response());
        }
        Err(error) => error.into_form_refusals()?,
    };
    Ok(render(&ForcePage::load(&app, &signed_in, page, name).await?, status_of(&refusals)))
}

#[derive(Template)]
#[template(path = "domains/departure.html")]
struct DeparturePage {
    page: Page,
    name: String,
    readable: String,
    departure: Departure,
    renames: Vec<Rename>,
    suffixed: i64,
    /// Of a hundred.
    done: i64,
}

/// How far a name that goes has got, and who is called what now.
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let name = name_of(&name)?;
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(signed_in.actor.grant()).await?;
    let (departure, renames, suffixed) = departure(&mut scope, &signed_in.actor, &name).await?;
    let done = match departure.finished_at {
        Some(_) => 100,
        None => (departure.renamed * 100 / departure.total.max(1)).clamp(0, 99),
    };
    let page = signed_in.on(page).in_section(Section::Domains);
    let shown = DeparturePage { readable: readable(&name), page, name, departure, renames, suffixed, done };
    Ok(render(&shown, StatusCode::OK))
}
