//! What the directory keeps beside people: one store of objects, whatever their kind, and how one belongs to another.
//!
//! A kind gives the type of its properties ([`ObjectType`]) and says what they are found by. Storing, versions, deleting
//! and restoring, lists and links are the same for all. Who may do what is for the features above, which own the kinds.

mod hidden;
mod jobs;
mod links;
mod store;

use std::borrow::Cow;

use jiff::Timestamp;
use model::ids::ObjectId;
use model::objects::{ChangeKind, ObjectKind};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::db::{Slice, TenantScope};
use crate::error::Error;
use crate::graph::changes;
use crate::graph::filter::Resource;
use crate::graph::index::{self, IndexRows};
use crate::graph::query::ObjectQuery;
use crate::moment::Moment;

pub use hidden::{hiding, narrow_to_seen, narrow_to_seen_units, sees_members};
pub use jobs::{ForgetChanges, ForgetChangesOfTenants};
pub use links::{
    Linked, contains, count_linked, forget_links_of, holders_of, is_linked, link, linked, linked_all,
    narrow_to_holders, narrow_to_linked, narrow_to_memberships, narrow_to_own, reaches, unlink,
};

/// The properties of a kind of object.
pub trait ObjectType: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    const KIND: ObjectKind;
    /// How objects of the kind are searched.
    const RESOURCE: &'static Resource;

    /// Puts what an object is found by, beside its display name.
    fn index(&self, rows: &mut IndexRows);

    /// What was stored, with what this release says of it instead.
    #[must_use]
    fn at_present(self) -> Self {
        self
    }

    /// What is stored of it: not what [`Self::at_present`] says anyhow.
    #[must_use]
    fn to_keep(&self) -> Cow<'_, Self> {
        Cow::Borrowed(self)
    }
}

/// An object, deleted or not.
#[derive(Clone, Debug)]
pub struct Object<P> {
    pub id: ObjectId,
    pub display_name: String,
    pub properties: P,
    pub created_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    /// Grows with each change.
    pub version: i64,
}

/// Stores a new object.
///
/// # Errors
/// When the engine fails.
pub async fn create<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    display_name: &str,
    properties: P,
    moment: &Moment,
) -> Result<Object<P>, Error> {
    let object = Object {
        id: ObjectId(moment.uuid()),
        display_name: display_name.to_owned(),
        properties,
        created_at: moment.now,
        deleted_at: None,
        version: 1,
    };
    store::insert(scope, &object).await?;
    noted(scope, &object, ChangeKind::Created, moment).await?;
    Ok(object)
}

/// An object by its id, deleted or not.
///
/// # Errors
/// When the engine fails.
pub async fn find<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    id: ObjectId,
) -> Result<Option<Object<P>>, Error> {
    store::object(scope, id).await
}

/// An object that isn't deleted.
///
/// # Errors
/// Not there, or the engine fails.
pub async fn get<P: ObjectType>(scope: &mut TenantScope<'_>, id: ObjectId) -> Result<Object<P>, Error> {
    let found = find(scope, id).await?;
    found.filter(|object: &Object<P>| object.deleted_at.is_none()).ok_or_else(Error::not_found)
}

/// Stores what was changed of an object, which counts the change.
///
/// # Errors
/// When the engine fails.
pub async fn save<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    object: &mut Object<P>,
    moment: &Moment,
) -> Result<(), Error> {
    object.version += 1;
    store::update(scope, object).await?;
    noted(scope, object, ChangeKind::Updated, moment).await
}

/// Deletes an object, which can be restored until it is removed.
///
/// # Errors
/// When the engine fails.
pub async fn delete<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    object: &mut Object<P>,
    moment: &Moment,
) -> Result<(), Error> {
    object.deleted_at = Some(moment.now);
    object.version += 1;
    store::update(scope, object).await?;
    noted(scope, object, ChangeKind::Deleted, moment).await
}

/// Restores a deleted object.
///
/// # Errors
/// When the engine fails.
pub async fn restore<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    object: &mut Object<P>,
    moment: &Moment,
) -> Result<(), Error> {
    object.deleted_at = None;
    object.version += 1;
    store::update(scope, object).await?;
    noted(scope, object, ChangeKind::Restored, moment).await
}

/// Removes an object for good, with its links.
///
/// # Errors
/// When the engine fails.
pub async fn remove<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    object: &Object<P>,
    moment: &Moment,
) -> Result<(), Error> {
    index::forget(scope, object.id.0).await?;
    links::forget_links_of(scope, object.id.0, moment).await?;
    store::remove(scope, object.id).await?;
    changes::note(scope, (P::KIND, object.id.0), ChangeKind::Removed, None, moment).await?;
    Ok(())
}

/// One page of objects of a kind.
///
/// # Errors
/// When the engine fails.
pub async fn list<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    query: &ObjectQuery,
) -> Result<Slice<Object<P>>, Error> {
    let rows = store::list::<P>(scope, query).await?;
    let place = |(object, key): &(Object<P>, String)| (key.clone(), object.id.0);
    let slice = Slice::new(rows, query.limit, query.from.as_ref(), place);
    let items = slice.items.into_iter().map(|(object, _)| object).collect();
    Ok(Slice { items, previous: slice.previous, next: slice.next })
}

/// The version of an object, deleted or not: whether what was read of it before is still so.
///
/// # Errors
/// When the engine fails.
pub async fn version(scope: &mut TenantScope<'_>, id: ObjectId) -> Result<Option<i64>, Error> {
    store::version(scope, id).await
}

/// Id and version of the first object that a query finds: whether what was read of it before is still so.
///
/// # Errors
/// When the engine fails.
pub async fn version_of<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    query: &ObjectQuery,
) -> Result<Option<(ObjectId, i64)>, Error> {
    store::version_of::<P>(scope, query).await
}

/// How many objects of a kind a query finds.
///
/// # Errors
/// When the engine fails.
pub async fn count<P: ObjectType>(scope: &mut TenantScope<'_>, query: &ObjectQuery) -> Result<i64, Error> {
    store::count::<P>(scope, query).await
}

/// What is known of an object whatever its kind.
#[derive(Clone, Debug)]
pub struct Brief {
    pub kind: ObjectKind,
    pub display_name: String,
    pub is_deleted: bool,
}

/// An object that isn't a person, of whatever kind, deleted or not.
///
/// # Errors
/// When the engine fails.
pub async fn brief(scope: &mut TenantScope<'_>, id: ObjectId) -> Result<Option<Brief>, Error> {
    store::brief(scope, id).await
}

/// The kind of an object that isn't a person, deleted or not.
///
/// # Errors
/// When the engine fails.
pub async fn kind_of(scope: &mut TenantScope<'_>, id: ObjectId) -> Result<Option<ObjectKind>, Error> {
    Ok(brief(scope, id).await?.map(|brief| brief.kind))
}

async fn noted<P: ObjectType>(
    scope: &mut TenantScope<'_>,
    object: &Object<P>,
    change: ChangeKind,
    moment: &Moment,
) -> Result<(), Error> {
    let mut rows = IndexRows::of(P::RESOURCE);
    rows.put("displayName", &object.display_name);
    rows.words(&object.display_name);
    object.properties.index(&mut rows);
    rows.write(scope, object.id.0).await?;
    changes::note(scope, (P::KIND, object.id.0), change, None, moment).await?;
    Ok(())
}
