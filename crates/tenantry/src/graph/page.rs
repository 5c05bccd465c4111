//! A page of a collection: what was asked, and the answer with its next link.

use axum::Json;
use axum::extract::FromRequestParts;
use http::request::Parts;
use model::applications::is_extension;
use model::ids::TenantId;
use model::refusal::{Code, Refusal};
use protocol::odata::{Path, Query};
use serde_json::{Map, Value, json};

use super::filter::{unreadable, unsupported};
use crate::app::App;
use crate::db::Position;
use crate::error::Error;

/// Objects on a page, where the client names no number (facts §7.3).
const USUAL: usize = 100;
const MOST: usize = 999;

/// Relations that a list expands, each of which is asked of every object.
const EXPANDED: usize = 2;

/// The query of a request, and its own address for the next link.
pub struct Asked {
    pub query: Query,
    path: String,
    /// The options as they came, but for the token: what a next link is bound to.
    bound: String,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Error> {
        let raw = parts.uri.query().unwrap_or_default();
        let pairs: Vec<(String, String)> =
            raw.split('&').filter(|pair| !pair.is_empty()).map(decoded).collect();
        let query = Query::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let query = query.map_err(|fault| unreadable(&fault))?;
        if query.delta_token.is_some() && !parts.uri.path().ends_with("/delta") {
            return Err(unsupported("$deltatoken", "it belongs to delta queries").into());
        }
        let stays = |pair: &&str| {
            let name = decoded(pair).0.to_ascii_lowercase();
            !name.ends_with("skiptoken") && !name.ends_with("deltatoken")
        };
        let bound =
            raw.split('&').filter(|pair| !pair.is_empty()).filter(stays).collect::<Vec<_>>().join("&");
        Ok(Self { query, path: parts.uri.path().to_owned(), bound })
    }
}

fn decoded(pair: &str) -> (String, String) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let text = |part: &str| {
        let spaced = part.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    (text(name), text(value))
}

impl Asked {
    /// A question without options, of an object inside another's answer.
    #[must_use]
    pub fn nothing() -> Self {
        Self { query: Query::default(), path: String::new(), bound: String::new() }
    }

    /// How many objects a page holds.
    ///
    /// # Errors
    /// More than 999, more than 100 with `$expand`, or none; more relations than a list expands.
    pub fn page_size(&self) -> Result<usize, Error> {
        match self.query.expand.len() {
            0 => self.page_size_of(USUAL, MOST),
            1..=EXPANDED => self.size_within(USUAL, (USUAL, " with $expand")),
            _ => {
                let fault = format!("a list expands at most {EXPANDED} relations, one object any number");
                Err(unsupported("$expand", fault).into())
            }
        }
    }

    /// The same where other numbers count.
    ///
    /// # Errors
    /// More than the most, or none.
    pub fn page_size_of(&self, usual: usize, most: usize) -> Result<usize, Error> {
        self.size_within(usual, (most, ""))
    }

    fn size_within(&self, usual: usize, (most, why): (usize, &str)) -> Result<usize, Error> {
        match self.query.top.map(|top| top as usize) {
            None => Ok(usual),
            Some(top) if (1..=most).contains(&top) => Ok(top),
            Some(_) => {
                let refusal = Refusal::new(Code::QueryInvalid).with("option", "$top").with("at", "1");
                Err(refusal.with("fault", format!("the number must be between 1 and {most}{why}")).into())
            }
        }
    }

    /// # Errors
    /// `$skip`: a page by number costs more the further it is. Next links do instead.
    pub fn refuse_skip(&self) -> Result<(), Error> {
        match self.query.skip {
            None | Some(0) => Ok(()),
            Some(_) => Err(unsupported("$skip", "follow @odata.nextLink instead").into()),
        }
    }

