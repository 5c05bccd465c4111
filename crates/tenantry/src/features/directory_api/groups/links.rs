//! `/$ref`: members and owners by reference.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use model::objects::Relation;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{id_of, related_by};
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::features::directory_api::reference::{address, reference};
use crate::features::directory_api::related;
use crate::features::groups::{self, get_group};
use crate::graph::{Asked, Body, Caller, context};
use crate::transaction;

async fn references(
    app: &App,
    actor: &Actor,
    id: &str,
    relation: Relation,
    asked: &Asked,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let source = get_group(&mut tenant, actor, id_of(id)?).await?.id.0;
    let related = related_by(relation);
    let mut page = related::page(app, &mut tenant, actor, source, related, asked).await?;
    page["@odata.context"] = context(app, "Collection($ref)");
    let objects = page["value"].as_array_mut().into_iter().flatten();
    objects.for_each(|object| *object = json!({ "@odata.id": address(app, object) }));
    Ok(Json(page))
}

async fn one_reference(
    app: &App,
    actor: &Actor,
    (id, other): (&str, &str),
    relation: Relation,
) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let source = get_group(&mut tenant, actor, id_of(id)?).await?.id.0;
    let found = related::one(app, &mut tenant, actor, source, related_by(relation), other).await?;
    let found = Value::Object(found);
    Ok(Json(json!({ "@odata.context": context(app, "$ref"), "@odata.id": address(app, &found) })))
}

async fn add(
    app: &App,
    actor: &Actor,
    id: &str,
    relation: Relation,
    body: Body,
) -> Result<StatusCode, Error> {
    let (id, moment) = (id_of(id)?, app.moment());
    let other = reference(body)?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        groups::add(&mut tenant, actor, id, relation, other, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    app: &App,
    actor: &Actor,
    (id, other): (&str, &str),
    relation: Relation,
) -> Result<StatusCode, Error> {
    let (id, moment) = (id_of(id)?, app.moment());
    let other: Uuid = other.parse().map_err(|_| Error::not_found())?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        groups::remove(&mut tenant, actor, id, relation, other, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

macro_rules! handlers {
    ($relation:expr, $list:ident, $one:ident, $add:ident, $remove:ident) => {
        pub(super) async fn $list(
            State(app): State<App>,
            Caller(actor): Caller,
            Path(id): Path<String>,
            asked: Asked,
        ) -> Result<Json<Value>, Error> {
            references(&app, &actor, &id, $relation, &asked).await
        }

        pub(super) async fn $one(
            State(app): State<App>,
            Caller(actor): Caller,
            Path((id, other)): Path<(String, String)>,
        ) -> Result<Json<Value>, Error> {
            one_reference(&app, &actor, (&id, &other), $relation).await
        }

        pub(super) async fn $add(
            State(app): State<App>,
            Caller(actor): Caller,
            Path(id): Path<String>,
            body: Body,
        ) -> Result<StatusCode, Error> {
            add(&app, &actor, &id, $relation, body).await
        }

        pub(super) async fn $remove(
            State(app): State<App>,
            Caller(actor): Caller,
            Path((id, other)): Path<(String, String)>,
        ) -> Result<StatusCode, Error> {
            remove(&app, &actor, (&id, &other), $relation).await
        }
    };
}

handlers!(Relation::Member, members, member, add_member, remove_member);
handlers!(Relation::Owner, owners, owner, add_owner, remove_owner);
