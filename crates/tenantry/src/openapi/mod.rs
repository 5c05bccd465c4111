//! The description of the API (OpenAPI 3.1), made from what stands beside the routes.
//!
//! A feature's `described()` gives an [`Operation`] for each of its routes and a [`Shape`] for each resource. A test
//! compares them with the router, so that no route is left out, and every answer in a test with its schema.

mod csdl;
mod document;
mod operation;
mod shape;

pub use csdl::csdl;
pub use document::document;
pub use operation::{Answer, LIST, ONE, Operation, page, value};
pub use shape::{Shape, id, list_of, moment, number, one_of, reference, text, text_of, truth};

use serde_json::Value;

/// What a feature says of its routes.
#[derive(Clone, Debug, Default)]
pub struct Described {
    pub operations: Vec<Operation>,
    /// By their names below `#/components/schemas`.
    pub schemas: Vec<(String, Value)>,
}

impl Described {
    #[must_use]
    pub fn of(operations: impl IntoIterator<Item = Operation>) -> Self {
        Self { operations: operations.into_iter().collect(), schemas: Vec::new() }
    }

    /// With a resource: what answers show of it and what bodies say.
    #[must_use]
    pub fn shape(mut self, shape: &Shape) -> Self {
        self.schemas.extend(shape.schemas());
        self
    }

    #[must_use]
    pub fn schema(mut self, name: &str, schema: Value) -> Self {
        self.schemas.push((name.to_owned(), schema));
        self
    }

    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.operations.extend(other.operations);
        self.schemas.extend(other.schemas);
        self
    }
}
