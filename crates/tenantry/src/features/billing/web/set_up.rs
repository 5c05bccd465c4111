//! Setting up the billing account of a tenant that has none: organisation, payment, agreement.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::organisation::Organisation;
use model::refusal::Code;
use model::roles::Permission;

use super::on;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::agreements::{self, Agreement};
use crate::features::billing::find;
use crate::features::billing::ops::set_up::{self, Signature};
use crate::features::billing::organisation_form::{self, OrganisationForm};
use crate::features::billing::store::Draft;
use crate::features::directory;
use crate::outside::payment::{CardForm, PaymentMethod, SetupState, declined};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::fresh::{Kept, stale, stale_form};
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::locale::Locale;

const ORGANISATION: &str = "/billing/set-up/organisation";
const PAYMENT: &str = "/billing/set-up/payment";
const AGREEMENT: &str = "/billing/set-up/agreement";

#[derive(Template)]
#[template(path = "billing/set_up/exists.html")]
struct ExistsPage {
    page: Page,
}

#[derive(Template)]
#[template(path = "billing/set_up/organisation.html")]
struct OrganisationPage {
    page: Page,
    fields: Fields,
    org: OrganisationForm,
    email: String,
}

#[derive(Template)]
#[template(path = "billing/set_up/payment.html")]
struct PaymentPage {
    page: Page,
    fields: Fields,
    card_form: CardForm,
    card: Option<PaymentMethod>,
    optional: bool,
}

#[derive(Template)]
#[template(path = "billing/set_up/agreement.html")]
struct AgreementPage {
    page: Page,
    fields: Fields,
    agreement: Arc<Agreement>,
    organisation: String,
    card: Option<PaymentMethod>,
}

/// The step indicator: text and address.
fn steps(l: &Locale) -> [(String, &'static str); 3] {
    [
        (l.t("billing-step-organisation"), ORGANISATION),
        (l.t("billing-step-payment"), PAYMENT),
        (l.t("billing-step-agreement"), AGREEMENT),
    ]
}

/// The draft of the person who asks, or the page that they get instead.
async fn open(app: &App, signed_in: &SignedIn, page: &Page) -> Result<Result<Draft, Response>, Error> {
    let actor = &signed_in.actor;
    let page = on(signed_in, page.clone());
    actor.require(Permission::ManageBilling)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    if find(&mut tenant, actor).await?.is_some() {
        return Ok(Err(render(&ExistsPage { page }, StatusCode::OK)));
    }
    Ok(Ok(set_up::draft(&mut tenant, actor).await?))
}

pub async fn start(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let draft = match open(&app, &signed_in, &page).await? {
        Ok(draft) => draft,
        Err(other) => return Ok(other),
    };
    let next = if draft.organisation.is_some() { PAYMENT } else { ORGANISATION };
    Ok(Redirect::to(next).into_response())
}

/// Where the person gets mail: their contact address, else the address that they sign in with.
async fn email(app: &App, signed_in: &SignedIn) -> Result<(String, Fields), Error> {
    let user = signed_in.actor.user_id().ok_or_else(Error::not_found)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let person = directory::get(&mut tenant, &signed_in.actor, user, app.clock.now()).await?.person;
    let fields = Fields::new()
        .with("legal_name", &signed_in.tenant_name)
        .with("given_name", person.given_name.unwrap_or_default())
        .with("surname", person.surname.unwrap_or_default());
    Ok((person.contact.map_or_else(|| signed_in.user_name.clone(), |contact| contact.address), fields))
}

fn organisation_page(page: Page, fields: Fields, email: String) -> Response {
    let status = organisation_form::status(&fields);
    let org = organisation_form::view(&page.l, &fields, ORGANISATION);
    render(&OrganisationPage { page, fields, org, email }, status)
}

pub async fn organisation(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
) -> Result<Response, Error> {
    let draft = match open(&app, &signed_in, &page).await? {
        Ok(draft) => draft,
        Err(other) => return Ok(other),
    };
    let (email, known) = email(&app, &signed_in).await?;
    let fields = draft.organisation.as_ref().map_or(known, organisation_form::fields_from);
    Ok(organisation_page(on(&signed_in, page), fields, email))
}

pub async fn save_organisation(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    if let Err(other) = open(&app, &signed_in, &page).await? {
        return Ok(other);
    }
    let (page, actor) = (on(&signed_in, page), &signed_in.actor);
    let (email, _) = email(&app, &signed_in).await?;
    if organisation_form::only_refreshes(&fields) {
        return Ok(organisation_page(page, fields, email));
    }
    let Some(organisation) = organisation_form::take(&mut fields, &email) else {
        return Ok(organisation_page(page, fields, email));
    };
    let moment = app.moment();
    let user = actor.user_id().ok_or_else(Error::not_found)?;
    let reference = format!("{}/set-up/{user}", actor.tenant());
    let setup = app.outside.payment.create_setup(&app, &reference, &moment).await?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        set_up::save(&mut tenant, actor, &organisation, &setup, &moment).await
    })?;
    Ok(Redirect::to(PAYMENT).into_response())
}

