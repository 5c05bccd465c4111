//! `/v1.0/administrativeUnits`: people and groups that belong together, in Microsoft Graph's shape. Roles aren't limited to units:
//! nobody ever is a scoped role member.

mod members;
mod read;
mod shape;
mod write;

use axum::Router;
use axum::routing::get;
use model::ids::ObjectId;
use serde_json::json;

use super::collection;
use super::related::{self, Related};
use crate::app::App;
use crate::error::Error;
use crate::features::administrative_units::Unit;
use crate::openapi::{Answer, Described, Operation, page, reference};

pub fn routes() -> Router<App> {
    let of = Related::UnitMembers;
    Router::new()
        .route("/v1.0/administrativeUnits", get(collection::page::<Unit>).post(write::create))
        .route("/v1.0/administrativeUnits/$count", get(collection::number::<Unit>))
        .route("/v1.0/administrativeUnits/{id}", get(read::one).patch(write::update).delete(write::delete))
        .route("/v1.0/administrativeUnits/{id}/members", related::list(of).post(members::create_group))
        .route("/v1.0/administrativeUnits/{id}/members/$count", related::count(of))
        .route("/v1.0/administrativeUnits/{id}/members/$ref", get(members::references).post(members::add))
        .route("/v1.0/administrativeUnits/{id}/members/{other}", related::one_or_cast(of))
        .route("/v1.0/administrativeUnits/{id}/members/{other}/$count", related::count_cast(of))
        .route(
            "/v1.0/administrativeUnits/{id}/members/{other}/$ref",
            get(members::reference_to).delete(members::remove),
        )
        .route(
            "/v1.0/administrativeUnits/{id}/scopedRoleMembers",
            get(members::scoped).post(members::refuse_scoped),
        )
}

/// An id of the address; one that isn't an id is unknown like any other.
fn id_of(text: &str) -> Result<ObjectId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

/// What the routes take and answer.
pub fn described() -> Described {
    let (all, one) = ("/v1.0/administrativeUnits", "/v1.0/administrativeUnits/{id}");
    let scoped = format!("{one}/scopedRoleMembers");
    let mut operations = vec![
        Operation::get(all, "List administrative units").lists("administrativeUnit"),
        Operation::post(all, "Make an administrative unit").makes("administrativeUnit"),
        Operation::get(format!("{all}/$count"), "Count administrative units").counts(),
        Operation::get(one, "An administrative unit").shows("administrativeUnit"),
        Operation::patch(one, "Change an administrative unit").takes(reference("administrativeUnit.change")),
        Operation::delete(one, "Remove an administrative unit for good"),
        Operation::post(format!("{one}/members"), "Create a group in the unit").makes("group"),
        Operation::get(&scoped, "Who has a role in the unit alone: nobody, roles aren't limited to units")
            .answers(200, Answer::Json(page(json!({ "type": "object" })))),
        Operation::post(&scoped, "Give a role in the unit alone: refused, roles aren't limited to units")
            .takes(json!({ "type": "object" }))
            .nothing(),
    ];
    operations.extend(related::described_with_casts(one, "members"));
    operations.extend(related::described_references(one, "members"));
    Described::of(operations).shape(&shape::described())
}
