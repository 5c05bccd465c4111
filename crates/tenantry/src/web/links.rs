//! Addresses with a query, put together so that what people typed stays a value.

use std::fmt;

use model::ids::TenantId;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::forms::Fields;
use crate::app::App;
use crate::db::Position;
use crate::error::Error;

/// Names and values behind the question mark. Empty values are left out.
#[derive(Clone, Debug, Default)]
pub struct Query(Vec<(&'static str, String)>);

impl Query {
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            self.0.push((name, value.to_owned()));
        }
        self
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The address of a path with this query.
    #[must_use]
    pub fn on(&self, path: &str) -> String {
        if self.0.is_empty() { path.to_owned() } else { format!("{path}?{self}") }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            let and = if index == 0 { "" } else { "&" };
            write!(f, "{and}{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))?;
        }
        Ok(())
    }
}

/// The pages of one list. The address of each opens for the tenant, path and query that it was made for, and no other.
pub struct Pages<'a> {
    app: &'a App,
    tenant: TenantId,
    path: String,
    query: Query,
}

impl<'a> Pages<'a> {
    #[must_use]
    pub fn new(app: &'a App, tenant: TenantId, path: impl Into<String>, query: Query) -> Self {
        Self { app, tenant, path: path.into(), query }
    }

    fn bound(&self) -> String {
        format!("{}?{}", self.path, self.query)
    }

    /// Where the page of an address starts; the first one starts nowhere.
    ///
    /// # Errors
    /// [`model::refusal::Code::PageLinkInvalid`] for what is no page of this list.
    pub fn start(&self, fields: &Fields) -> Result<Option<Position>, Error> {
        match fields.value("page") {
            "" => Ok(None),
            cursor => Position::open(&self.app.keys, self.tenant, &self.bound(), cursor).map(Some),
        }
    }

    /// The address of another page; empty where there is none.
    #[must_use]
    pub fn link(&self, position: Option<Position>) -> String {
        position.map_or_else(String::new, |position| {
            let cursor = position.seal(&self.app.keys, self.tenant, &self.bound());
            self.query.clone().with("page", &cursor).on(&self.path)
        })
    }
}
