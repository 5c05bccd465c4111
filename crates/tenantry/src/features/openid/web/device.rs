//! Devices without a browser: what they ask for, and the pages on which a person lets them in (RFC 8628).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::roles::Permission;
use protocol::oauth::Parameters;
use serde_json::json;

use super::answer;
use super::consent::{Shown, shown, told};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::openid::ops::Refused;
use crate::features::openid::ops::device::{self, Answerable, INTERVAL, LASTS};
use crate::transaction;
use crate::web::client::{Client, browser};
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

/// Where a person types the code: short enough to be read out.
const PAGE: &str = "/device";

pub async fn start(
    State(app): State<App>,
    page: Page,
    Path(named): Path<String>,
    from: Client,
    fields: Fields,
) -> Response {
    match started(&app, &page, &named, &from, &fields).await {
        Ok(response) => response,
        Err(Refused::Fault(fault)) => answer::fault(&fault),
        Err(Refused::Failed(error)) => answer::failed(error),
    }
}

async fn started(
    app: &App,
    page: &Page,
    named: &str,
    from: &Client,
    fields: &Fields,
) -> Result<Response, Refused> {
    app.limits.count(Limit::Check, from.address)?;
    let sent = Parameters::of(fields.pairs())?;
    let moment = app.moment();
    let (tenant, client_id) = {
        let mut scope = app.db.read().await?;
        let tenant = device::named(&mut scope, named).await?;
        (tenant, device::check(app, &mut scope, tenant, &sent).await?)
    };
    let origin = from.origin();
    let made = transaction!(app.db, |scope| {
        device::start(app, scope, (client_id, tenant), (&sent, &origin), &moment).await
    });
    let (device_code, user_code) = made?;
    let address = app.link(PAGE);
    let told = page.l.a("device-message", &[("address", &address), ("code", &user_code)]);
    let body = json!({
        "device_code": device_code.expose(),
        "user_code": user_code,
        "verification_uri": address,
        "expires_in": LASTS,
        "interval": INTERVAL,
        "message": told,
    });
    Ok(answer::json_answer(StatusCode::OK, &body))
}

#[derive(Template)]
#[template(path = "openid/device.html")]
struct CodePage {
    page: Page,
    fields: Fields,
    user_name: String,
}

#[derive(Template)]
#[template(path = "openid/device-confirm.html")]
struct ConfirmPage {
    page: Page,
    code: String,
    application: String,
    /// Where the device is, as far as that shows.
    place: String,
    user_name: String,
    tenant: String,
    /// In words.
    identity: Vec<String>,
    permissions: Vec<Shown>,
    /// Only an administrator can agree, and this person is none.
    shut: bool,
    /// This person can agree for everybody, and there is something to agree to.
    for_all: bool,
}

#[derive(Template)]
#[template(path = "openid/device-done.html")]
struct DonePage {
    page: Page,
    allowed: bool,
}

pub async fn show(page: Page, who: SignedIn) -> Response {
    render(&CodePage { page, fields: Fields::new(), user_name: who.user_name }, StatusCode::OK)
}

/// Finds what a typed code is of, and asks.
pub async fn find(
    State(app): State<App>,
    page: Page,
    from: Client,
    who: SignedIn,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, from.address)?;
    let moment = app.moment();
    let code = typed.value("device_code").to_owned();
    let found = {
        let mut scope = app.db.read().await?;
        let mut inside = scope.tenant(who.actor.grant()).await?;
        device::answerable(&app, &mut inside, &who, &code, &moment).await
    };
    match found {
        Ok(found) => Ok(confirm(page, &who, &code, &found)),
        Err(error) => again(page, &who, &code, error),
    }
}

/// The page of the code, with what is wrong about it.
fn again(page: Page, who: &SignedIn, code: &str, error: Error) -> Result<Response, Error> {
    let mut fields = Fields::new().with("device_code", code);
    fields.refuse_all(error.into_form_refusals()?);
    let view = CodePage { page, fields, user_name: who.user_name.clone() };
    Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
}

fn confirm(page: Page, who: &SignedIn, code: &str, found: &Answerable) -> Response {
    let place = match browser(&found.request.user_agent) {
        Some((program, system)) => {
            let about = [("program", program), ("system", system), ("ip", found.request.ip.as_str())];
            page.l.a("device-place-browser", &about)
        }
        None => page.l.a("device-place", &[("ip", found.request.ip.as_str())]),
    };
    let administers = who.actor.may(Permission::ManageApplications);
    let consent = &found.owed.consent;
    let view = ConfirmPage {
        code: code.to_owned(),
        application: found.identified.client.name().to_owned(),
        place,
        user_name: who.user_name.clone(),
        tenant: who.tenant_name.clone(),
        identity: told(&page.l, &consent.identity),
        permissions: shown(&page.l, &found.owed.wanted, &consent.permissions),
        shut: consent.needs_administrator() && !administers,
        for_all: administers && !consent.is_given(),
        page,
    };
    render(&view, StatusCode::OK)
}

pub async fn send(
    State(app): State<App>,
    page: Page,
    from: Client,
    who: SignedIn,
    sent: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, from.address)?;
    let moment = app.moment();
    let code = sent.value("device_code").to_owned();
    let (allowed, for_all) = (sent.value("answer") == "accept", sent.has("for_everybody"));
    let done: Result<_, Error> = transaction!(app.db, |scope| {
        let mut inside = scope.tenant(who.actor.grant()).await?;
        match allowed {
            true => device::allow(&app, &mut inside, &who, (&code, for_all), &moment).await,
            false => device::refuse(&app, &mut inside, &who, &code, &moment).await,
        }
    });
    match done {
        Ok(()) => Ok(render(&DonePage { page, allowed }, StatusCode::OK)),
        Err(error) => again(page, &who, &code, error),
    }
}
