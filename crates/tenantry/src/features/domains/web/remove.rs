//! Removing a name, after a page that says what uses it or what will happen.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::refusal::{Code, Refusal};

use super::add::status_of;
use super::{name_of, readable};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::domains::{remove as remove_name, uses};
use crate::transaction;
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section, render};
use crate::web::locale::Told;

#[derive(Template)]
#[template(path = "domains/remove.html")]
struct RemovePage {
    page: Page,
    name: String,
    readable: String,
    told: Vec<Told>,
    /// Renaming what uses the name is all that it needs.
    may_force: bool,
}

impl RemovePage {
    fn new(signed_in: &SignedIn, page: Page, name: String, refusals: &[Refusal]) -> Self {
        let page = signed_in.on(page).in_section(Section::Domains);
        Self {
            readable: readable(&name),
            told: page.l.refusals(refusals),
            may_force: may_force(refusals),
            name,
            page,
        }
    }
}

/// Names that came with the work account stay; the rest can be removed by force.
fn may_force(refusals: &[Refusal]) -> bool {
    let renamable = [
        Code::DomainNameUsedByPeople,
        Code::DomainNameUsedByGroups,
        Code::DomainNameUsedByApplications,
        Code::DomainNameUsedByNames,
    ];
    !refusals.is_empty() && refusals.iter().all(|refusal| renamable.contains(&refusal.code))
}

pub async fn ask(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let name = name_of(&name)?;
    if let Some(elsewhere) = stale(&signed_in, &format!("/domains/{name}/remove"), &app.moment()) {
        return Ok(elsewhere);
    }
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(signed_in.actor.grant()).await?;
    let refusals = uses(&mut scope, &signed_in.actor, &name).await?.refusals(&name);
    Ok(render(&RemovePage::new(&signed_in, page, name, &refusals), StatusCode::OK))
}

pub async fn remove(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let (name, actor, moment) = (name_of(&name)?, &signed_in.actor, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &format!("/domains/{name}/remove"), &moment) {
        return Ok(elsewhere);
    }
    let removed: Result<(), Error> = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        remove_name(&app, &mut scope, actor, &name, &moment).await
    });
    let refusals = match removed {
        Ok(()) => return Ok(Redirect::to("/domains?done=removed").into_response()),
        Err(error) => error.into_form_refusals()?,
    };
    let status = status_of(&refusals);
    Ok(render(&RemovePage::new(&signed_in, page, name, &refusals), status))
}
