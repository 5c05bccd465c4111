//! Groups created, changed and deleted by programs.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{ETAG, LOCATION};
use http::{HeaderMap, StatusCode};
use model::groups::{GroupProperties, MOST_BOUND, TEXTS};
use model::ids::ObjectId;
use model::objects::Relation;
use model::properties::{LIST, check_entry};
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::shape::{READ_ONLY, USUAL};
use super::{UNIQUE_NAME, find};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::check_extensions;
use crate::features::directory_api::reference::referred;
use crate::features::groups::{self, Group, NewGroup, find_by_unique_name, get_group};
use crate::graph::{
    Body, Caller, Entity as _, Property, creates_if_missing, etag, in_context, selected, unchanged,
    with_unique_name,
};
use crate::moment::Moment;
use crate::transaction;

/// Reads what a body says over what was there before.
fn read(mut body: Body, old: NewGroup, current: Option<&Map<String, Value>>) -> Result<NewGroup, Error> {
    let is_new = current.is_none();
    let mut refusals = Vec::new();
    let mut keep = |refusal: Refusal| refusals.push(refusal);
    let mut new = old;
    match body.text("displayName") {
        Ok(Property::Is(name)) => new.display_name = name,
        Ok(Property::Absent) if !is_new => {}
        Ok(_) => keep(Refusal::new(Code::FieldRequired).on("displayName")),
        Err(refusal) => keep(refusal),
    }
    texts(&mut body, &mut new.properties, &mut keep);
    truths(&mut body, &mut new.properties, is_new, &mut keep);
    lists(&mut body, &mut new.properties, &mut keep);
    for (name, value) in body.take_beginning("extension_") {
        match value {
            Value::Null => drop(new.properties.extensions.remove(&name)),
            value => drop(new.properties.extensions.insert(name, value)),
        }
    }
    for (name, into) in [("owners@odata.bind", &mut new.owners), ("members@odata.bind", &mut new.members)] {
        match body.texts(name).map(|found| references(&found.given().unwrap_or_default())) {
            Ok(Ok(found)) => *into = found,
            Ok(Err(refusal)) | Err(refusal) => keep(refusal),
        }
    }
    // Clients send what they read; unchanged, or without a value, it says nothing.
    body.pass_over_same(current.unwrap_or(&Map::new()), READ_ONLY);
    for name in READ_ONLY {
        body.pass_over_nothing(name);
    }
    if let Err(refusal) = body.end(READ_ONLY) {
        keep(refusal);
    }
    if refusals.is_empty() { Ok(new) } else { Err(Error::Refused(refusals)) }
}

fn texts(body: &mut Body, properties: &mut GroupProperties, keep: &mut impl FnMut(Refusal)) {
    for text in TEXTS {
        match body.text(text.name) {
            Ok(Property::Absent) => {}
            Ok(Property::Null) => properties.set(text, None),
            Ok(Property::Is(value)) => match text.check(&value) {
                Ok(value) => properties.set(text, value),
                Err(refusal) => keep(refusal),
            },
            Err(refusal) => keep(refusal),
        }
    }
}

fn truths(body: &mut Body, properties: &mut GroupProperties, is_new: bool, keep: &mut impl FnMut(Refusal)) {
    for (name, into) in
        [("mailEnabled", &mut properties.mail_enabled), ("securityEnabled", &mut properties.security_enabled)]
    {
        match body.truth(name) {
            Ok(Property::Is(value)) => *into = value,
            Ok(Property::Absent) if !is_new => {}
            Ok(_) => keep(Refusal::new(Code::FieldRequired).on(name)),
            Err(refusal) => keep(refusal),
        }
    }
    match body.truth("isAssignableToRole") {
        Ok(assignable) => {
            properties.is_assignable_to_role = assignable.or(properties.is_assignable_to_role);
        }
        Err(refusal) => keep(refusal),
    }
}

