//! Objects of any kind: found by id, shown with their `@odata.type`, listed together.
//!
//! A list of several kinds asks each kind for its next objects in the order of ids and puts them together, so that a page
//! costs the same wherever it is and `$filter` and `$search` mean the same as in a list of one kind. A new kind is an
//! arm in [`AnyObject::find`], [`each`] and [`of_kind`]. Built-in roles are objects too, but stand in no table: whoever
//! lists them hands them in.

use std::collections::BTreeMap;

use model::applications::{Application, ServicePrincipal};
use model::ids::{ObjectId, UserId};
use model::objects::ObjectKind;
use model::refusal::Code;
use model::roles::Permission;
use protocol::odata::Path;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::roles;
use crate::access::Actor;
use crate::app::App;
use crate::db::{Position, TenantScope};
use crate::error::Error;
use crate::features::administrative_units::{Unit, find_unit};
use crate::features::applications::{get_application, get_service_principal};
use crate::features::directory::{DirectoryUser, get_user};
use crate::features::groups::{Group, find_group};
use crate::features::objects::{self, Object};
use crate::graph::query::ObjectQuery;
use crate::graph::{Asked, CHUNK, Collection, Entity, Listing, PAGE_BYTES, bytes_of, selected, unsupported};

/// An object, deleted or not.
pub(super) enum AnyObject {
    User(Box<DirectoryUser>),
    Group(Box<Group>),
    Application(Box<Object<Application>>),
    ServicePrincipal(Box<Object<ServicePrincipal>>),
    AdministrativeUnit(Box<Unit>),
}

/// Does the same to an object of whatever kind.
macro_rules! each {
    ($object:expr, $found:ident => $work:expr) => {
        match $object {
            AnyObject::User($found) => $work,
            AnyObject::Group($found) => $work,
            AnyObject::Application($found) => $work,
            AnyObject::ServicePrincipal($found) => $work,
            AnyObject::AdministrativeUnit($found) => $work,
        }
    };
}
pub(super) use each;

impl AnyObject {
    /// Finds an object by its id, where the actor may read it.
    pub(super) async fn find(scope: &mut TenantScope<'_>, actor: &Actor, id: Uuid) -> Result<Self, Error> {
        Ok(match objects::kind_of(scope, ObjectId(id)).await? {
            Some(ObjectKind::Group) => Self::Group(Box::new(find_group(scope, actor, ObjectId(id)).await?)),
            Some(ObjectKind::Application) => {
                Self::Application(Box::new(get_application(scope, actor, ObjectId(id)).await?))
            }
            Some(ObjectKind::ServicePrincipal) => {
                Self::ServicePrincipal(Box::new(get_service_principal(scope, actor, ObjectId(id)).await?))
            }
            Some(ObjectKind::AdministrativeUnit) => {
                Self::AdministrativeUnit(Box::new(find_unit(scope, actor, ObjectId(id)).await?))
            }
            Some(ObjectKind::User) => return Err(Error::not_found()),
            None => Self::User(Box::new(get_user(scope, actor, UserId(id)).await?)),
        })
    }

    /// The same, of an object that isn't deleted.
    pub(super) async fn living(scope: &mut TenantScope<'_>, actor: &Actor, id: Uuid) -> Result<Self, Error> {
        let found = Self::find(scope, actor, id).await?;
        if found.is_deleted() { Err(Error::not_found()) } else { Ok(found) }
    }

    pub(super) fn kind(&self) -> ObjectKind {
        each!(self, found => kind_of(&**found))
    }

    pub(super) fn is_deleted(&self) -> bool {
        match self {
            Self::User(found) => found.person.deleted_at.is_some(),
            Self::Group(found) => found.deleted_at.is_some(),
            Self::Application(found) => found.deleted_at.is_some(),
            Self::ServicePrincipal(found) => found.deleted_at.is_some(),
            Self::AdministrativeUnit(found) => found.deleted_at.is_some(),
        }
    }

    pub(super) fn id(&self) -> Uuid {
        each!(self, found => Entity::id(&**found))
    }

    /// The object as it stands inside another's answer.
    pub(super) fn shown(&self, select: &[Path]) -> Result<Map<String, Value>, Error> {
        each!(self, found => mixed(&**found, select))
    }
}

fn kind_of<E: Entity>(_: &E) -> ObjectKind {
    E::RESOURCE.kind
}

