//! Adding, changing, proving, promoting and removing names.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::LOCATION;
use model::refusal::{Code, Refusal};
use serde_json::Value;

use super::{READ_ONLY, answer, found};
use crate::app::App;
use crate::error::Error;
use crate::features::domains::{self, Check, NewName};
use crate::graph::{Asked, Body, Caller, Property};
use crate::transaction;

pub(super) async fn add(
    State(app): State<App>,
    Caller(actor): Caller,
    asked: Asked,
    mut body: Body,
) -> Result<Response, Error> {
    let Property::Is(entered) = body.text("id")? else {
        return Err(Refusal::new(Code::FieldRequired).on("id").into());
    };
    body.any("supportedServices");
    body.end(READ_ONLY)?;
    let (new, moment) = (NewName::parse(&app, &entered)?, app.moment());
    let name = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        domains::add(&app, &mut tenant, &actor, &new, &moment).await
    })?;
    let made = answer(&app, &found(&app, &actor, &name).await?.name, &asked)?;
    let location = app.link(&format!("/v1.0/domains/{name}"));
    Ok((StatusCode::CREATED, [(LOCATION, location)], made).into_response())
}

pub(super) async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    mut body: Body,
) -> Result<StatusCode, Error> {
    let (primary, services) = (body.truth("isDefault")?, body.texts("supportedServices")?);
    body.end(READ_ONLY)?;
    let (name, moment) = (name.to_lowercase(), app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let found = domains::get(&mut tenant, &actor, &name).await?;
        if let Property::Is(services) = &services {
            domains::set_services(&mut tenant, &actor, &name, services, &moment).await?;
        }
        match primary {
            Property::Is(true) => domains::make_primary(&mut tenant, &actor, &name, &moment).await,
            // There is always one: another is made primary instead.
            Property::Is(false) if found.name.is_primary => {
                Err(Refusal::new(Code::DomainNamePrimary).with("name", &name).into())
            }
            _ => Ok(()),
        }
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Error> {
    let (name, moment) = (name.to_lowercase(), app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        domains::remove(&app, &mut tenant, &actor, &name, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn verify(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(model::roles::Permission::ManageDomains)?;
    let name = name.to_lowercase();
    let claim = found(&app, &actor, &name).await?.name;
    if claim.is_initial {
        return answer(&app, &claim, &asked);
    }
    let moment = app.moment();
    let account_domain = &app.config.accounts.account_domain;
    let observation = domains::observe(&app.outside.dns, &claim, account_domain, moment.now).await;
    let check = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        domains::verify(&app, &mut tenant, &actor, &name, &observation, &moment).await
    })?;
    match check {
        Check::NotYet(refusal) => Err(refusal.into()),
        Check::Verified { .. } | Check::Confirmed => {
            answer(&app, &found(&app, &actor, &name).await?.name, &asked)
        }
    }
}

/// Lets a subdomain stand for itself by its own record.
pub(super) async fn promote(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    actor.require(model::roles::Permission::ManageDomains)?;
    let name = name.to_lowercase();
    let (claim, moment) = (found(&app, &actor, &name).await?.name, app.moment());
    let account_domain = &app.config.accounts.account_domain;
    let observation = domains::observe(&app.outside.dns, &claim, account_domain, moment.now).await;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        domains::promote(&app, &mut tenant, &actor, &name, &observation, &moment).await
    })?;
    answer(&app, &found(&app, &actor, &name).await?.name, &asked)
}

/// Starts renaming what uses a name, after which it is gone; the name's `state` tells how it goes. `disableUserAccounts`
/// isn't offered: people keep their accounts.
pub(super) async fn force_delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, Error> {
    if !bytes.is_empty() {
        let mut body = Body::read(&bytes)?;
        if body.truth("disableUserAccounts")? == Property::Is(true) {
            return Err(Refusal::new(Code::PropertyValue)
                .on("disableUserAccounts")
                .with("property", "disableUserAccounts")
                .into());
        }
        body.end(&[])?;
    }
    let (name, moment) = (name.to_lowercase(), app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        domains::force_remove(&app, &mut tenant, &actor, &name, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}
