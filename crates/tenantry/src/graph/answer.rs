//! Answers that are alike for every kind of object: a page of them, or one with its ETag.

use std::future::Future;

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use http::header::{CONTENT_TYPE, ETAG, IF_MATCH};
use model::refusal::{Code, Refusal};
use protocol::odata::Expand;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::body::{Body, Property};
use super::filter::{Condition, Resource, unsupported};
use super::page::{Asked, CHUNK, Collection, PAGE_BYTES, bytes_of, context, selected};
use super::query::{ObjectQuery, Order};
use crate::access::Actor;
use crate::app::App;
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;

/// An object as the API shows it.
pub trait Entity: Sized + Send + Sync {
    const RESOURCE: &'static Resource;
    /// The properties that come without `$select`.
    const USUAL: &'static [&'static str];

    fn id(&self) -> Uuid;
    /// Grows with each change.
    fn version(&self) -> i64;
    /// Every property, those without a value as `null` or an empty list.
    fn show(&self) -> Map<String, Value>;

    /// # Errors
    /// Not allowed, or the engine fails.
    fn list(
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        query: &ObjectQuery,
    ) -> impl Future<Output = Result<Slice<Self>, Error>> + Send;

    /// # Errors
    /// Not allowed, or the engine fails.
    fn count(
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        query: &ObjectQuery,
    ) -> impl Future<Output = Result<i64, Error>> + Send;

    /// What `$expand` asks of one object.
    ///
    /// # Errors
    /// A relation that isn't there or can't be expanded, or the engine fails.
    fn expand(
        &self,
        app: &App,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        expand: &Expand,
    ) -> impl Future<Output = Result<Value, Error>> + Send;
}

/// Which part of a collection is listed.
#[derive(Debug, Default)]
pub struct Listing {
    /// Beside what the client asks: members of a group, for one.
    pub within: Condition,
    pub deleted: bool,
    /// Behind `$metadata#`.
    pub context: &'static str,
    /// The list may hold several kinds: each object says its own.
    pub mixed: bool,
    /// Who reads the objects, where it isn't who asks. What belongs to them is expanded for who asks alone.
    pub reader: Option<Actor>,
}

impl Listing {
    /// A whole collection.
    #[must_use]
    pub fn all(context: &'static str) -> Self {
        Self { context, ..Self::default() }
    }

    /// What the client asks, within what the listing holds anyway.
    ///
    /// # Errors
    /// A query that can't be answered.
    pub fn condition<E: Entity>(&self, asked: &Asked) -> Result<Condition, Error> {
        let mut condition = self.within.clone();
        if let Some(filter) = &asked.query.filter {
            condition.of_filter(E::RESOURCE, filter)?;
        }
        if let Some(search) = &asked.query.search {
            condition.of_search(E::RESOURCE, search)?;
        }
        Ok(condition)
    }
}

fn order<E: Entity>(asked: &Asked) -> Result<(Order, bool), Error> {
    let [order] = asked.query.order_by.as_slice() else {
        return match asked.query.order_by.len() {
            0 => Ok((Order::Any, false)),
            _ => Err(unsupported("$orderby", "more than one order isn't supported").into()),
        };
    };
    let name = order.property.text();
    let found = E::RESOURCE.orders.iter().find(|(known, _)| *known == name);
    let (_, by) = found.ok_or_else(|| unsupported("$orderby", format!("{name} has no order")))?;
    Ok((*by, order.descending))
}

/// A page of a collection.
///
/// # Errors
/// A query that can't be answered, not allowed, or the engine fails.
pub async fn list<E: Entity>(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    asked: &Asked,
    listing: Listing,
) -> Result<Json<Value>, Error> {
    asked.refuse_skip()?;
    let reader = listing.reader.as_ref().unwrap_or(actor);
    let (order, descending) = order::<E>(asked)?;
    let mut query = ObjectQuery {
        condition: listing.condition::<E>(asked)?,
        deleted: listing.deleted,
        order,
        descending,
        from: asked.start(app, actor.tenant())?,
        limit: asked.page_size()?,
    };
    let counted = asked.query.count && query.from.is_none();
    let count = if counted { Some(E::count(scope, reader, &query).await?) } else { None };
    let (mut value, mut bytes, most) = (Vec::new(), 0, query.limit);
    let next = loop {
        query.limit = CHUNK.min(most - value.len());
        let (before, page) = (value.len(), E::list(scope, reader, &query).await?);
        for found in &page.items {
            let mut object = Map::new();
            if listing.mixed {
                object.insert("@odata.type".into(), E::RESOURCE.kind.odata_type().into());
            }
            object.extend(shown(app, scope, actor, found, asked).await?);
            bytes += bytes_of(&object);
            value.push(Value::Object(object));
            if bytes >= PAGE_BYTES {
                break;
            }
        }
        if value.len() - before < page.items.len() {
            query.limit = value.len() - before;
            break next_of::<E>(scope, reader, &query).await?;
        }
        match page.next {
            Some(next) if value.len() < most && bytes < PAGE_BYTES => query.from = Some(next),
            next => break next,
        }
    };
    let collection = Collection { context: listing.context, count, value, next };
    Ok(Json(collection.answer(app, actor.tenant(), asked)))
}