async fn setup_state(app: &App, signed_in: &SignedIn, setup: Option<&str>) -> Result<SetupState, Error> {
    match setup {
        Some(setup) => app.outside.payment.setup(app, setup, &signed_in.actor.tenant().to_string()).await,
        None => Ok(SetupState::RequiresPaymentMethod),
    }
}

pub async fn payment(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let draft = match open(&app, &signed_in, &page).await? {
        Ok(draft) => draft,
        Err(other) => return Ok(other),
    };
    let (Some(_), Some(setup)) = (draft.organisation, draft.payment_setup) else {
        return Ok(Redirect::to(ORGANISATION).into_response());
    };
    let mut fields = Fields::new();
    let mut card = None;
    match setup_state(&app, &signed_in, Some(&setup)).await? {
        SetupState::Succeeded(method) => card = Some(method),
        SetupState::Declined(reason) => fields.refuse(declined(&reason)),
        SetupState::RequiresPaymentMethod => {}
    }
    let status = if fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let card_form = app.outside.payment.form(&setup, PAYMENT);
    let optional = app.config.sign_up.payment_optional;
    Ok(render(&PaymentPage { page: on(&signed_in, page), fields, card_form, card, optional }, status))
}

async fn card(app: &App, signed_in: &SignedIn, draft: &Draft) -> Result<Option<PaymentMethod>, Error> {
    match setup_state(app, signed_in, draft.payment_setup.as_deref()).await? {
        SetupState::Succeeded(method) => Ok(Some(method)),
        SetupState::RequiresPaymentMethod | SetupState::Declined(_) => Ok(None),
    }
}

/// The last step, or the step before it that lacks something.
async fn agreement_page(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    draft: &Draft,
    fields: Fields,
) -> Result<Response, Error> {
    let Some(Organisation { legal_name, address, .. }) = &draft.organisation else {
        return Ok(Redirect::to(ORGANISATION).into_response());
    };
    let card = card(app, signed_in, draft).await?;
    if card.is_none() && !app.config.sign_up.payment_optional {
        return Ok(Redirect::to(PAYMENT).into_response());
    }
    let agreement = agreements::current(app, &address.country, page.l.lang());
    let status = if fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = on(signed_in, page);
    let organisation = legal_name.clone();
    Ok(render(&AgreementPage { page, fields, agreement, organisation, card }, status))
}

pub async fn agreement(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    kept: Kept,
) -> Result<Response, Error> {
    let draft = match open(&app, &signed_in, &page).await? {
        Ok(draft) => draft,
        Err(other) => return Ok(other),
    };
    if let Some(elsewhere) = stale(&signed_in, AGREEMENT, &app.moment()) {
        return Ok(elsewhere);
    }
    let contact = draft.organisation.as_ref().map(|organisation| &organisation.contact);
    let name =
        contact.map_or_else(String::new, |contact| format!("{} {}", contact.given_name, contact.surname));
    let (page, fields) = kept.of(&signed_in, page);
    let fields = fields.unwrap_or_else(|| Fields::new().with("signatory_name", name));
    Ok(kept.shown(agreement_page(&app, &signed_in, page, &draft, fields).await?))
}

pub async fn sign(
    State(app): State<App>,
    client: Client,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let draft = match open(&app, &signed_in, &page).await? {
        Ok(draft) => draft,
        Err(other) => return Ok(other),
    };
    // Consent is given anew, to what is then on the page.
    let keeps = (&fields, ["signatory_name", "signatory_title"].as_slice());
    if let Some(elsewhere) = stale_form(&app, &signed_in, AGREEMENT, keeps, &app.moment()) {
        return Ok(elsewhere);
    }
    match finish(&app, &signed_in, &page, &draft, &fields).await {
        Ok(()) => Ok(Redirect::to("/billing?done=set-up").into_response()),
        Err(error) => {
            let refusals = error.into_refusals()?;
            // Another tab, or the same form sent twice, was here first.
            if refusals.iter().any(|refusal| refusal.code == Code::BillingAccountExists) {
                return Ok(Redirect::to("/billing").into_response());
            }
            fields.refuse_all(refusals);
            agreement_page(&app, &signed_in, page, &draft, fields).await
        }
    }
}

async fn finish(
    app: &App,
    signed_in: &SignedIn,
    page: &Page,
    draft: &Draft,
    fields: &Fields,
) -> Result<(), Error> {
    let organisation = draft.organisation.as_ref().ok_or(Code::BillingAccountMissing)?;
    let agreement = agreements::current(app, &organisation.address.country, page.l.lang());
    let (name, title) = agreements::signature(fields, &agreement)?;
    let payment_method = card(app, signed_in, draft).await?;
    let signature = Signature {
        agreement: &agreement,
        name: &name,
        title: &title,
        language: page.l.lang(),
        payment_method: payment_method.as_ref(),
        payment_optional: app.config.sign_up.payment_optional,
    };
    let (actor, moment) = (&signed_in.actor, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        set_up::finish(&mut tenant, actor, &signature, &moment).await
    })
}
