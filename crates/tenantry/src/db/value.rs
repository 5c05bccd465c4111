//! What travels between our SQL and either engine: one value type with conversions both ways.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use super::DbError;

/// A value bound to or read from a statement. Times are microseconds since the epoch in `bigint` columns. `Debug` shows
/// kinds alone, since values are password hashes, addresses and codes, and what is shown may end in a log.
#[derive(Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
}

impl fmt::Debug for Value {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Int(_) => "integer",
            Value::Real(_) => "real",
            Value::Text(_) => "text",
            Value::Bytes(_) => "bytes",
            Value::Uuid(_) => "uuid",
        })
    }
}

macro_rules! into_value {
    ($($from:ty => |$it:ident| $make:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($it: $from) -> Self { $make }
        }
    )*};
}

into_value! {
    bool => |it| Value::Bool(it);
    i32 => |it| Value::Int(i64::from(it));
    u32 => |it| Value::Int(i64::from(it));
    i64 => |it| Value::Int(it);
    f64 => |it| Value::Real(it);
    &str => |it| Value::Text(it.to_owned());
    &String => |it| Value::Text(it.clone());
    String => |it| Value::Text(it);
    Vec<u8> => |it| Value::Bytes(it);
    &[u8] => |it| Value::Bytes(it.to_vec());
    Uuid => |it| Value::Uuid(it);
    Timestamp => |it| Value::Int(it.as_microsecond());
}

macro_rules! ids_as_values {
    ($($id:ident)*) => {$(
        impl From<model::ids::$id> for Value {
            fn from(id: model::ids::$id) -> Self { Value::Uuid(id.0) }
        }
        impl FromValue for model::ids::$id {
            fn from_value(value: &Value) -> Result<Self, DbError> {
                Uuid::from_value(value).map(Self)
            }
        }
    )*};
}

ids_as_values! { TenantId UserId ObjectId SignUpId SessionId BillingAccountId AuditEventId EvidenceId AccessRequestId AccessTokenId ImportId JobId WebhookId DeliveryId }

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(it: Option<T>) -> Self {
        it.map_or(Value::Null, Into::into)
    }
}

/// A type that a column can be read as.
pub trait FromValue: Sized {
    /// # Errors
    /// When the column holds another kind of value, which is a defect of the statement or the schema.
    fn from_value(value: &Value) -> Result<Self, DbError>;
}

fn mismatch<T>(value: &Value, wanted: &str) -> Result<T, DbError> {
    Err(DbError::Shape(format!("a column holds {value:?} where {wanted} was expected")))
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Result<Self, DbError> {
        match value {
            Value::Bool(it) => Ok(*it),
            Value::Int(it) => Ok(*it != 0),
            other => mismatch(other, "boolean"),
        }
    }
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Result<Self, DbError> {
        match value {
            Value::Int(it) => Ok(*it),
            other => mismatch(other, "integer"),
        }
    }
}

impl FromValue for u32 {
    fn from_value(value: &Value) -> Result<Self, DbError> {
        Self::try_from(i64::from_value(value)?)
            .map_err(|_| DbError::Shape("an integer is out of range".into()))
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Result<Self, DbError> {
        match value {
            Value::Text(it) => Ok(it.clone()),
            other => mismatch(other, "text"),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Result<Self, DbError> {
        match value {
            Value::Bytes(it) => Ok(it.clone()),
            other => mismatch(other, "bytes"),
        }
    }
}

impl FromValue for Uuid {
    fn from_value(value: &Value) -> Result<Self, DbError> {
        match value {
            Value::Uuid(it) => Ok(*it),
            Value::Bytes(it) => Uuid::from_slice(it).or_else(|_| mismatch(value, "uuid")),
            other => mismatch(other, "uuid"),
        }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: &Value) -> Result<Self, DbError> {
        Timestamp::from_microsecond(i64::from_value(value)?).or_else(|_| mismatch(value, "time"))
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Result<Self, DbError> {
        match value {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// The values of `$1`, `$2`, … in order.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::db::Value::from($value)),*] };
}