fn lists(body: &mut Body, properties: &mut GroupProperties, keep: &mut impl FnMut(Refusal)) {
    for (name, into) in [
        ("groupTypes", &mut properties.group_types),
        ("resourceBehaviorOptions", &mut properties.resource_behavior_options),
        ("resourceProvisioningOptions", &mut properties.resource_provisioning_options),
    ] {
        match body.texts(name) {
            Ok(Property::Absent) => {}
            Ok(Property::Null) => into.clear(),
            Ok(Property::Is(entries)) if entries.len() > LIST => {
                keep(Refusal::new(Code::PropertyTooMany).on(name).with("max", LIST.to_string()));
            }
            Ok(Property::Is(entries)) => {
                match entries.iter().map(|entry| check_entry(name, entry)).collect() {
                    Ok(entries) => *into = entries,
                    Err(refusal) => keep(refusal),
                }
            }
            Err(refusal) => keep(refusal),
        }
    }
}

fn references(addresses: &[String]) -> Result<Vec<Uuid>, Refusal> {
    if addresses.len() > MOST_BOUND {
        return Err(Refusal::new(Code::ReferencesTooMany).with("max", MOST_BOUND.to_string()));
    }
    addresses.iter().map(|address| referred(address)).collect()
}

/// Checks what applications added, where it is new.
async fn extended(
    scope: &mut TenantScope<'_>,
    new: &GroupProperties,
    old: Option<&GroupProperties>,
) -> Result<(), Error> {
    let same = |name: &String, value: &Value| old.is_some_and(|old| old.extensions.get(name) == Some(value));
    let changed = new.extensions.iter().filter(|(name, value)| !same(name, value));
    let changed: Vec<_> = changed.map(|(name, value)| (name.clone(), value.clone())).collect();
    check_extensions(scope, "Group", &changed).await
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let found = made(&app, &mut tenant, &actor, body.clone(), &moment).await?;
        shown_new(&app, &found)
    })
}

/// Creates the group that a body describes.
pub(in crate::features::directory_api) async fn made(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    body: Body,
    moment: &Moment,
) -> Result<Group, Error> {
    let new = read(body, NewGroup::default(), None)?;
    extended(scope, &new.properties, None).await?;
    groups::create(app, scope, actor, &new, moment).await
}

/// The answer to who created a group.
pub(in crate::features::directory_api) fn shown_new(app: &App, found: &Group) -> Result<Response, Error> {
    let answer = in_context(app, "groups/$entity", selected(found.show(), &[], USUAL)?);
    let location = app.link(&format!("/v1.0/groups/{}", found.id));
    Ok((StatusCode::CREATED, [(LOCATION, location), (ETAG, etag(found))], answer).into_response())
}

pub(super) async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    // A transaction may be tried again, so the body is read inside of it from a copy.
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        if let Some(name) = id.strip_prefix(UNIQUE_NAME).filter(|_| creates_if_missing(&headers))
            && find_by_unique_name(&mut tenant, name).await?.is_none()
        {
            let body = with_unique_name(body.clone(), name)?;
            let found = made(&app, &mut tenant, &actor, body, &moment).await?;
            return shown_new(&app, &found);
        }
        let id = find(&mut tenant, &actor, &id).await?;
        change(&app, &mut tenant, &actor, id, (&headers, body.clone()), &moment).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
}

async fn change(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    (headers, body): (&HeaderMap, Body),
    moment: &Moment,
) -> Result<(), Error> {
    let found = get_group(scope, actor, id).await?;
    unchanged(headers, &found)?;
    let old = NewGroup {
        display_name: found.display_name.clone(),
        properties: found.properties.clone(),
        ..NewGroup::default()
    };
    let new = read(body, old, Some(&found.show()))?;
    extended(scope, &new.properties, Some(&found.properties)).await?;
    groups::update(app, scope, actor, (id, &new.display_name, &new.properties), moment).await?;
    for (relation, others) in [(Relation::Owner, &new.owners), (Relation::Member, &new.members)] {
        for other in others {
            groups::add(scope, actor, id, relation, *other, moment).await?;
        }
    }
    Ok(())
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
        unchanged(&headers, &get_group(&mut tenant, &actor, id).await?)?;
        groups::delete(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}
