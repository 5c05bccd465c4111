//! `/v1.0/auditLogs`: what was done and who signed in, in Microsoft Graph's shape (facts §7.1, §7.3).
//!
//! Logs grow without end, so each condition of `$filter` is one that an index of the log answers, joined by `and` alone.

mod audits;
mod filter;
mod sign_ins;

use axum::Router;
use axum::routing::get;
use jiff::Timestamp;
use protocol::odata::Path;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::app::App;
use crate::db::Position;
use crate::error::Error;
use crate::graph::{Asked, Collection, unsupported};
use crate::openapi::{Answer, Described, Operation, page as listed, reference, text};
use model::shape;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1.0/auditLogs/directoryAudits", get(audits::list))
        .route("/v1.0/auditLogs/directoryAudits/{id}", get(audits::one))
        .route("/v1.0/auditLogs/signIns", get(sign_ins::list))
        .route("/v1.0/auditLogs/signIns/{id}", get(sign_ins::one))
}

/// Events on a page, and the most that a client may ask for.
const MOST: usize = 1000;

/// To the microsecond, so that what was read can be asked for.
fn exact(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// Whether the list is asked for with the oldest first.
fn oldest_first(asked: &Asked, by: &str) -> Result<bool, Error> {
    asked.refuse_skip()?;
    if asked.query.search.is_some() {
        return Err(unsupported("$search", "logs are searched by $filter").into());
    }
    if !asked.query.expand.is_empty() {
        return Err(unsupported("$expand", "nothing is linked to an entry of a log").into());
    }
    match asked.query.order_by.as_slice() {
        [] => Ok(false),
        [order] if order.property == Path(vec![by.to_owned()]) => Ok(!order.descending),
        _ => Err(unsupported("$orderby", format!("a log has the order of {by} alone")).into()),
    }
}

/// What `$select` asks of an entry.
fn asked_of(object: Map<String, Value>, asked: &Asked) -> Result<Map<String, Value>, Error> {
    super::asked_of(object, asked)
}

fn page(
    context: &'static str,
    count: Option<i64>,
    shown: Vec<Map<String, Value>>,
    next: Option<Position>,
    asked: &Asked,
) -> Result<Collection, Error> {
    let value = shown.into_iter().map(|object| asked_of(object, asked).map(Value::Object));
    Ok(Collection { context, count, value: value.collect::<Result<_, _>>()?, next })
}

fn entry_id(id: &str) -> Result<Uuid, Error> {
    id.parse().map_err(|_| Error::not_found())
}

pub fn described() -> Described {
    let (audits, sign_ins) = ("/v1.0/auditLogs/directoryAudits", "/v1.0/auditLogs/signIns");
    let shown = |name: &str| Answer::Json(reference(name));
    let all = [
        Operation::get(audits, "What was done")
            .query(OPTIONS)
            .answers(200, Answer::Json(listed(reference("directoryAudit")))),
        Operation::get(format!("{audits}/{{id}}"), "One change")
            .query(&["$select"])
            .answers(200, shown("directoryAudit")),
        Operation::get(sign_ins, "Who signed in")
            .query(OPTIONS)
            .answers(200, Answer::Json(listed(reference("signIn")))),
        Operation::get(format!("{sign_ins}/{{id}}"), "One sign-in")
            .query(&["$select"])
            .answers(200, shown("signIn")),
    ];
    Described::of(all).shape(&audits::described()).shape(&sign_ins::described())
}

/// What a log can be asked.
const OPTIONS: &[&str] = &["$select", "$filter", "$orderby", "$top", "$count", "$skiptoken"];

/// An object of texts, each of which may be null.
fn texts(names: &[&str]) -> Value {
    shape::object(names.iter().map(|name| ((*name).to_owned(), shape::or_null(text()))))
}