/// An object among others: it says its kind, and what only other kinds have is left out.
fn mixed<E: Entity>(found: &E, select: &[Path]) -> Result<Map<String, Value>, Error> {
    let all = found.show();
    let known: Vec<Path> =
        select.iter().filter(|path| path.text() == "*" || all.contains_key(&path.0[0])).cloned().collect();
    let mut object = Map::new();
    object.insert("@odata.type".into(), E::RESOURCE.kind.odata_type().into());
    if select.is_empty() || !known.is_empty() {
        object.extend(selected(all, &known, E::USUAL)?);
    }
    Ok(object)
}

/// What whoever may not look around sees of the objects of a relation, as on the pages: who it is.
const NAMED: [&str; 2] = ["id", "displayName"];

fn named(object: Map<String, Value>) -> Map<String, Value> {
    object.into_iter().filter(|(name, _)| name == "@odata.type" || NAMED.contains(&name.as_str())).collect()
}

/// Who reads the objects of a list that the actor was allowed to see: whoever sees a relation sees both of its ends.
pub(super) fn reader(actor: &Actor) -> Actor {
    Actor::system(actor.tenant())
}

/// An object as a list shows it, behind its id.
pub(super) type Shown = (Uuid, Map<String, Value>);

/// What a list may hold.
pub(super) struct Wanted<'a> {
    pub kinds: &'a [ObjectKind],
    pub listing: Listing,
    /// Roles that stand among the objects, shown whole.
    pub roles: Vec<Shown>,
    /// The actor may not look around in the directory: objects are named and no more, and aren't searched.
    pub named_alone: bool,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(kinds: &'a [ObjectKind], listing: Listing) -> Self {
        Self { kinds, listing, roles: Vec::new(), named_alone: false }
    }

    /// Refuses questions about properties that the actor doesn't see: the answer would tell them.
    fn may_ask(&self, actor: &Actor, asked: &Asked) -> Result<(), Error> {
        let query = &asked.query;
        if self.named_alone && (query.filter.is_some() || query.search.is_some()) {
            return actor.require(Permission::ReadDirectory);
        }
        Ok(())
    }
}

/// What one kind has to say to a question.
struct Part {
    objects: Vec<(Uuid, Map<String, Value>)>,
    count: i64,
}

struct Question<'a> {
    reader: &'a Actor,
    asked: &'a Asked,
    wanted: &'a Wanted<'a>,
    from: Option<Position>,
    /// None counts alone.
    limit: Option<usize>,
    counted: bool,
}

async fn part<E: Entity>(scope: &mut TenantScope<'_>, question: &Question<'_>) -> Result<Part, Error> {
    let query = ObjectQuery {
        condition: question.wanted.listing.condition::<E>(question.asked)?,
        deleted: question.wanted.listing.deleted,
        from: question.from.clone(),
        limit: question.limit.unwrap_or_default(),
        ..ObjectQuery::default()
    };
    let count = if question.counted { E::count(scope, question.reader, &query).await? } else { 0 };
    let mut objects = Vec::new();
    if question.limit.is_some() {
        let found = E::list(scope, question.reader, &query).await?;
        let more = found.next.is_some();
        for object in &found.items {
            let shown = mixed(object, &question.asked.query.select)?;
            objects.push((object.id(), if question.wanted.named_alone { named(shown) } else { shown }));
        }
        // The row behind the page tells that there is one more; any id above all will do.
        if more {
            objects.push((Uuid::max(), Map::new()));
        }
    }
    Ok(Part { objects, count })
}

async fn of_kind(
    scope: &mut TenantScope<'_>,
    kind: ObjectKind,
    question: &Question<'_>,
) -> Result<Part, Error> {
    match kind {
        ObjectKind::User => part::<DirectoryUser>(scope, question).await,
        ObjectKind::Group => part::<Group>(scope, question).await,
        ObjectKind::Application => part::<Object<Application>>(scope, question).await,
        ObjectKind::ServicePrincipal => part::<Object<ServicePrincipal>>(scope, question).await,
        ObjectKind::AdministrativeUnit => part::<Unit>(scope, question).await,
    }
}

