//! Service principals added, changed and deleted by programs.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use model::applications::{FromApplication, ServicePrincipal, ServicePrincipalSettings};
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::find;
use super::shape::READ_ONLY;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{
    self, ServicePrincipalUpdate, add_owner, create_service_principal, find_by_app_id, get_service_principal,
    may_change, update_service_principal,
};
use crate::features::directory_api::applications::shape::written;
use crate::features::directory_api::applications::{made, sent};
use crate::graph::laid::laid_over;
use crate::graph::{Body, Caller, Entity as _, unchanged};
use crate::transaction;

/// What a new service principal would show of its application: what a client may say of it as well.
async fn shown_of(scope: &mut TenantScope<'_>, app_id: Uuid) -> Result<Map<String, Value>, Error> {
    let Some(application) = find_by_app_id(scope, app_id).await? else { return Ok(Map::new()) };
    let from = FromApplication::of(&application.display_name, &application.properties);
    let mut shown = written(&from);
    shown.insert("appId".into(), json!(app_id));
    shown.insert("appDisplayName".into(), json!(application.display_name));
    shown.insert("servicePrincipalType".into(), json!("Application"));
    shown.remove("description");
    Ok(shown)
}

fn client_id(body: &mut Body) -> Result<Uuid, Error> {
    let text = body.text("appId")?.given().ok_or(Refusal::new(Code::FieldRequired).on("appId"))?;
    text.parse().map_err(|_| {
        let shown: String = text.chars().take(80).collect();
        Refusal::new(Code::ApplicationUnknown).on("appId").with("id", shown).into()
    })
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    mut body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    let app_id = client_id(&mut body)?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let current = shown_of(&mut tenant, app_id).await?;
        let sent = sent(body.clone(), &current, READ_ONLY)?;
        same_name(sent.display_name.as_deref(), &current)?;
        if sent.passwords.is_some_and(|passwords| !passwords.is_empty()) {
            return Err(Refusal::new(Code::SecretByAction).on("passwordCredentials").into());
        }
        let settings = laid_over(&ServicePrincipalSettings::default(), sent.rest)?;
        let found = create_service_principal(&mut tenant, &actor, app_id, settings, &moment).await?;
        if sent.keys.is_some() {
            let change = ServicePrincipalUpdate { keys: sent.keys, ..ServicePrincipalUpdate::default() };
            update_service_principal(&mut tenant, &actor, found.id, change, &moment).await?;
        }
        for owner in sent.owners.iter().filter(|owner| actor.user_id().is_none_or(|own| own.0 != **owner)) {
            add_owner::<ServicePrincipal>(&mut tenant, &actor, found.id, *owner, &moment).await?;
        }
        let found = get_service_principal(&mut tenant, &actor, found.id).await?;
        Ok::<_, Error>(made(&app, &found, found.show()))
    })
}

/// The name is the application's: another is changed there.
fn same_name(sent: Option<&str>, current: &Map<String, Value>) -> Result<(), Refusal> {
    match (sent, current.get("displayName")) {
        (Some(sent), Some(own)) if own != sent => {
            Err(Refusal::new(Code::PropertyReadOnly).with("property", "displayName"))
        }
        _ => Ok(()),
    }
}

pub(super) async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &actor, &id).await?;
        may_change(&mut tenant, &actor, id).await?;
        let found = get_service_principal(&mut tenant, &actor, id).await?;
        unchanged(&headers, &found)?;
        let current = found.show();
        let sent = sent(body.clone(), &current, READ_ONLY)?;
        same_name(sent.display_name.as_deref(), &current)?;
        let change = ServicePrincipalUpdate {
            settings: Some(laid_over(&found.properties.settings, sent.rest)?),
            keys: sent.keys,
            passwords: sent.passwords,
        };
        update_service_principal(&mut tenant, &actor, id, change, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &actor, &id).await?;
        unchanged(&headers, &get_service_principal(&mut tenant, &actor, id).await?)?;
        applications::delete_service_principal(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}
