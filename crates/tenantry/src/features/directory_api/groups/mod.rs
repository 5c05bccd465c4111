//! `/v1.0/groups`: groups in Microsoft Graph's shape (facts §7.1, §7.2), with who is in them and who owns them.

mod links;
mod read;
mod rule;
mod shape;
mod write;

pub(super) use write::{made, shown_new};

use axum::Router;
use axum::routing::{get, post};
use model::ids::ObjectId;
use model::objects::{ObjectKind, Relation};

use super::applications::unseen;
use super::related::{self, Related};
use super::{collection, memberships};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::groups::{Group, find_by_unique_name};
use crate::openapi::{Answer, Described, Operation, id, reference, text, truth};
use serde_json::json;

const GROUP: ObjectKind = ObjectKind::Group;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/groups", get(collection::page::<Group>).post(write::create))
        .route("/v1.0/groups/$count", get(collection::number::<Group>))
        .route("/v1.0/groups/{id}", get(read::one).patch(write::update).delete(write::delete))
        .route("/v1.0/groups/{id}/members", related::list(Related::Members))
        .route("/v1.0/groups/{id}/members/$count", related::count(Related::Members))
        .route("/v1.0/groups/{id}/members/$ref", get(links::members).post(links::add_member))
        .route("/v1.0/groups/{id}/members/{other}", related::one_or_cast(Related::Members))
        .route("/v1.0/groups/{id}/members/{other}/$count", related::count_cast(Related::Members))
        .route("/v1.0/groups/{id}/members/{other}/$ref", get(links::member).delete(links::remove_member))
        .route("/v1.0/groups/{id}/owners", related::list(Related::Owners))
        .route("/v1.0/groups/{id}/owners/$count", related::count(Related::Owners))
        .route("/v1.0/groups/{id}/owners/$ref", get(links::owners).post(links::add_owner))
        .route("/v1.0/groups/{id}/owners/{other}", related::one_or_cast(Related::Owners))
        .route("/v1.0/groups/{id}/owners/{other}/$count", related::count_cast(Related::Owners))
        .route("/v1.0/groups/{id}/owners/{other}/$ref", get(links::owner).delete(links::remove_owner))
        .route("/v1.0/groups/evaluateDynamicMembership", post(rule::of_rule))
        .route("/v1.0/groups/{id}/evaluateDynamicMembership", post(rule::of_group))
        .route("/v1.0/groups/{id}/checkMemberGroups", post(memberships::check_groups))
        .route("/v1.0/groups/{id}/checkMemberObjects", post(memberships::check_objects))
        .route("/v1.0/groups/{id}/getMemberGroups", post(memberships::groups))
        .route("/v1.0/groups/{id}/getMemberObjects", post(memberships::objects_of))
        .merge(further())
}

/// Memberships over several groups.
fn further() -> Router<App> {
    let (all, of, all_of) = (Related::TransitiveMembers, Related::MemberOf, Related::TransitiveMemberOf);
    Router::new()
        .route("/v1.0/groups/{id}/transitiveMembers", related::list(all))
        .route("/v1.0/groups/{id}/transitiveMembers/$count", related::count(all))
        .route("/v1.0/groups/{id}/transitiveMembers/{other}", related::one_or_cast(all))
        .route("/v1.0/groups/{id}/transitiveMembers/{other}/$count", related::count_cast(all))
        .route("/v1.0/groups/{id}/memberOf", related::list(of))
        .route("/v1.0/groups/{id}/memberOf/$count", related::count(of))
        .route("/v1.0/groups/{id}/memberOf/{other}", related::one_or_cast(of))
        .route("/v1.0/groups/{id}/memberOf/{other}/$count", related::count_cast(of))
        .route("/v1.0/groups/{id}/transitiveMemberOf", related::list(all_of))
        .route("/v1.0/groups/{id}/transitiveMemberOf/$count", related::count(all_of))
        .route("/v1.0/groups/{id}/transitiveMemberOf/{other}", related::one_or_cast(all_of))
        .route("/v1.0/groups/{id}/transitiveMemberOf/{other}/$count", related::count_cast(all_of))
}

/// An id of the address; one that isn't an id is unknown like any other.
fn id_of(text: &str) -> Result<ObjectId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

/// How an address names a group by its unique name.
const UNIQUE_NAME: &str = "uniqueName=";

/// The group that an address names: by its id, or `uniqueName=` and that.
async fn find(scope: &mut TenantScope<'_>, actor: &Actor, text: &str) -> Result<ObjectId, Error> {
    match text.strip_prefix(UNIQUE_NAME) {
        Some(name) => {
            find_by_unique_name(scope, name).await?.map(|found| found.id).ok_or_else(|| unseen(actor))
        }
        None => id_of(text),
    }
}

/// The objects that a relation of a group holds directly.
fn related_by(relation: Relation) -> Related {
    match relation {
        Relation::Member => Related::Members,
        Relation::Owner => Related::Owners,
        Relation::UnitMember => Related::UnitMembers,
    }
}

/// What the routes take and answer.
pub fn described() -> Described {
    let one = "/v1.0/groups/{id}";
    let rule = json!({
        "type": "object",
        "properties": { "@odata.context": text(), "membershipRule": text(), "membershipRuleEvaluationResult": truth() },
        "additionalProperties": false,
    });
    let asked = |needed: &[&str]| {
        let properties = json!({ "memberId": id(), "membershipRule": text() });
        json!({ "type": "object", "properties": properties, "required": needed })
    };
    let mut all = vec![
        Operation::get("/v1.0/groups", "List groups").lists("group"),
        Operation::post("/v1.0/groups", "Create a group").makes("group"),
        Operation::get("/v1.0/groups/$count", "Count groups").counts(),
        Operation::get(one, "A group").shows("group"),
        Operation::patch(one, "Change a group, or create the one with a unique name")
            .takes(reference("group.change"))
            .answers(201, Answer::Json(reference("group"))),
        Operation::delete(one, "Delete a group; restorable for 30 days"),
        Operation::post("/v1.0/groups/evaluateDynamicMembership", "Would a rule take a person in?")
            .takes(asked(&["memberId", "membershipRule"]))
            .answers(200, Answer::Json(rule.clone())),
        Operation::post(
            format!("{one}/evaluateDynamicMembership"),
            "Would the group's rule take a person in?",
        )
        .takes(json!({ "type": "object", "properties": { "memberId": id() }, "required": ["memberId"] }))
        .answers(200, Answer::Json(rule)),
    ];
    for name in ["members", "owners", "transitiveMembers", "memberOf", "transitiveMemberOf"] {
        all.extend(related::described_with_casts(one, name));
    }
    for name in ["members", "owners"] {
        all.extend(related::described_references(one, name));
    }
    all.extend(memberships::described(one));
    Described::of(all).shape(&shape::described())
}
