//! My applications: what somebody may use, each with the way to it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderMap, StatusCode};
use model::applications::ServicePrincipal;

use super::id_of;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::ops::mine::{Given, given_by, my_applications, my_logo, take_back};
use crate::features::objects::Object;
use crate::pictures;
use crate::transaction;
use crate::web::consents;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, initials, render};
use crate::web::locale::Locale;

#[derive(Template)]
#[template(path = "applications/mine.html")]
struct MinePage {
    page: Page,
    search: String,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    description: String,
    /// Where it opens; empty where it doesn't say.
    opens: String,
    logo: String,
    initials: String,
    id: String,
    /// What the person let it do for them, in words; empty where they weren't asked.
    given: Vec<String>,
}

/// As the person was told; by its name where there are no words for it. Our own words stand there once, but what others write must
/// not hide behind them.
fn told(l: &Locale, given: &[Given]) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for Given { name, words } in given {
        match consents::words(l, name) {
            Some(own) if told.contains(&own) => {}
            Some(own) => told.push(own),
            None => told.push(words.clone().unwrap_or_else(|| name.clone())),
        }
    }
    told
}

impl Row {
    fn new(l: &Locale, found: &Object<ServicePrincipal>, given: Option<&Vec<Given>>) -> Self {
        let (settings, own) = (&found.properties.settings, &found.properties.from_application);
        let opens = settings.login_url.as_ref().or(own.homepage.as_ref());
        // Whoever registers an application writes its addresses: only those of the web are followed.
        let opens = opens.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        let logo = own.info.logo_url.as_ref().map(|_| format!("/my-applications/{}/logo", found.id));
        Self {
            name: found.display_name.clone(),
            description: own.description.clone().unwrap_or_default(),
            opens: opens.cloned().unwrap_or_default(),
            logo: logo.unwrap_or_default(),
            initials: initials(&found.display_name),
            id: found.id.to_string(),
            given: given.map(|given| told(l, given)).unwrap_or_default(),
        }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let user = who.actor.user_id().ok_or_else(Error::not_found)?;
    let search = fields.sought("search");
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(who.actor.grant()).await?;
    let found = my_applications(&mut tenant, user, &search).await?;
    let given = given_by(&mut tenant, user).await?;
    let rows = found.iter().map(|found| Row::new(&page.l, found, given.get(&found.id))).collect();
    let page = who.on(page).in_section(Section::MyApplications);
    let page = match fields.has("taken-back") {
        true => {
            let told = page.l.t("my-applications-taken-back");
            page.with_toast(told)
        }
        false => page,
    };
    Ok(render(&MinePage { page, search, rows }, StatusCode::OK))
}

pub(super) async fn send_back(
    State(app): State<App>,
    who: SignedIn,
    fields: Fields,
) -> Result<Response, Error> {
    let (id, moment) = (id_of(fields.value("id"))?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(who.actor.grant()).await?;
        take_back(&mut tenant, &who.actor, id, &moment).await
    })?;
    Ok(Redirect::to("/my-applications?taken-back").into_response())
}

pub(super) async fn logo(
    State(app): State<App>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let user = who.actor.user_id().ok_or_else(Error::not_found)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(who.actor.grant()).await?;
    let logo = my_logo(&mut tenant, user, id_of(&id)?).await?;
    let etag = pictures::etag(&logo.image);
    Ok(pictures::shown(&headers, &logo.content_type, &etag, logo.image))
}
