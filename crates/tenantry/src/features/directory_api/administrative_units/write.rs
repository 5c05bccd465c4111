//! Administrative units made, changed and removed by programs.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{ETAG, LOCATION};
use http::{HeaderMap, StatusCode};
use model::administrative_units::{check_description, check_visibility};
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value};

use super::id_of;
use super::shape::{READ_ONLY, USUAL};
use crate::app::App;
use crate::error::Error;
use crate::features::administrative_units::{self as units, NewUnit, find_unit};
use crate::graph::{Body, Caller, Entity as _, Property, etag, in_context, selected, unchanged};
use crate::transaction;

/// Reads what a body says over what was there before.
fn read(mut body: Body, old: NewUnit, current: Option<&Map<String, Value>>) -> Result<NewUnit, Error> {
    let mut new = old;
    match body.text("displayName")? {
        Property::Is(name) => new.display_name = name,
        Property::Absent if current.is_some() => {}
        Property::Absent | Property::Null => {
            return Err(Refusal::new(Code::FieldRequired).on("displayName").into());
        }
    }
    match body.text("description")? {
        Property::Absent => {}
        Property::Null => new.properties.description = None,
        Property::Is(text) => new.properties.description = check_description(&text)?,
    }
    match body.text("visibility")? {
        Property::Absent => {}
        Property::Null => new.properties.visibility = None,
        Property::Is(text) => new.properties.visibility = check_visibility(&text)?,
    }
    // Units that restrict who manages their members aren't offered: only the answer "no" is taken.
    if body.truth("isMemberManagementRestricted")?.given() == Some(true) {
        return Err(Refusal::new(Code::PropertyReadOnly)
            .with("property", "isMemberManagementRestricted")
            .into());
    }
    body.pass_over_same(current.unwrap_or(&Map::new()), READ_ONLY);
    for name in READ_ONLY {
        body.pass_over_nothing(name);
    }
    body.end(READ_ONLY)?;
    Ok(new)
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    let new = read(body, NewUnit::default(), None)?;
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        units::create(&mut tenant, &actor, &new, &moment).await
    })?;
    let answer = in_context(&app, "administrativeUnits/$entity", selected(made.show(), &[], USUAL)?);
    let location = app.link(&format!("/v1.0/administrativeUnits/{}", made.id));
    Ok((StatusCode::CREATED, [(LOCATION, location), (ETAG, etag(&made))], answer).into_response())
}

pub(super) async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Error> {
    let (id, moment) = (id_of(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let found = find_unit(&mut tenant, &actor, id).await?;
        unchanged(&headers, &found)?;
        let old = NewUnit { display_name: found.display_name.clone(), properties: found.properties.clone() };
        let new = read(body.clone(), old, Some(&found.show()))?;
        units::update(&mut tenant, &actor, id, &new, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    let (id, moment) = (id_of(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        unchanged(&headers, &find_unit(&mut tenant, &actor, id).await?)?;
        units::delete(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}
