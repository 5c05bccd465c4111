//! `/v1.0/users` and `/v1.0/me`: people in Microsoft Graph's shape (facts §7.1, §7.2).

mod manager;
mod photo;
mod read;
mod shape;
mod write;

use axum::Router;
use axum::routing::{get, post};

use super::related::{self, Related};
use super::{collection, memberships};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{DirectoryUser, SignInName, find_named};
use crate::openapi::{Answer, Described, Operation, reference, truth, value};
use model::ids::UserId;
use model::roles::Permission;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/me", get(read::me))
        .route("/v1.0/users", get(collection::page::<DirectoryUser>).post(write::create))
        .route("/v1.0/users/$count", get(collection::number::<DirectoryUser>))
        .route("/v1.0/users/{id}", get(read::one).patch(write::update).delete(write::delete))
        .route("/v1.0/users/{id}/revokeSignInSessions", post(write::revoke_sessions))
        .merge(groups())
        .merge(photo::routes())
        .merge(reports())
}

/// Whom somebody reports to, and who reports to them.
fn reports() -> Router<App> {
    let reports = Related::DirectReports;
    let reference = || get(manager::reference_of).put(manager::assign).delete(manager::remove);
    Router::new()
        .route("/v1.0/me/manager", get(manager::one))
        .route("/v1.0/me/manager/$ref", reference())
        .route("/v1.0/me/directReports", related::list(reports))
        .route("/v1.0/me/directReports/$count", related::count(reports))
        .route("/v1.0/me/directReports/{other}", related::one_or_cast(reports))
        .route("/v1.0/users/{id}/manager", get(manager::one))
        .route("/v1.0/users/{id}/manager/$ref", reference())
        .route("/v1.0/users/{id}/directReports", related::list(reports))
        .route("/v1.0/users/{id}/directReports/$count", related::count(reports))
        .route("/v1.0/users/{id}/directReports/{other}", related::one_or_cast(reports))
}

/// Where somebody is a member, and what they own.
fn groups() -> Router<App> {
    let (of, all_of, owned) = (Related::MemberOf, Related::TransitiveMemberOf, Related::OwnedObjects);
    Router::new()
        .route("/v1.0/me/memberOf", related::list(of))
        .route("/v1.0/me/memberOf/$count", related::count(of))
        .route("/v1.0/me/memberOf/{other}", related::one_or_cast(of))
        .route("/v1.0/me/memberOf/{other}/$count", related::count_cast(of))
        .route("/v1.0/me/transitiveMemberOf", related::list(all_of))
        .route("/v1.0/me/transitiveMemberOf/$count", related::count(all_of))
        .route("/v1.0/me/transitiveMemberOf/{other}", related::one_or_cast(all_of))
        .route("/v1.0/me/transitiveMemberOf/{other}/$count", related::count_cast(all_of))
        .route("/v1.0/me/ownedObjects", related::list(owned))
        .route("/v1.0/me/ownedObjects/$count", related::count(owned))
        .route("/v1.0/me/ownedObjects/{other}", related::one_or_cast(owned))
        .route("/v1.0/me/ownedObjects/{other}/$count", related::count_cast(owned))
        .route("/v1.0/me/checkMemberGroups", post(memberships::check_groups))
        .route("/v1.0/me/checkMemberObjects", post(memberships::check_objects))
        .route("/v1.0/me/getMemberGroups", post(memberships::groups))
        .route("/v1.0/me/getMemberObjects", post(memberships::objects_of))
        .route("/v1.0/users/{id}/memberOf", related::list(of))
        .route("/v1.0/users/{id}/memberOf/$count", related::count(of))
        .route("/v1.0/users/{id}/memberOf/{other}", related::one_or_cast(of))
        .route("/v1.0/users/{id}/memberOf/{other}/$count", related::count_cast(of))
        .route("/v1.0/users/{id}/transitiveMemberOf", related::list(all_of))
        .route("/v1.0/users/{id}/transitiveMemberOf/$count", related::count(all_of))
        .route("/v1.0/users/{id}/transitiveMemberOf/{other}", related::one_or_cast(all_of))
        .route("/v1.0/users/{id}/transitiveMemberOf/{other}/$count", related::count_cast(all_of))
        .route("/v1.0/users/{id}/ownedObjects", related::list(owned))
        .route("/v1.0/users/{id}/ownedObjects/$count", related::count(owned))
        .route("/v1.0/users/{id}/ownedObjects/{other}", related::one_or_cast(owned))
        .route("/v1.0/users/{id}/ownedObjects/{other}/$count", related::count_cast(owned))
        .route("/v1.0/users/{id}/checkMemberGroups", post(memberships::check_groups))
        .route("/v1.0/users/{id}/checkMemberObjects", post(memberships::check_objects))
        .route("/v1.0/users/{id}/getMemberGroups", post(memberships::groups))
        .route("/v1.0/users/{id}/getMemberObjects", post(memberships::objects_of))
}

/// The person with this id or, as Graph allows, with this user principal name. Whoever may not see the directory finds
/// themselves alone by a name: nobody learns by it which names there are.
pub(super) async fn find(scope: &mut TenantScope<'_>, actor: &Actor, id: &str) -> Result<UserId, Error> {
    if let Ok(id) = id.parse() {
        return Ok(id);
    }
    let (user, domain) = id.rsplit_once('@').ok_or_else(Error::not_found)?;
    let found = find_named(scope, &SignInName::new(user, domain)).await?;
    if found.is_none() || found != actor.user_id() {
        actor.require(Permission::ReadDirectory)?;
    }
    found.ok_or_else(Error::not_found)
}

/// What the routes take and answer.
pub fn described() -> Described {
    let mut all = vec![
        Operation::get("/v1.0/me", "The person whose token it is").shows("user"),
        Operation::get("/v1.0/users", "List people").lists("user"),
        Operation::post("/v1.0/users", "Create a person").makes("user"),
        Operation::get("/v1.0/users/$count", "Count people").counts(),
        Operation::get("/v1.0/users/{id}", "A person").shows("user"),
        Operation::patch("/v1.0/users/{id}", "Change a person").takes(reference("user.change")),
        Operation::delete("/v1.0/users/{id}", "Delete a person; restorable for 30 days"),
        Operation::post("/v1.0/users/{id}/revokeSignInSessions", "End all sessions of a person")
            .answers(200, Answer::Json(value(truth()))),
    ];
    for whose in ["/v1.0/me", "/v1.0/users/{id}"] {
        for name in ["memberOf", "transitiveMemberOf", "ownedObjects"] {
            all.extend(related::described_with_casts(whose, name));
        }
        all.extend(memberships::described(whose));
        all.extend(related::described(whose, "directReports"));
        all.extend(manager::described(whose));
        all.extend(photo::described(whose));
    }
    Described::of(all).shape(&shape::described()).shape(&photo::shape())
}
