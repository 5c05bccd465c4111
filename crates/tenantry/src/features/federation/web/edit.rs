//! The form of a draft.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::federation::NameClaim;
use model::refusal::{Code, Refusal};

use super::{done, inside, load, name_of, readable};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::only_of_the_form;
use crate::features::federation::ops::settings::{Settings, View, discover, save as save_draft, view};
use crate::features::federation::ops::trip::redirect_uri;
use crate::secrets::Secret;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::fresh::{Kept, stale, stale_form};
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::locale::Locale;

/// What waits while somebody shows again that it is them: not the secret.
const KEPT: [&str; 6] =
    ["issuer", "provider_client_id", "name_claim", "trusts_second_factor", "creates_people", "seen"];

#[derive(Template)]
#[template(path = "federation/edit.html")]
struct EditPage {
    page: Page,
    fields: Fields,
    name: String,
    readable: String,
    redirect_uri: String,
    claims: Vec<(String, String, String)>,
    secret_hint: String,
}

fn claims(l: &Locale) -> Vec<(String, String, String)> {
    let text = |claim| match claim {
        NameClaim::Email => (l.t("federation-claim-email"), l.t("federation-claim-email-text")),
        NameClaim::PreferredUsername => {
            (l.t("federation-claim-preferred"), l.t("federation-claim-preferred-text"))
        }
        NameClaim::Upn => (l.t("federation-claim-upn"), l.t("federation-claim-upn-text")),
    };
    NameClaim::ALL
        .into_iter()
        .map(|claim| {
            let (title, text) = text(claim);
            (claim.as_str().to_owned(), title, text)
        })
        .collect()
}

impl EditPage {
    fn answer(
        app: &App,
        signed_in: &SignedIn,
        page: Page,
        name: &str,
        fields: Fields,
        has_secret: bool,
    ) -> Response {
        let status = if fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let page = inside(signed_in, page);
        let hint =
            if has_secret { page.l.t("federation-secret-kept") } else { page.l.t("federation-secret-hint") };
        let view = Self {
            secret_hint: hint,
            claims: claims(&page.l),
            redirect_uri: redirect_uri(app, name),
            readable: readable(name),
            name: name.to_owned(),
            fields,
            page,
        };
        render(&view, status)
    }
}

fn filled(view: &View) -> Fields {
    let Some(draft) = &view.draft else {
        return Fields::new().with("name_claim", NameClaim::Email.as_str());
    };
    let fields = Fields::new()
        .with("issuer", &draft.issuer)
        .with("provider_client_id", &draft.client_id)
        .with("name_claim", draft.claim.as_str());
    let ticked =
        [("trusts_second_factor", draft.trusts_second_factor), ("creates_people", draft.creates_people)];
    let ticked = ticked.into_iter().filter(|(_, is_set)| *is_set);
    ticked.fold(fields, |fields, (name, _)| fields.with(name, "yes"))
}

/// The whole draft, so that what another page saved meanwhile isn't overwritten.
fn state(view: &View) -> Fields {
    let revision = view.draft.as_ref().map(|draft| draft.revision.to_string());
    Fields::new().with("revision", revision.unwrap_or_default())
}

pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(name): Path<String>,
    kept: Kept,
) -> Result<Response, Error> {
    let name = name_of(&name)?;
    let view = load(&app, &signed_in, &name).await?;
    if let Some(elsewhere) = stale(&signed_in, &format!("{}/edit", super::path(&name)), &app.moment()) {
        return Ok(elsewhere);
    }
    let (page, fields) = kept.of(&signed_in, page);
    let fields = fields.unwrap_or_else(|| filled(&view).showing(&state(&view)));
    Ok(kept.shown(EditPage::answer(&app, &signed_in, page, &name, fields, view.draft.is_some())))
}

fn read(fields: &Fields) -> Result<Settings, Error> {
    let mut refusals = Vec::new();
    let issuer = fields.value("issuer").trim().to_owned();
    if issuer.is_empty() {
        refusals.push(Refusal::new(Code::FieldRequired).on("issuer"));
    }
    if fields.value("provider_client_id").trim().is_empty() {
        refusals.push(Refusal::new(Code::FieldRequired).on("provider_client_id"));
    }
    let Some(claim) = NameClaim::named(fields.value("name_claim")).filter(|_| refusals.is_empty()) else {
        if refusals.is_empty() {
            refusals.push(Refusal::new(Code::FieldRequired).on("name_claim"));
        }
        return Err(Error::Refused(refusals));
    };
    let secret = fields.value("provider_client_secret");
    Ok(Settings {
        issuer,
        client_id: fields.value("provider_client_id").to_owned(),
        secret: (!secret.is_empty()).then(|| Secret::new(secret)),
        claim,
        trusts_second_factor: fields.has("trusts_second_factor"),
        creates_people: fields.has("creates_people"),
    })
}

async fn saved(app: &App, signed_in: &SignedIn, name: &str, fields: &Fields) -> Result<(), Error> {
    let (actor, settings) = (&signed_in.actor, read(fields)?);
    let metadata = discover(app, &settings.issuer).await?;
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        fields.require_unchanged(&state(&view(&mut tenant, actor, name).await?))?;
        save_draft(app, &mut tenant, actor, name, (&settings, &metadata), &moment).await
    })
}

pub async fn save(
    State(app): State<App>,
    signed_in: SignedIn,
    client: Client,
    page: Page,
    Path(name): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let name = name_of(&name)?;
    let before = load(&app, &signed_in, &name).await?;
    app.limits.count(Limit::Check, client.address)?;
    let (form, keeps) = (format!("{}/edit", super::path(&name)), (&fields, KEPT.as_slice()));
    if let Some(elsewhere) = stale_form(&app, &signed_in, &form, keeps, &app.moment()) {
        return Ok(elsewhere);
    }
    match saved(&app, &signed_in, &name, &fields).await {
        Ok(()) => Ok(done(&name, "saved")),
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?);
            // A secret is never sent back.
            fields.set("provider_client_secret", "");
            Ok(EditPage::answer(&app, &signed_in, page, &name, fields, before.draft.is_some()))
        }
    }
}
