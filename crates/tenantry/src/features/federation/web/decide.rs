//! Trying a draft, letting it count, and ending that.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::refusal::Code;

use super::show::with;
use super::way::{Instead, lead_on};
use super::{done, inside, load, name_of, path, readable};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::federation::Provider;
use crate::features::federation::ops::settings;
use crate::features::federation::ops::trip::{Purpose, set_out};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "federation/ask.html")]
struct AskPage {
    page: Page,
    name: String,
    readable: String,
    title: String,
    effects: Vec<String>,
    button: String,
    action: &'static str,
    /// The draft that is decided on.
    draft: Option<Provider>,
}

pub async fn test(
    State(app): State<App>,
    signed_in: SignedIn,
    client: Client,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let name = name_of(&name)?;
    app.limits.count(Limit::Check, client.address)?;
    let view = load(&app, &signed_in, &name).await?;
    let Some(draft) = &view.draft else {
        return with(&app, &signed_in, page, &name, &[Code::IdentityProviderMissing.into()]).await;
    };
    let moment = app.moment();
    let purpose = Purpose::Test { session: signed_in.session };
    let (trip, address) = set_out(&app, (signed_in.actor.tenant(), draft), purpose, None, &moment);
    let settings = Instead::Back(format!("/domains/{}/identity-provider", draft.domain));
    lead_on(&app, page, &trip, (address, settings), &moment)
}

pub async fn ask_enforce(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let name = name_of(&name)?;
    let view = load(&app, &signed_in, &name).await?;
    if let Some(elsewhere) = stale(&signed_in, &format!("{}/enforce", path(&name)), &app.moment()) {
        return Ok(elsewhere);
    }
    let draft = match view.draft {
        None => Err(Code::IdentityProviderMissing),
        Some(draft) if draft.tested.is_none() => Err(Code::IdentityProviderUntested),
        Some(draft) => Ok(draft),
    };
    let draft = match draft {
        Ok(draft) => draft,
        Err(code) => return with(&app, &signed_in, page, &name, &[code.into()]).await,
    };
    let readable = readable(&name);
    let effects = vec![
        page.l.a("federation-enforce-there", &[("name", readable.as_str())]),
        page.l.t("federation-enforce-passwords"),
        page.l.t("federation-enforce-sessions"),
        page.l.t("federation-enforce-others"),
    ];
    let ask = AskPage {
        title: page.l.a("federation-enforce-title", &[("name", readable.as_str())]),
        button: page.l.t("federation-enforce"),
        action: "enforce",
        draft: Some(draft),
        page: inside(&signed_in, page),
        readable,
        effects,
        name,
    };
    Ok(render(&ask, StatusCode::OK))
}

pub async fn ask_switch_off(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let name = name_of(&name)?;
    let view = load(&app, &signed_in, &name).await?;
    if let Some(elsewhere) = stale(&signed_in, &format!("{}/switch-off", path(&name)), &app.moment()) {
        return Ok(elsewhere);
    }
    if view.enforced.is_none() {
        return with(&app, &signed_in, page, &name, &[Code::IdentityProviderMissing.into()]).await;
    }
    let readable = readable(&name);
    let effects = vec![
        page.l.a("federation-off-here", &[("name", readable.as_str())]),
        page.l.t("federation-off-passwords"),
        page.l.t("federation-off-draft"),
    ];
    let ask = AskPage {
        title: page.l.a("federation-off-title", &[("name", readable.as_str())]),
        button: page.l.t("federation-off"),
        action: "switch-off",
        draft: None,
        page: inside(&signed_in, page),
        readable,
        effects,
        name,
    };
    Ok(render(&ask, StatusCode::OK))
}

pub async fn enforce(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (name, actor, moment) = (name_of(&name)?, &signed_in.actor, app.moment());
    let seen = fields.value("revision").parse().ok();
    if let Some(elsewhere) = stale(&signed_in, &format!("{}/enforce", path(&name)), &moment) {
        return Ok(elsewhere);
    }
    let decided: Result<(), Error> = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        settings::enforce(&mut tenant, actor, (&name, seen), &moment).await
    });
    end(&app, &signed_in, page, (&name, "enforced"), decided).await
}

pub async fn switch_off(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let (name, actor, moment) = (name_of(&name)?, &signed_in.actor, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &format!("{}/switch-off", path(&name)), &moment) {
        return Ok(elsewhere);
    }
    let decided: Result<(), Error> = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        settings::switch_off(&mut tenant, actor, &name, &moment).await
    });
    end(&app, &signed_in, page, (&name, "switched-off"), decided).await
}

/// Back to the provider's page with what was done, or what stands in the way.
async fn end(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    (name, word): (&str, &str),
    decided: Result<(), Error>,
) -> Result<Response, Error> {
    match decided {
        Ok(()) => Ok(done(name, word)),
        Err(error) => {
            let refusals = error.into_form_refusals()?;
            with(app, signed_in, page, name, &refusals).await
        }
    }
}
