//! A new secret, shown once.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::Application;
use model::refusal::{Code, Refusal};

use super::{Found, on};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::ops::application::get_application;
use crate::features::applications::ops::secrets::{NewSecret, add_secret};
use crate::features::credentials::only_of_the_form;
use crate::features::objects::Object;
use crate::secrets::Secret;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::fresh::{Kept, stale, stale_form};
use crate::web::layout::{Page, render};

/// Days that can be chosen.
const DAYS: [i64; 4] = [90, 180, 365, 730];

#[derive(Template)]
#[template(path = "applications/secret.html")]
struct SecretPage {
    page: Page,
    fields: Fields,
    id: String,
    name: String,
    lifetimes: Vec<(String, String)>,
}

/// The one page that shows a secret. It is the answer to a post, so no address leads back to it.
#[derive(Template)]
#[template(path = "applications/secret-shown.html")]
struct ShownPage {
    page: Page,
    id: String,
    name: String,
    client_id: String,
    secret: Secret,
}

impl SecretPage {
    fn new(page: Page, found: &Found, fields: Fields) -> Self {
        let told = |days: &i64| (days.to_string(), page.l.a("applications-secret-days", &[("days", *days)]));
        Self {
            lifetimes: DAYS.iter().map(told).collect(),
            id: found.application.id.to_string(),
            name: found.application.display_name.clone(),
            fields,
            page,
        }
    }
}

/// The secrets that there are, so that a page that is sent again adds no second one.
fn state(application: &Object<Application>) -> Fields {
    let ids = application.properties.password_credentials.iter().filter_map(|secret| secret.key_id);
    ids.fold(Fields::new(), |fields, id| fields.also("secret", id.to_string()))
}

fn form_of(found: &Found) -> String {
    format!("/applications/{}/secrets/new", found.application.id)
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    kept: Kept,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    if let Some(elsewhere) = stale(&signed_in, &form_of(&found), &app.moment()) {
        return Ok(elsewhere);
    }
    let (page, fields) = kept.of(&signed_in, page);
    let usual = || Fields::new().with("lifetime", DAYS[1].to_string()).showing(&state(&found.application));
    let fields = fields.unwrap_or_else(usual);
    Ok(kept.shown(render(&SecretPage::new(page, &found, fields), StatusCode::OK)))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let (actor, moment) = (&signed_in.actor, app.moment());
    let (form, keeps) = (form_of(&found), (&fields, ["secretName", "lifetime", "seen"].as_slice()));
    if let Some(elsewhere) = stale_form(&app, &signed_in, &form, keeps, &moment) {
        return Ok(elsewhere);
    }
    let days = DAYS.iter().find(|days| days.to_string() == fields.value("lifetime"));
    let Some(days) = days else {
        fields.refuse(Refusal::new(Code::FieldRequired).on("lifetime"));
        return Ok(render(&SecretPage::new(page, &found, fields), StatusCode::UNPROCESSABLE_ENTITY));
    };
    let new = NewSecret {
        display_name: Some(fields.value("secretName").to_owned()),
        starts: None,
        ends: Some(moment.after_seconds(days * 86_400)),
    };
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let stored = get_application(&mut tenant, actor, found.application.id).await?;
        fields.require_unchanged(&state(&stored))?;
        add_secret::<Application>(&app, &mut tenant, actor, found.application.id, new.clone(), &moment).await
    });
    match made {
        Ok((_, secret)) => {
            let view = ShownPage {
                id: found.application.id.to_string(),
                client_id: found.application.properties.app_id.to_string(),
                name: found.application.display_name,
                secret,
                page,
            };
            Ok(render(&view, StatusCode::OK))
        }
        Err(error) => {
            let refusals = only_of_the_form(error)?.into_iter().map(|refusal| match refusal.field {
                Some("displayName") => refusal.on("secretName"),
                _ => refusal,
            });
            fields.refuse_all(refusals);
            Ok(render(&SecretPage::new(page, &found, fields), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