/// Asks every kind. One that doesn't have the property of a `$filter` or `$search` has no such objects; where none has
/// it, the question is refused.
async fn of_kinds(
    scope: &mut TenantScope<'_>,
    question: &Question<'_>,
) -> Result<(BTreeMap<Uuid, Map<String, Value>>, i64), Error> {
    let (mut objects, mut count, mut refused) = (BTreeMap::new(), 0, Vec::new());
    for kind in question.wanted.kinds {
        match of_kind(scope, *kind, question).await {
            Ok(part) => {
                objects.extend(part.objects);
                count += part.count;
            }
            Err(Error::Refused(no)) if no.iter().all(|no| no.code == Code::QueryUnsupported) => {
                refused.push(no);
            }
            Err(other) => return Err(other),
        }
    }
    match refused.pop() {
        Some(last)
            if refused.len() + 1 == question.wanted.kinds.len() && question.wanted.roles.is_empty() =>
        {
            Err(Error::Refused(last))
        }
        _ => {
            let roles = of_roles(question)?;
            let count = count + i64::try_from(roles.len()).unwrap_or_default();
            let after = question.from.as_ref().map(|from| from.id);
            objects.extend(roles.into_iter().filter(|(id, _)| after.is_none_or(|after| *id > after)));
            Ok((objects, count))
        }
    }
}

/// The roles that a question asks for. They aren't searched, and have no properties but their own.
fn of_roles(question: &Question<'_>) -> Result<Vec<Shown>, Error> {
    let mut found = Vec::new();
    if question.asked.query.search.is_some() {
        return Ok(found);
    }
    for (id, role) in &question.wanted.roles {
        match question.asked.query.filter.as_ref().map_or(Ok(true), |filter| roles::passes(role, filter)) {
            Ok(true) => found.push((*id, roles::mixed(role, &question.asked.query.select))),
            Ok(false) => {}
            Err(Error::Refused(no)) if no.iter().all(|no| no.code == Code::QueryUnsupported) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(found)
}

/// A page of objects of several kinds.
pub(super) async fn list(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    asked: &Asked,
    wanted: Wanted<'_>,
) -> Result<Value, Error> {
    asked.refuse_skip()?;
    refuse_one_kinds_options(asked)?;
    wanted.may_ask(actor, asked)?;
    let (from, limit) = (asked.start(app, actor.tenant())?, asked.page_size()?);
    let counted = asked.query.count && from.is_none();
    let reader = reader(actor);
    let mut question = Question { reader: &reader, asked, wanted: &wanted, from, limit: None, counted };
    let (mut value, mut bytes, mut count) = (Vec::new(), 0, None);
    let next = loop {
        let room = CHUNK.min(limit - value.len());
        question.limit = Some(room);
        let (objects, counted) = of_kinds(scope, &question).await?;
        if std::mem::take(&mut question.counted) {
            count = Some(counted);
        }
        let (found, before, mut last) = (objects.len(), value.len(), None);
        for (id, object) in objects.into_iter().take(room) {
            bytes += bytes_of(&object);
            value.push(Value::Object(object));
            last = Some(Position { backward: false, key: String::new(), id });
            if bytes >= PAGE_BYTES {
                break;
            }
        }
        if found == value.len() - before {
            break None;
        }
        if value.len() >= limit || bytes >= PAGE_BYTES {
            break last;
        }
        question.from = last;
    };
    let collection = Collection { context: wanted.listing.context, count, value, next };
    Ok(collection.answer(app, actor.tenant(), asked))
}

/// The first objects of a list, as `$expand` shows them.
pub(super) async fn first(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    wanted: &Wanted<'_>,
    (select, limit): (&[Path], usize),
) -> Result<Vec<Value>, Error> {
    let mut asked = Asked::nothing();
    asked.query.select = select.to_vec();
    let reader = reader(actor);
    let (from, limit_of_kind) = (None, Some(limit));
    let question =
        Question { reader: &reader, asked: &asked, wanted, from, limit: limit_of_kind, counted: false };
    let (objects, _) = of_kinds(scope, &question).await?;
    let objects = objects.into_iter().take(limit).filter(|(id, _)| *id != Uuid::max());
    Ok(objects.map(|(_, object)| Value::Object(object)).collect())
}

/// How many objects of several kinds there are.
pub(super) async fn count(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    asked: &Asked,
    wanted: &Wanted<'_>,
) -> Result<i64, Error> {
    wanted.may_ask(actor, asked)?;
    let reader = reader(actor);
    let question = Question { reader: &reader, asked, wanted, from: None, limit: None, counted: true };
    Ok(of_kinds(scope, &question).await?.1)
}

fn refuse_one_kinds_options(asked: &Asked) -> Result<(), Error> {
    let cast = "ask for one kind, such as /microsoft.graph.user";
    if !asked.query.order_by.is_empty() {
        return Err(unsupported("$orderby", cast).into());
    }
    // `*` asks for the relations of the list's own type, and Graph's directoryObject has none.
    if asked.query.expand.iter().any(|expand| expand.relationship.text() != "*") {
        return Err(unsupported("$expand", cast).into());
    }
    Ok(())
}
