//! Step 7: the agreement, and with its signature the end of the sign-up.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::refusal::Code;
use model::sign_up::Step;

use super::current::{Held, find};
use super::ops::{self, Signature};
use crate::app::App;
use crate::error::Error;
use crate::features::agreements::{self, Agreement};
use crate::features::signup::store::SignUp;
use crate::features::signup::web::current::Current;
use crate::outside::payment::{PaymentMethod, SetupState};
use crate::transaction;
use crate::web::client::Client;
use crate::web::cookies;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "signup/agreement.html")]
struct AgreementPage {
    page: Page,
    fields: Fields,
    agreement: Arc<Agreement>,
    organisation: String,
    card: Option<PaymentMethod>,
}

async fn agreement_page(
    app: &App,
    page: Page,
    current: &Current,
    fields: Fields,
    status: StatusCode,
) -> Result<Response, Error> {
    let Some(organisation) = &current.draft.organisation else {
        return Ok(Redirect::to("/sign-up").into_response());
    };
    let agreement = agreements::current(app, &organisation.address.country, page.l.lang());
    let card = card(app, &current.sign_up, current.draft.payment_setup.as_deref()).await?;
    let organisation = organisation.legal_name.clone();
    Ok(render(&AgreementPage { page, fields, agreement, organisation, card }, status))
}

async fn card(app: &App, sign_up: &SignUp, setup: Option<&str>) -> Result<Option<PaymentMethod>, Error> {
    let Some(setup) = setup else { return Ok(None) };
    Ok(match app.outside.payment.setup(app, setup, &sign_up.id.to_string()).await? {
        SetupState::Succeeded(method) => Some(method),
        SetupState::RequiresPaymentMethod | SetupState::Declined(_) => None,
    })
}

pub async fn show(State(app): State<App>, page: Page, current: Current) -> Result<Response, Error> {
    if let Err(redirect) = current.at(Step::Agreement) {
        return Ok(redirect.into_response());
    }
    if !app.config.sign_up.payment_optional
        && card(&app, &current.sign_up, current.draft.payment_setup.as_deref()).await?.is_none()
    {
        return Ok(Redirect::to("/sign-up/payment").into_response());
    }
    let contact = current.draft.organisation.as_ref().map(|organisation| &organisation.contact);
    let name =
        contact.map_or_else(String::new, |contact| format!("{} {}", contact.given_name, contact.surname));
    agreement_page(&app, page, &current, Fields::new().with("signatory_name", name), StatusCode::OK).await
}

/// Signs and finishes. A second send, from another tab or after a lost answer, finds the first one's tenant.
pub async fn sign(
    State(app): State<App>,
    page: Page,
    client: Client,
    Held(ticket): Held,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let Some(sign_up) = find(&app, ticket.as_ref()).await? else {
        return Ok(Redirect::to("/sign-up").into_response());
    };
    let model::sign_up::State::Open(draft) = sign_up.state.clone() else {
        return again(&app, &sign_up, &client).await;
    };
    let current = Current { sign_up, draft };
    if let Err(redirect) = current.at(Step::Agreement) {
        return Ok(redirect.into_response());
    }
    match finish(&app, &page, &client, &current, &fields).await {
        Ok(response) => Ok(response),
        Err(error) => {
            let refusals = error.into_refusals()?;
            if refusals.iter().any(|refusal| refusal.code == Code::PaymentMissing) {
                return Ok(Redirect::to("/sign-up/payment").into_response());
            }
            if refusals.iter().any(|refusal| refusal.code == Code::DomainPrefixTaken) {
                return Ok(Redirect::to("/sign-up/details").into_response());
            }
            fields.refuse_all(refusals);
            agreement_page(&app, page, &current, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn finish(
    app: &App,
    page: &Page,
    client: &Client,
    current: &Current,
    fields: &Fields,
) -> Result<Response, Error> {
    let Some(organisation) = &current.draft.organisation else { return Err(Code::SignUpStepMissing.into()) };
    let agreement = agreements::current(app, &organisation.address.country, page.l.lang());
    let (name, title) = agreements::signature(fields, &agreement)?;
    let payment_method = card(app, &current.sign_up, current.draft.payment_setup.as_deref()).await?;
    let signature = Signature {
        agreement: &agreement,
        name: &name,
        title: &title,
        payment_method,
        origin: &client.origin(),
    };
    let (moment, sign_up) = (app.moment(), &current.sign_up);
    let finished = transaction!(app.db, |scope| ops::finish(app, scope, sign_up, &signature, &moment).await)?;
    Ok(signed_in(app, &finished))
}

async fn again(app: &App, sign_up: &SignUp, client: &Client) -> Result<Response, Error> {
    let (moment, origin) = (app.moment(), client.origin());
    match transaction!(app.db, |scope| ops::sign_in_again(app, scope, sign_up, &origin, &moment).await) {
        Ok(finished) => Ok(signed_in(app, &finished)),
        Err(error) => {
            error.into_refusals()?;
            Ok(Redirect::to("/sign-in").into_response())
        }
    }
}

fn signed_in(app: &App, finished: &ops::Finished) -> Response {
    let mut response = Redirect::to("/account/second-factor/first").into_response();
    let seconds = finished.expires_at.duration_since(app.clock.now()).as_secs();
    cookies::set(app, response.headers_mut(), cookies::SESSION, finished.session.expose(), Some(seconds));
    response
}
