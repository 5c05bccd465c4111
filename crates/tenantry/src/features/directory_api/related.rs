//! What is linked to an object: members, owners, the groups it is in, what it owns. One set of handlers for all kinds.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use http::header::CONTENT_TYPE;
use model::ids::ObjectId;
use model::objects::{ObjectKind, Relation};
use model::roles::Permission;
use protocol::odata::Expand;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::any::{self, AnyObject, Wanted, reader};
use super::at::At;
use super::roles;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::administrative_units::{find_unit, sees_members as sees_unit};
use crate::features::directory::{DirectoryUser, narrow_to_manager, narrow_to_reports};
use crate::features::groups::{self, Group};
use crate::features::objects::{
    narrow_to_holders, narrow_to_linked, narrow_to_memberships, narrow_to_seen, narrow_to_seen_units,
};
use crate::graph::filter::Condition;
use crate::graph::{Asked, Caller, Listing, in_context, unsupported};
use crate::openapi::{Answer, LIST, Operation, page as listed, reference};
use serde_json::json;

/// How the objects of a list belong to the one that is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Related {
    Members,
    /// Of an administrative unit.
    UnitMembers,
    TransitiveMembers,
    Owners,
    MemberOf,
    TransitiveMemberOf,
    OwnedObjects,
    Manager,
    DirectReports,
}

/// Objects of a relation that `$expand` shows.
const EXPANDED: usize = 20;
const CAST: &str = "microsoft.graph.";
const ROLE: &str = "microsoft.graph.directoryRole";

impl Related {
    const ALL: [(&'static str, Self); 9] = [
        ("members", Self::Members),
        ("members", Self::UnitMembers),
        ("transitiveMembers", Self::TransitiveMembers),
        ("owners", Self::Owners),
        ("memberOf", Self::MemberOf),
        ("transitiveMemberOf", Self::TransitiveMemberOf),
        ("ownedObjects", Self::OwnedObjects),
        ("manager", Self::Manager),
        ("directReports", Self::DirectReports),
    ];

    fn listing(self, source: Uuid) -> Listing {
        let mut within = Condition::default();
        let object = ObjectId(source);
        match self {
            Self::Members => narrow_to_linked(&mut within, object, Relation::Member, false),
            Self::UnitMembers => narrow_to_linked(&mut within, object, Relation::UnitMember, false),
            Self::TransitiveMembers => narrow_to_linked(&mut within, object, Relation::Member, true),
            Self::Owners => narrow_to_linked(&mut within, object, Relation::Owner, false),
            Self::MemberOf => narrow_to_memberships(&mut within, source, false),
            Self::TransitiveMemberOf => narrow_to_memberships(&mut within, source, true),
            Self::OwnedObjects => narrow_to_holders(&mut within, source, Relation::Owner, false),
            Self::Manager => narrow_to_manager(&mut within, source),
            Self::DirectReports => narrow_to_reports(&mut within, source),
        }
        Listing { within, ..Listing::all("directoryObjects") }
    }

    /// What a list of what is related to an object holds.
    async fn wanted(
        self,
        app: &App,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        source: Uuid,
    ) -> Result<Wanted<'static>, Error> {
        let mut wanted = Wanted::of(self.kinds(), self.listing(source));
        wanted.named_alone = !actor.may(Permission::ReadDirectory) && !self.is_own(actor, source);
        if matches!(self, Self::MemberOf | Self::TransitiveMemberOf) {
            narrow_to_seen(&mut wanted.listing.within, actor);
            narrow_to_seen_units(&mut wanted.listing.within, actor);
            let transitive = self == Self::TransitiveMemberOf;
            let held = crate::features::roles::held_by_any(scope, source).await?;
            let held = held.iter().filter(|held| held.directly || transitive);
            wanted.roles = roles::shown_among(app, held.map(|held| held.role.id));
        }
        Ok(wanted)
    }

