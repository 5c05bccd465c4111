//! Whether applications may register themselves.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::on;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::ops::registration::{
    Registration, registration, set_registration, token_hash,
};
use crate::secrets::Secret;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::fresh::{Kept, stale_form};
use crate::web::layout::{Page, render};

const FORM: &str = "/applications/registration";

#[derive(Template)]
#[template(path = "applications/registration.html")]
struct RegistrationPage {
    page: Page,
    fields: Fields,
    /// The operator lets tenants decide.
    offered: bool,
    address: String,
    choices: Vec<(String, String, String)>,
}

/// The answer that shows the token, once.
#[derive(Template)]
#[template(path = "applications/registration-token.html")]
struct TokenPage {
    page: Page,
    address: String,
    token: Secret,
}

impl RegistrationPage {
    fn new(app: &App, page: Page, signed_in: &SignedIn, fields: Fields) -> Self {
        let choice = |value: &str, title: String, text: String| (value.to_owned(), title, text);
        let l = &page.l;
        Self {
            offered: app.config.registration.enabled,
            address: address(app, signed_in),
            choices: vec![
                choice("off", l.t("registration-off"), l.t("registration-off-text")),
                choice("token", l.t("registration-token"), l.t("registration-token-text")),
                choice("open", l.t("registration-open"), l.t("registration-open-text")),
            ],
            fields,
            page,
        }
    }
}

/// What a new token changes, so that a page that is sent again makes no second one.
async fn state(scope: &mut TenantScope<'_>) -> Result<Fields, Error> {
    let hash = token_hash(scope).await?.unwrap_or_default();
    Ok(Fields::new().with("token", URL_SAFE_NO_PAD.encode(hash)))
}

fn address(app: &App, signed_in: &SignedIn) -> String {
    app.link(&format!("/{}/oauth2/v2.0/register", signed_in.actor.tenant()))
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    kept: Kept,
    asked: Fields,
) -> Result<Response, Error> {
    let (mut page, fields) = kept.of(&signed_in, on(&signed_in, page));
    signed_in.actor.require(Permission::ManageApplications)?;
    if asked.value("done") == "changed" {
        let word = page.l.t("applications-done-updated");
        page = page.with_toast(word);
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let now = match registration(&app, &mut tenant).await? {
        Registration::Off => "off",
        Registration::WithToken => "token",
        Registration::Open => "open",
    };
    let fields = match fields {
        Some(fields) => fields,
        None => Fields::new().with("registration", now).showing(&state(&mut tenant).await?),
    };
    Ok(kept.shown(render(&RegistrationPage::new(&app, page, &signed_in, fields), StatusCode::OK)))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let (actor, moment) = (&signed_in.actor, app.moment());
    actor.require(Permission::ManageApplications)?;
    let keeps = (&fields, ["registration", "seen"].as_slice());
    if let Some(elsewhere) = stale_form(&app, &signed_in, FORM, keeps, &moment) {
        return Ok(elsewhere);
    }
    let wanted = match fields.value("registration") {
        "off" => Registration::Off,
        "token" => Registration::WithToken,
        "open" => Registration::Open,
        _ => {
            fields.refuse(Refusal::new(Code::FieldRequired).on("registration"));
            let view = RegistrationPage::new(&app, page, &signed_in, fields);
            return Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let token = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        fields.require_unchanged(&state(&mut tenant).await?)?;
        set_registration(&app, &mut tenant, actor, wanted, &moment).await
    })?;
    match token {
        Some(token) => {
            let view = TokenPage { page, address: address(&app, &signed_in), token };
            Ok(render(&view, StatusCode::OK))
        }
        None => Ok(Redirect::to(&format!("{FORM}?done=changed")).into_response()),
    }
}