/// Where the page behind these objects starts: the key that they are ordered by stands in the list alone.
async fn next_of<E: Entity>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ObjectQuery,
) -> Result<Option<Position>, Error> {
    Ok(E::list(scope, actor, query).await?.next)
}

/// The number of objects of a collection, as text.
///
/// # Errors
/// As [`list`].
pub async fn count<E: Entity>(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    asked: &Asked,
    listing: Listing,
) -> Result<Response, Error> {
    let query = ObjectQuery {
        condition: listing.condition::<E>(asked)?,
        deleted: listing.deleted,
        ..ObjectQuery::default()
    };
    let count = E::count(scope, actor, &query).await?;
    Ok(([(CONTENT_TYPE, "text/plain")], count.to_string()).into_response())
}

/// An object as a query asks it.
///
/// # Errors
/// An unknown property or relation, or the engine fails.
pub async fn shown<E: Entity>(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &E,
    asked: &Asked,
) -> Result<Map<String, Value>, Error> {
    let mut object = selected(found.show(), &asked.query.select, E::USUAL)?;
    for expand in &asked.query.expand {
        object.insert(expand.relationship.text(), found.expand(app, scope, actor, expand).await?);
    }
    Ok(object)
}

/// One object with its ETag.
///
/// # Errors
/// As [`shown`].
pub async fn entity<E: Entity>(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &E,
    asked: &Asked,
    of: &str,
) -> Result<Response, Error> {
    let mut answer = Map::new();
    answer.insert("@odata.context".into(), context(app, of));
    // Where any kind may stand, the object says its own.
    if of.starts_with("directoryObjects") {
        answer.insert("@odata.type".into(), E::RESOURCE.kind.odata_type().into());
    }
    answer.extend(shown(app, scope, actor, found, asked).await?);
    Ok(([(ETAG, etag(found))], Json(Value::Object(answer))).into_response())
}

#[must_use]
pub fn etag<E: Entity>(found: &E) -> String {
    format!("W/\"{}\"", found.version())
}

/// `If-Match` (RFC 9110 §13.1.1): the change is made to what the client has read, or not at all.
///
/// # Errors
/// [`Code::ChangedMeanwhile`].
pub fn unchanged<E: Entity>(headers: &HeaderMap, found: &E) -> Result<(), Error> {
    let Some(wanted) = headers.get(IF_MATCH) else { return Ok(()) };
    let wanted = wanted.to_str().unwrap_or_default();
    let matches = wanted.split(',').map(str::trim).any(|tag| tag == "*" || tag == etag(found));
    if matches { Ok(()) } else { Err(Code::ChangedMeanwhile.into()) }
}

/// Does the client want the object made where its key names none (`Prefer: create-if-missing`)?
#[must_use]
pub fn creates_if_missing(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    preferences
        .flat_map(|value| value.split(','))
        .any(|one| one.trim().eq_ignore_ascii_case("create-if-missing"))
}

/// The unique name that an address names, given to the body of a new object as well.
///
/// # Errors
/// [`Code::PropertyValue`] where the body has another.
pub fn with_unique_name(mut body: Body, name: &str) -> Result<Body, Error> {
    match body.text("uniqueName")? {
        Property::Is(other) if other != name => {
            Err(Refusal::new(Code::PropertyValue).on("uniqueName").with("property", "uniqueName").into())
        }
        _ => {
            body.put("uniqueName", name.into());
            Ok(body)
        }
    }
}