    /// The same of one kind, as a path names it.
    async fn wanted_of(
        self,
        app: &App,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        (source, name): (Uuid, &str),
    ) -> Result<Wanted<'static>, Error> {
        let mut wanted = self.wanted(app, scope, actor, source).await?;
        if name == ROLE && matches!(self, Self::MemberOf | Self::TransitiveMemberOf) {
            wanted.kinds = &[];
            wanted.listing.context = "directoryRoles";
            return Ok(wanted);
        }
        let kind = cast(name)?;
        let all: &'static [ObjectKind] = &ObjectKind::ALL;
        wanted.kinds = all.chunks(1).find(|one| one.contains(&kind)).unwrap_or_default();
        wanted.roles.clear();
        Ok(wanted)
    }

    /// What the actor is in or owns, which they may read whatever their roles.
    fn is_own(self, actor: &Actor, source: Uuid) -> bool {
        matches!(self, Self::MemberOf | Self::TransitiveMemberOf | Self::OwnedObjects)
            && actor.user_id().is_some_and(|user| user.0 == source)
    }

    /// The kinds of a list that stand in tables.
    fn kinds(self) -> &'static [ObjectKind] {
        match self {
            Self::Members | Self::TransitiveMembers | Self::Owners => {
                &[ObjectKind::User, ObjectKind::Group, ObjectKind::Application, ObjectKind::ServicePrincipal]
            }
            Self::UnitMembers => &[ObjectKind::User, ObjectKind::Group],
            Self::MemberOf | Self::TransitiveMemberOf => &[ObjectKind::Group, ObjectKind::AdministrativeUnit],
            Self::OwnedObjects => &[ObjectKind::Group, ObjectKind::Application, ObjectKind::ServicePrincipal],
            Self::Manager | Self::DirectReports => &[ObjectKind::User],
        }
    }

    /// Only groups and units have members; users and groups are in them; who owns can't be owned.
    fn is_of(self, kind: ObjectKind) -> bool {
        match self {
            Self::Members | Self::TransitiveMembers => kind == ObjectKind::Group,
            Self::UnitMembers => kind == ObjectKind::AdministrativeUnit,
            Self::Owners => !matches!(kind, ObjectKind::User | ObjectKind::AdministrativeUnit),
            Self::MemberOf | Self::TransitiveMemberOf => {
                !matches!(kind, ObjectKind::Application | ObjectKind::AdministrativeUnit)
            }
            Self::OwnedObjects => matches!(kind, ObjectKind::User | ObjectKind::ServicePrincipal),
            Self::Manager | Self::DirectReports => kind == ObjectKind::User,
        }
    }
}

async fn may_see(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    source: Uuid,
    related: Related,
) -> Result<(), Error> {
    if matches!(related, Related::Members | Related::TransitiveMembers)
        && let AnyObject::Group(group) = AnyObject::find(scope, actor, source).await?
        && !groups::sees_members(scope, actor, &group).await?
    {
        actor.require(Permission::ManageGroups)?;
    }
    if related == Related::UnitMembers {
        let unit = find_unit(scope, actor, ObjectId(source)).await?;
        if !sees_unit(scope, actor, &unit).await? {
            actor.require(Permission::ManageRoles)?;
        }
    }
    // An owner may put any group into theirs, and would see through it who is in that one.
    if related == Related::TransitiveMembers {
        actor.require(Permission::ReadDirectory)?;
    }
    Ok(())
}

/// A page of what is related to an object.
pub(super) async fn page(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    source: Uuid,
    related: Related,
    asked: &Asked,
) -> Result<Value, Error> {
    may_see(scope, actor, source, related).await?;
    let wanted = related.wanted(app, scope, actor, source).await?;
    any::list(app, scope, actor, asked, wanted).await
}

/// One object of a relation.
pub(super) async fn one(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    source: Uuid,
    related: Related,
    other: &str,
) -> Result<Map<String, Value>, Error> {
    may_see(scope, actor, source, related).await?;
    let other: Uuid = other.parse().map_err(|_| Error::not_found())?;
    let mut wanted = related.wanted(app, scope, actor, source).await?;
    let place = wanted.listing.within.bind(other);
    wanted.listing.within.and(&format!("id = {place}"));
    wanted.roles.retain(|(id, _)| *id == other);
    let found = any::first(scope, actor, &wanted, (&[], 1)).await?;
    match found.into_iter().next() {
        Some(Value::Object(found)) => Ok(found),
        _ => Err(Error::not_found()),
    }
}

/// What `$expand` shows of an object.
///
/// # Errors
/// A relation that the kind doesn't have, or not allowed.
pub(super) async fn expanded(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (kind, source): (ObjectKind, Uuid),
    expand: &Expand,
) -> Result<Value, Error> {
    let name = expand.relationship.text();
    let found = Related::ALL.into_iter().find(|(known, related)| *known == name && related.is_of(kind));
    let Some((_, related)) = found else {
        return Err(unsupported("$expand", format!("{name} can't be expanded")).into());
    };
    may_see(scope, actor, source, related).await?;
    let most = expand.top.map_or(EXPANDED, |top| (top as usize).min(EXPANDED));
    let wanted = related.wanted(app, scope, actor, source).await?;
    let mut found = any::first(scope, actor, &wanted, (&expand.select, most)).await?;
    // Nobody has two managers.
    Ok(if related == Related::Manager { found.pop().unwrap_or_default() } else { Value::Array(found) })
}

pub(super) fn text(count: i64) -> Response {
    ([(CONTENT_TYPE, "text/plain")], count.to_string()).into_response()
}

/// A kind that a path narrows a list to: `microsoft.graph.user`.
pub(super) fn cast(name: &str) -> Result<ObjectKind, Error> {
    name.strip_prefix(CAST).and_then(|kind| kind.parse().ok()).ok_or_else(Error::not_found)
}

