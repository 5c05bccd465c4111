//! Adding a webhook, with its secret shown once, and changing one.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::objects::{ChangeKind, ChangedKind, ObjectKind};
use model::webhooks::event_name;

use super::{allowed, done, id_of, load};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::credentials::only_of_the_form;
use crate::features::webhooks::ops::manage::{self, NewWebhook, Webhook, WebhookUpdate};
use crate::secrets::Secret;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::fresh::{Kept, stale, stale_form};
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;

#[derive(Template)]
#[template(path = "webhooks/form.html")]
struct FormPage {
    page: Page,
    fields: Fields,
    /// Id and host of one that is there already.
    webhook: Option<(String, String)>,
    groups: Vec<(String, Vec<String>)>,
}

/// The one page that shows a secret. It is the answer to a post, so no address leads back to it.
#[derive(Template)]
#[template(path = "webhooks/secret-shown.html")]
pub(super) struct ShownPage {
    pub page: Page,
    pub id: String,
    pub host: String,
    pub secret: Secret,
    pub is_new: bool,
}

/// The events of each kind, all of them first.
fn groups(l: &Locale) -> Vec<(String, Vec<String>)> {
    let title = |kind| match kind {
        ChangedKind::Domain => l.t("webhooks-kind-domain"),
        ChangedKind::Object(ObjectKind::User) => l.t("webhooks-kind-user"),
        ChangedKind::Object(ObjectKind::Group) => l.t("webhooks-kind-group"),
        ChangedKind::Object(ObjectKind::Application) => l.t("webhooks-kind-application"),
        ChangedKind::Object(ObjectKind::ServicePrincipal) => l.t("webhooks-kind-service-principal"),
        ChangedKind::Object(ObjectKind::AdministrativeUnit) => l.t("webhooks-kind-administrative-unit"),
    };
    let names = |kind: ChangedKind| {
        let each = ChangeKind::ALL.into_iter().filter_map(move |change| event_name(kind, change));
        std::iter::once(format!("{}.*", kind.as_str())).chain(each).collect()
    };
    ChangedKind::ALL.into_iter().map(|kind| (title(kind), names(kind))).collect()
}

impl FormPage {
    fn new(page: Page, fields: Fields, webhook: Option<&Webhook>) -> Self {
        Self {
            groups: groups(&page.l),
            webhook: webhook.map(|webhook| (webhook.id.to_string(), webhook.host().to_owned())),
            fields,
            page,
        }
    }

    fn answer(&self) -> Response {
        let status = if self.fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        render(self, status)
    }
}

fn filled(webhook: &Webhook) -> Fields {
    let fields = Fields::new().with("url", &webhook.url).with("description", &webhook.description);
    fields.with_all("events", webhook.events.names())
}

/// Which there are, so that a page that is sent again adds no second one.
async fn state(scope: &mut TenantScope<'_>, actor: &Actor) -> Result<Fields, Error> {
    let all = manage::list(scope, actor).await?;
    Ok(all.iter().fold(Fields::new(), |fields, webhook| fields.also("webhook", webhook.id.to_string())))
}

fn events(fields: &Fields) -> Vec<String> {
    fields.all("events").map(str::to_owned).collect()
}

pub(super) async fn show_new(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    kept: Kept,
) -> Result<Response, Error> {
    let page = allowed(&signed_in, page)?;
    if let Some(elsewhere) = stale(&signed_in, "/webhooks/new", &app.moment()) {
        return Ok(elsewhere);
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let (page, fields) = kept.of(&signed_in, page);
    let fields = match fields {
        Some(fields) => fields,
        None => Fields::new().showing(&state(&mut tenant, &signed_in.actor).await?),
    };
    Ok(kept.shown(FormPage::new(page, fields, None).answer()))
}

pub(super) async fn add(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = allowed(&signed_in, page)?;
    let (actor, moment) = (&signed_in.actor, app.moment());
    let keeps = (&fields, ["url", "description", "events", "seen"].as_slice());
    if let Some(elsewhere) = stale_form(&app, &signed_in, "/webhooks/new", keeps, &moment) {
        return Ok(elsewhere);
    }
    let new = NewWebhook {
        url: fields.value("url").to_owned(),
        description: fields.value("description").to_owned(),
        events: events(&fields),
    };
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        fields.require_unchanged(&state(&mut tenant, actor).await?)?;
        manage::add(&app, &mut tenant, actor, &new, &moment).await
    });
    match made {
        Ok((webhook, secret)) => {
            let (id, host) = (webhook.id.to_string(), webhook.host().to_owned());
            Ok(render(&ShownPage { page, id, host, secret, is_new: true }, StatusCode::OK))
        }
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?);
            Ok(FormPage::new(page, fields, None).answer())
        }
    }
}

pub(super) async fn show_edit(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = allowed(&signed_in, page)?;
    let webhook = load(&app, &signed_in, &id).await?;
    Ok(FormPage::new(page, filled(&webhook).showing_itself(), Some(&webhook)).answer())
}

pub(super) async fn edit(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = allowed(&signed_in, page)?;
    let (id, actor, moment) = (id_of(&id)?, &signed_in.actor, app.moment());
    let change = WebhookUpdate {
        url: Some(fields.value("url").to_owned()),
        description: Some(fields.value("description").to_owned()),
        events: Some(events(&fields)),
        enabled: None,
    };
    let changed = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        fields.require_unchanged(&filled(&manage::get(&mut tenant, actor, id).await?))?;
        manage::update(&app, &mut tenant, actor, id, &change, &moment).await
    });
    match changed {
        Ok(_) => Ok(done(id, "updated")),
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?);
            let webhook = load(&app, &signed_in, &id.to_string()).await?;
            Ok(FormPage::new(page, fields, Some(&webhook)).answer())
        }
    }
}
