//! Our values in PostgreSQL's binary forms, both ways.

use bytes::BytesMut;
use postgres_types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use super::super::DbError;
use super::super::value::Value;

pub(super) fn references(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Bool(it) => it.to_sql(kind, out),
            Value::Int(it) => match *kind {
                Type::INT2 => i16::try_from(*it)?.to_sql(kind, out),
                Type::INT4 => i32::try_from(*it)?.to_sql(kind, out),
                _ => it.to_sql(kind, out),
            },
            Value::Real(it) => it.to_sql(kind, out),
            Value::Text(it) => it.to_sql(kind, out),
            Value::Bytes(it) => it.to_sql(kind, out),
            // The uuid type's binary form is its sixteen bytes.
            Value::Uuid(it) => it.as_bytes().as_slice().to_sql(&Type::BYTEA, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

struct UuidBytes(Uuid);

impl<'a> postgres_types::FromSql<'a> for UuidBytes {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Uuid::from_slice(raw)?))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::UUID
    }
}

pub(super) fn read_value(row: &tokio_postgres::Row, index: usize) -> Result<Value, DbError> {
    let read = |error: tokio_postgres::Error| DbError::Shape(error.to_string());
    let value = match *row.columns()[index].type_() {
        Type::BOOL => row.try_get::<_, Option<bool>>(index).map_err(read)?.map(Value::Bool),
        Type::INT2 => row.try_get::<_, Option<i16>>(index).map_err(read)?.map(|it| Value::Int(it.into())),
        Type::INT4 => row.try_get::<_, Option<i32>>(index).map_err(read)?.map(|it| Value::Int(it.into())),
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map_err(read)?.map(Value::Int),
        Type::FLOAT8 => row.try_get::<_, Option<f64>>(index).map_err(read)?.map(Value::Real),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index).map_err(read)?.map(Value::Bytes),
        Type::UUID => row.try_get::<_, Option<UuidBytes>>(index).map_err(read)?.map(|it| Value::Uuid(it.0)),
        _ => row.try_get::<_, Option<String>>(index).map_err(read)?.map(Value::Text),
    };
    Ok(value.unwrap_or(Value::Null))
}