    /// Where this page starts.
    ///
    /// # Errors
    /// [`Code::PageLinkInvalid`] unless the link was made for this tenant and query.
    pub fn start(&self, app: &App, tenant: TenantId) -> Result<Option<Position>, Error> {
        let token = self.query.skip_token.as_deref();
        token.map(|token| Position::open(&app.keys, tenant, &self.bound_query(), token)).transpose()
    }

    /// What a token belongs to: it opens for this path and these options alone.
    #[must_use]
    pub fn bound_query(&self) -> String {
        format!("{}?{}", self.path, self.bound)
    }

    /// This request's own address with a token in it.
    #[must_use]
    pub fn address_with(&self, app: &App, tenant: TenantId, option: &str, position: &Position) -> String {
        let token = position.seal(&app.keys, tenant, &self.bound_query());
        let and = if self.bound.is_empty() { "" } else { "&" };
        app.link(&format!("{}?{}{and}{option}={token}", self.path, self.bound))
    }
}

/// Bytes of a page's objects: one that holds as many ends there, with a link to the next.
pub const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// Objects read at once, which is what a page may hold in memory beyond its bytes.
pub const CHUNK: usize = 100;

/// About how many bytes an object takes.
#[must_use]
pub fn bytes_of(object: &Map<String, Value>) -> usize {
    object.iter().map(|(name, value)| name.len() + 4 + bytes_of_value(value)).sum::<usize>() + 2
}

fn bytes_of_value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(values) => values.iter().map(|value| bytes_of_value(value) + 1).sum::<usize>() + 2,
        Value::Object(object) => bytes_of(object),
        Value::Null | Value::Bool(_) | Value::Number(_) => 5,
    }
}

/// A page of an answer.
pub struct Collection {
    /// Behind `$metadata#`.
    pub context: &'static str,
    /// In the first page of a query that asked for it.
    pub count: Option<i64>,
    pub value: Vec<Value>,
    pub next: Option<Position>,
}

impl Collection {
    #[must_use]
    pub fn answer(self, app: &App, tenant: TenantId, asked: &Asked) -> Value {
        let mut answer = Map::new();
        answer.insert("@odata.context".into(), context(app, self.context));
        if let Some(count) = self.count {
            answer.insert("@odata.count".into(), json!(count));
        }
        if let Some(next) = &self.next {
            answer
                .insert("@odata.nextLink".into(), json!(asked.address_with(app, tenant, "$skiptoken", next)));
        }
        answer.insert("value".into(), Value::Array(self.value));
        Value::Object(answer)
    }
}

/// The `@odata.context` of an answer.
#[must_use]
pub fn context(app: &App, of: &str) -> Value {
    json!(app.link(&format!("/v1.0/$metadata#{of}")))
}

/// One object as the whole answer.
pub fn in_context(app: &App, of: &str, object: Map<String, Value>) -> Json<Value> {
    let mut answer = Map::new();
    answer.insert("@odata.context".into(), context(app, of));
    answer.extend(object);
    Json(Value::Object(answer))
}

/// The properties that were asked for, or the usual ones.
///
/// # Errors
/// [`Code::PropertyUnknown`] for one that the resource doesn't have.
pub fn selected(
    mut object: Map<String, Value>,
    select: &[Path],
    usual: &[&str],
) -> Result<Map<String, Value>, Error> {
    // What applications add isn't there where it has no value.
    for path in select.iter().filter(|path| is_extension(&path.0[0])) {
        object.entry(path.0[0].clone()).or_insert(Value::Null);
    }
    if select.iter().any(|path| path.text() == "*") {
        return Ok(object);
    }
    let unknown = select.iter().map(|path| &path.0[0]).find(|name| !object.contains_key(*name));
    if let Some(name) = unknown {
        return Err(Refusal::new(Code::PropertyUnknown).with("property", name).into());
    }
    let wanted = |name: &str| {
        if select.is_empty() { usual.contains(&name) } else { select.iter().any(|path| path.0[0] == name) }
    };
    Ok(object.into_iter().filter(|(name, _)| wanted(name)).collect())
}
