//! Applications registered, changed and deleted by programs.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{ETAG, LOCATION};
use http::{HeaderMap, StatusCode};
use model::applications::{Application, ApplicationSettings, KeyCredential, PasswordCredential};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::shape::READ_ONLY;
use super::{UNIQUE_NAME, find};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{
    self, ApplicationUpdate, NewApplication, NewSecret, add_owner, add_secret, find_by_unique_name,
    get_application, may_change,
};
use crate::features::directory_api::reference::referred;
use crate::features::objects::Object;
use crate::graph::laid::{laid_over, plain, read_list};
use crate::graph::{Body, Caller, Entity, creates_if_missing, etag, in_context, unchanged, with_unique_name};
use crate::moment::Moment;
use crate::transaction;

/// What a body says of an object with credentials, apart from its settings.
pub(in crate::features::directory_api) struct Sent {
    pub display_name: Option<String>,
    pub keys: Option<Vec<KeyCredential>>,
    pub passwords: Option<Vec<PasswordCredential>>,
    pub owners: Vec<Uuid>,
    pub rest: Map<String, Value>,
}

/// Reads what is alike for applications and service principals. Of what can't be written, the value that is there is
/// accepted: clients send back what they have read.
pub(in crate::features::directory_api) fn sent(
    mut body: Body,
    current: &Map<String, Value>,
    read_only: &[&str],
) -> Result<Sent, Error> {
    let owners = bound_owners(&mut body)?;
    let keys = body.any("keyCredentials").map(|value| read_list("keyCredentials", value)).transpose()?;
    let passwords =
        body.any("passwordCredentials").map(|value| read_list("passwordCredentials", value)).transpose()?;
    let display_name = match body.any("displayName") {
        None => None,
        Some(Value::String(name)) => Some(name),
        Some(Value::Null) => return Err(Refusal::new(Code::FieldRequired).on("displayName").into()),
        Some(_) => {
            let refusal = Refusal::new(Code::PropertyKind).with("property", "displayName");
            return Err(refusal.with("kind", "Edm.String").into());
        }
    };
    let mut rest = body.rest();
    for name in read_only {
        let Some(value) = rest.remove(*name) else { continue };
        let same = || current.get(*name).is_some_and(|own| plain(own.clone()) == plain(value.clone()));
        if !value.is_null() && !same() {
            return Err(Refusal::new(Code::PropertyReadOnly).with("property", *name).into());
        }
    }
    Ok(Sent { display_name, keys, passwords, owners, rest })
}

/// The owners that `owners@odata.bind` names.
fn bound_owners(body: &mut Body) -> Result<Vec<Uuid>, Error> {
    let refused = || Error::from(Refusal::new(Code::ReferenceInvalid).on("owners"));
    match body.any("owners@odata.bind") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(addresses)) => {
            let ids = addresses.iter().map(|address| referred(address.as_str().unwrap_or_default()).ok());
            ids.collect::<Option<Vec<_>>>().ok_or_else(refused)
        }
        Some(_) => Err(refused()),
    }
}

/// An object that was just made, with its address and ETag.
pub(in crate::features::directory_api) fn made<E: Entity>(
    app: &App,
    found: &E,
    shown: Map<String, Value>,
) -> Response {
    let collection = E::RESOURCE.kind.collection();
    let answer = in_context(app, &format!("{collection}/$entity"), shown);
    let location = app.link(&format!("/v1.0/{collection}/{}", found.id()));
    (StatusCode::CREATED, [(LOCATION, location), (ETAG, etag(found))], answer).into_response()
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        register(&app, &mut tenant, &actor, body.clone(), &moment).await
    })
}

async fn register(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    body: Body,
    moment: &Moment,
) -> Result<Response, Error> {
    actor.require(model::roles::Permission::ManageApplications)?;
    let sent = sent(body, &Map::new(), READ_ONLY)?;
    let display_name = sent.display_name.ok_or(Refusal::new(Code::FieldRequired).on("displayName"))?;
    let settings = laid_over(&ApplicationSettings::default(), sent.rest)?;
    let new = NewApplication { display_name, settings, keys: sent.keys.unwrap_or_default() };
    let found = applications::create(scope, actor, new, moment).await?;
    own(scope, actor, &found, &sent.owners, moment).await?;
    let mut shown = Vec::new();
    for wanted in sent.passwords.unwrap_or_default() {
        let new = NewSecret {
            display_name: wanted.display_name,
            starts: wanted.start_date_time,
            ends: wanted.end_date_time,
        };
        let (credential, secret) =
            add_secret::<Application>(app, scope, actor, found.id, new, moment).await?;
        shown.push(PasswordCredential { secret_text: Some(secret.expose().to_owned()), ..credential });
    }
    let found = get_application(scope, actor, found.id).await?;
    let mut object = found.show();
    object.insert("passwordCredentials".into(), json!(shown));
    Ok(made(app, &found, object))
}

/// Adds the owners that aren't owners yet.
async fn own(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &Object<Application>,
    owners: &[Uuid],
    moment: &Moment,
) -> Result<(), Error> {
    for owner in owners.iter().filter(|owner| actor.user_id().is_none_or(|own| own.0 != **owner)) {
        add_owner::<Application>(scope, actor, found.id, *owner, moment).await?;
    }
    Ok(())
}

pub(super) async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        if let Some(name) = id.strip_prefix(UNIQUE_NAME).filter(|_| creates_if_missing(&headers))
            && find_by_unique_name(&mut tenant, name).await?.is_none()
        {
            let body = with_unique_name(body.clone(), name)?;
            return register(&app, &mut tenant, &actor, body, &moment).await;
        }
        let id = find(&mut tenant, &actor, &id).await?;
        change(&mut tenant, &actor, id, (&headers, body.clone()), &moment).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
}

async fn change(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    (headers, body): (&HeaderMap, Body),
    moment: &Moment,
) -> Result<(), Error> {
    may_change(scope, actor, id).await?;
    let found = get_application(scope, actor, id).await?;
    unchanged(headers, &found)?;
    let sent = sent(body, &found.show(), READ_ONLY)?;
    let settings = laid_over(&found.properties.settings, sent.rest)?;
    let change = ApplicationUpdate {
        display_name: sent.display_name,
        settings: Some(settings),
        keys: sent.keys,
        passwords: sent.passwords,
    };
    applications::update(scope, actor, id, change, moment).await?;
    for owner in sent.owners {
        match add_owner::<Application>(scope, actor, id, owner, moment).await {
            Err(Error::Refused(no)) if no.iter().all(|no| no.code == Code::ReferenceExists) => {}
            other => other?,
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
        unchanged(&headers, &get_application(&mut tenant, &actor, id).await?)?;
        applications::delete(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn no_publishers(app: &App, actor: &Actor, id: &str) -> Result<(), Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let id = find(&mut tenant, actor, id).await?;
    may_change(&mut tenant, actor, id).await?;
    let found = get_application(&mut tenant, actor, id).await?;
    if found.deleted_at.is_some() { Err(Error::not_found()) } else { Ok(()) }
}

/// There is no register of publishers here.
pub(super) async fn set_publisher(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    no_publishers(&app, &actor, &id).await?;
    Err(Code::PublisherNotVerified.into())
}

/// No application has one, so there is nothing to take away.
pub(super) async fn unset_publisher(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    no_publishers(&app, &actor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
