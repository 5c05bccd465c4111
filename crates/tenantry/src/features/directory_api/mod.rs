//! The directory in Microsoft Graph's shape (facts §7), so that its clients work here by changing the base address.
//!
//! One folder a resource; what spans several kinds (members, owners, deleted items, batches, changes) stands beside them,
//! which is why the API is one feature above those that own the objects.

mod administrative_units;
mod any;
mod applications;
mod at;
mod audit_logs;
pub mod batch;
mod cloud;
mod collection;
mod deleted;
mod delta;
mod directory_objects;
mod domains;
mod groups;
mod invitations;
mod memberships;
mod organization;
mod policies;
mod reference;
mod related;
mod roles;
mod security_defaults;
mod service_principals;
mod users;
mod webhooks;

use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::app::App;
use crate::error::Error;
use crate::graph::{Asked, in_context, selected};
use crate::openapi::Described;

/// Everything below `/v1.0` but the checks.
pub fn routes() -> Router<App> {
    users::routes()
        .merge(administrative_units::routes())
        .merge(applications::routes())
        .merge(audit_logs::routes())
        .merge(service_principals::routes())
        .merge(cloud::routes())
        .merge(deleted::routes())
        .merge(delta::routes())
        .merge(directory_objects::routes())
        .merge(domains::routes())
        .merge(groups::routes())
        .merge(invitations::routes())
        .merge(organization::routes())
        .merge(policies::routes())
        .merge(roles::routes())
        .merge(security_defaults::routes())
        .merge(webhooks::routes())
        .merge(batch::refusals())
}

/// What the routes take and answer.
#[must_use]
pub fn described() -> Described {
    users::described()
        .merge(administrative_units::described())
        .merge(applications::described())
        .merge(audit_logs::described())
        .merge(service_principals::described())
        .merge(deleted::described())
        .merge(delta::described())
        .merge(directory_objects::described())
        .merge(domains::described())
        .merge(groups::described())
        .merge(invitations::described())
        .merge(organization::described())
        .merge(roles::described())
        .merge(webhooks::described())
        .merge(policies::described())
        .merge(security_defaults::described())
        .merge(batch::described())
}

/// What `json!` makes of names and values.
fn object_of(made: Value) -> Map<String, Value> {
    match made {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// What `$select` asks of an object that shows everything without it.
fn asked_of(object: Map<String, Value>, asked: &Asked) -> Result<Map<String, Value>, Error> {
    let every: Vec<String> = object.keys().cloned().collect();
    let every: Vec<&str> = every.iter().map(String::as_str).collect();
    selected(object, &asked.query.select, &every)
}

/// The same as the whole answer.
fn entity(app: &App, of: &str, object: Map<String, Value>, asked: &Asked) -> Result<Json<Value>, Error> {
    Ok(in_context(app, of, asked_of(object, asked)?))
}

/// To the second, as Graph writes moments.
fn shown_moment(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