/// A page of the objects of one kind.
pub(super) async fn of_kind(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    asked: &Asked,
    (kind, mut listing): (ObjectKind, Listing),
) -> Result<Json<Value>, Error> {
    listing.context = kind.collection();
    listing.reader = Some(reader(actor));
    match kind {
        ObjectKind::User => crate::graph::list::<DirectoryUser>(app, scope, actor, asked, listing).await,
        ObjectKind::Group => crate::graph::list::<Group>(app, scope, actor, asked, listing).await,
        other => Ok(Json(any::list(app, scope, actor, asked, Wanted::of(&[other], listing)).await?)),
    }
}

/// `GET …/{id}/<relation>`.
pub(super) fn list(related: Related) -> MethodRouter<App> {
    get(move |State(app): State<App>, Caller(actor): Caller, at: At, asked: Asked| async move {
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        let (_, source) = at.find(&mut tenant, &actor).await?;
        let page = page(&app, &mut tenant, &actor, source, related, &asked).await?;
        Ok::<_, Error>(Json(page))
    })
}

/// `GET …/{id}/<relation>/$count`.
pub(super) fn count(related: Related) -> MethodRouter<App> {
    get(move |State(app): State<App>, Caller(actor): Caller, at: At, asked: Asked| async move {
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        let (_, source) = at.find(&mut tenant, &actor).await?;
        may_see(&mut tenant, &actor, source, related).await?;
        let wanted = related.wanted(&app, &mut tenant, &actor, source).await?;
        Ok::<_, Error>(text(any::count(&mut tenant, &actor, &asked, &wanted).await?))
    })
}

/// `GET …/{id}/<relation>/{other}`: the objects of one kind, or one object.
pub(super) fn one_or_cast(related: Related) -> MethodRouter<App> {
    get(move |State(app): State<App>, Caller(actor): Caller, at: At, asked: Asked| async move {
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        let (_, source) = at.find(&mut tenant, &actor).await?;
        if let Ok(wanted) = cast(&at.other) {
            may_see(&mut tenant, &actor, source, related).await?;
            let all = related.wanted_of(&app, &mut tenant, &actor, (source, &at.other)).await?;
            if all.named_alone {
                return Ok(Json(any::list(&app, &mut tenant, &actor, &asked, all).await?));
            }
            return of_kind(&app, &mut tenant, &actor, &asked, (wanted, all.listing)).await;
        }
        if at.other == ROLE {
            let wanted = related.wanted_of(&app, &mut tenant, &actor, (source, ROLE)).await?;
            return Ok(Json(any::list(&app, &mut tenant, &actor, &asked, wanted).await?));
        }
        let found = one(&app, &mut tenant, &actor, source, related, &at.other).await?;
        Ok::<_, Error>(in_context(&app, "directoryObjects/$entity", found))
    })
}

/// `GET …/{id}/<relation>/microsoft.graph.<kind>/$count`.
pub(super) fn count_cast(related: Related) -> MethodRouter<App> {
    get(move |State(app): State<App>, Caller(actor): Caller, at: At, asked: Asked| async move {
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        let (_, source) = at.find(&mut tenant, &actor).await?;
        may_see(&mut tenant, &actor, source, related).await?;
        let wanted = related.wanted_of(&app, &mut tenant, &actor, (source, &at.other)).await?;
        Ok::<_, Error>(text(any::count(&mut tenant, &actor, &asked, &wanted).await?))
    })
}

/// What a relation of the objects below a path answers.
pub(super) fn described(path: &str, name: &str) -> Vec<Operation> {
    let base = format!("{path}/{name}");
    let either = json!({ "anyOf": [reference("directoryObject"), listed(reference("directoryObject"))] });
    vec![
        Operation::get(&base, format!("List {name}")).lists("directoryObject"),
        Operation::get(format!("{base}/$count"), format!("Count {name}")).counts(),
        Operation::get(format!("{base}/{{other}}"), format!("One of {name}, or those of one kind"))
            .query(LIST)
            .answers(200, Answer::Json(either)),
    ]
}

/// The same with the count of one kind.
pub(super) fn described_with_casts(path: &str, name: &str) -> Vec<Operation> {
    let mut all = described(path, name);
    let count = format!("{path}/{name}/{{other}}/$count");
    all.push(Operation::get(count, format!("Count {name} of one kind")).counts());
    all
}

/// Members or owners by reference.
pub(super) fn described_references(path: &str, name: &str) -> Vec<Operation> {
    let (all, one) = (format!("{path}/{name}/$ref"), format!("{path}/{name}/{{other}}/$ref"));
    vec![
        Operation::get(&all, format!("List references to {name}")).lists("reference"),
        Operation::post(&all, format!("Add one of {name}")).takes(reference("reference.new")).nothing(),
        Operation::get(&one, format!("A reference to one of {name}"))
            .answers(200, Answer::Json(reference("reference"))),
        Operation::delete(&one, format!("Take one of {name} away")),
    ]
}
