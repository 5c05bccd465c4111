//! Certificates that an application proves itself with. Only what is public of them is taken.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::{Application, KeyCredential};
use model::refusal::{Code, Refusal};

use super::ask::{Confirm, meant};
use super::{Found, done, id_of, on};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::certificates::{has_private_key, settled, told, without};
use crate::features::applications::ops::application::{ApplicationUpdate, get_application, update};
use crate::features::credentials::only_of_the_form;
use crate::features::objects::Object;
use crate::moment::Moment;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::fresh::{Kept, stale, stale_form};
use crate::web::layout::{Page, render};

const PASTED: &str = "certificate";
const NAME: &str = "certificateName";
/// Characters of a name.
const LONGEST: usize = 256;

#[derive(Template)]
#[template(path = "applications/certificate.html")]
struct CertificatePage {
    page: Page,
    fields: Fields,
    id: String,
    name: String,
}

fn form(page: Page, found: &Found, fields: Fields) -> Response {
    let status = if fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (id, name) = (found.application.id.to_string(), found.application.display_name.clone());
    render(&CertificatePage { fields, id, name, page }, status)
}

/// The certificates that there are, so that a page that is sent again adds no second one.
fn state(application: &Object<Application>) -> Fields {
    let ids = application.properties.key_credentials.iter().filter_map(|key| key.key_id);
    ids.fold(Fields::new(), |fields, id| fields.also(PASTED, id.to_string()))
}

fn form_of(found: &Found) -> String {
    format!("/applications/{}/certificates/new", found.application.id)
}

/// The certificate as the form has it. It is read before anything of the form waits anywhere: what isn't one may be a key.
fn read(fields: &Fields, moment: &Moment) -> Result<KeyCredential, Refusal> {
    let (pasted, name) = (fields.value(PASTED), fields.value(NAME).trim());
    if name.chars().count() > LONGEST {
        return Err(Refusal::new(Code::FieldTooLong).on(NAME).with("max", LONGEST.to_string()));
    }
    let wanted = KeyCredential {
        key: Some(pasted.to_owned()),
        display_name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        ..KeyCredential::default()
    };
    settled(&[], vec![wanted.clone()], moment).map_err(|refusal| refusal.on(PASTED))?;
    Ok(wanted)
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
    let fields = fields.unwrap_or_else(|| Fields::new().showing(&state(&found.application)));
    Ok(kept.shown(form(page, &found, fields)))
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
    let (actor, id, moment) = (&signed_in.actor, found.application.id, app.moment());
    if fields.all(PASTED).any(has_private_key) {
        // Not even back to the page that it came from.
        fields = fields.without(&[PASTED]);
        fields.refuse(Refusal::new(Code::CertificateWithKey).on(PASTED));
        return Ok(form(page, &found, fields));
    }
    let wanted = match read(&fields, &moment) {
        Ok(wanted) => wanted,
        Err(refusal) => {
            fields.refuse(refusal);
            return Ok(form(page, &found, fields));
        }
    };
    let keeps = (&fields, [PASTED, NAME, "seen"].as_slice());
    if let Some(elsewhere) = stale_form(&app, &signed_in, &form_of(&found), keeps, &moment) {
        return Ok(elsewhere);
    }
    let added = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let stored = get_application(&mut tenant, actor, id).await?;
        fields.require_unchanged(&state(&stored))?;
        let keys = stored.properties.key_credentials.into_iter().chain([wanted.clone()]).collect();
        let change = ApplicationUpdate { keys: Some(keys), ..ApplicationUpdate::default() };
        update(&mut tenant, actor, id, change, &moment).await
    });
    match added {
        Ok(()) => Ok(done(id, "certificate-added")),
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?.into_iter().map(|refusal| match refusal.field {
                Some(_) => refusal.on(PASTED),
                None => refusal,
            }));
            Ok(form(page, &found, fields))
        }
    }
}

pub(super) async fn show_remove(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let key = meant(&fields, "key")?;
    let mut keys = found.application.properties.key_credentials.iter();
    let certificate = keys.find(|known| known.key_id == Some(key)).ok_or_else(Error::not_found)?;
    let shown = certificate.display_name.as_deref().unwrap_or_default();
    let view = Confirm {
        title: page.l.a("applications-certificate-remove-title", &[("certificate", shown)]),
        detail: told(certificate).unwrap_or_default().thumbprint,
        effects: vec![page.l.t("applications-secret-remove-effect")],
        button: page.l.t("applications-remove"),
        danger: true,
        hidden: vec![("key", key.to_string())],
        ..Confirm::new(page.clone(), &found, "certificates/remove")
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn remove(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (id, key, actor, moment) = (id_of(&id)?, meant(&fields, "key")?, &signed_in.actor, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let keys = get_application(&mut tenant, actor, id).await?.properties.key_credentials;
        let keys = without(keys, key)?;
        let change = ApplicationUpdate { keys: Some(keys), ..ApplicationUpdate::default() };
        update(&mut tenant, actor, id, change, &moment).await
    })?;
    Ok(done(id, "certificate-removed"))
}
