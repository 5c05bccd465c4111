//! Rows as both engines give them.

use std::sync::Arc;

use super::DbError;
use super::value::{FromValue, Value};

/// One row of an answer: values by column name.
#[derive(Clone, Debug)]
pub struct Row {
    pub(super) columns: Arc<[String]>,
    pub(super) values: Vec<Value>,
}

impl Row {
    /// The value of a column.
    ///
    /// # Errors
    /// When the statement has no such column or it holds another kind of value.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, DbError> {
        let index = self
            .columns
            .iter()
            .position(|name| name == column)
            .ok_or_else(|| DbError::Shape(format!("the answer has no column {column}")))?;
        T::from_value(&self.values[index]).map_err(|error| DbError::Shape(format!("{column}: {error}")))
    }
}

/// A type made from a row. Each feature's store implements it for what it loads.
pub trait FromRow: Sized {
    /// # Errors
    /// When a column is missing or holds what the type can't.
    fn from_row(row: &Row) -> Result<Self, DbError>;
}

impl FromRow for Row {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(row.clone())
    }
}

/// The first column alone, for `SELECT count(*)` and the like.
pub struct Single<T>(pub T);

impl<T: FromValue> FromRow for Single<T> {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let first = row.values.first().ok_or_else(|| DbError::Shape("the answer has no column".into()))?;
        T::from_value(first).map(Self)
    }
}
