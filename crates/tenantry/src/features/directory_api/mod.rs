//! The directory in Microsoft Graph's shape (facts §7), so that its clients work here by changing the base address.
//!
//! One folder a resource; what spans several kinds (members, owners, deleted items, batches, changes) stands beside them,
//! which is why the API is one feature above those that own the objects.

pub mod batch;
mod deleted;
mod delta;
mod domains;
mod organization;
mod roles;
mod users;

use axum::Router;
use jiff::Timestamp;
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::graph::Body;

/// Everything below `/v1.0` but the checks.
pub fn routes() -> Router<App> {
    users::routes()
        .merge(deleted::routes())
        .merge(delta::routes())
        .merge(domains::routes())
        .merge(organization::routes())
        .merge(roles::routes())
        .merge(batch::refusals())
}

/// To the second, as Graph writes moments.
fn shown_moment(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The object that a body names by `@odata.id`. Of the address only the id at its end counts: nothing is ever fetched.
fn reference(mut body: Body) -> Result<Uuid, Error> {
    let named = body.text("@odata.id")?.given().ok_or(Refusal::new(Code::FieldRequired).on("@odata.id"))?;
    body.end(&[])?;
    referred(&named).ok_or_else(|| Refusal::new(Code::ReferenceInvalid).on("@odata.id").into())
}

fn referred(address: &str) -> Option<Uuid> {
    let id = address.rsplit(['/', '\'', '(']).find(|part| !part.is_empty() && *part != ")")?;
    id.parse().ok()
}
