//! PostgreSQL: a pool of connections, serialisable transactions, the tenant of each transaction set for row-level
//! security.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::BytesMut;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use model::ids::TenantId;
use postgres_types::{IsNull, ToSql, Type, to_sql_checked};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::row::Row;
use super::scope::{Connection, Scope};
use super::value::Value;
use super::{DbError, migrate};

pub(super) struct Postgres {
    pool: Pool,
    /// Held by the one transaction of this node that goes alone.
    turn: Arc<Mutex<()>>,
    /// How many of the next transactions go alone from the start, since others collided just now.
    wary: AtomicU32,
}

/// After a collision so many transactions go alone from the start. Where nothing collides none does.
const WARY: u32 = 64;

const WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE";

/// LOCK TABLE takes no snapshot, so what the ones before wrote is seen. Nothing but a start-up writes to this table.
const WRITE_ALONE: &str =
    "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE; LOCK TABLE schema_migration IN EXCLUSIVE MODE";

impl Postgres {
    pub(super) async fn open(url: &str) -> Result<Self, DbError> {
        let config: tokio_postgres::Config =
            url.parse().map_err(|_| DbError::Unavailable("database.url is not a PostgreSQL URL".into()))?;
        let manager =
            Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager)
            .max_size(16)
            .wait_timeout(Some(Duration::from_secs(10)))
            .create_timeout(Some(Duration::from_secs(10)))
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .build()
            .map_err(|error| DbError::Unavailable(error.to_string()))?;
        let postgres = Self { pool, turn: Arc::default(), wary: AtomicU32::new(0) };
        drop(postgres.take().await?);
        Ok(postgres)
    }

    async fn take(&self) -> Result<Object, DbError> {
        self.pool.get().await.map_err(|error| DbError::Unavailable(error.to_string()))
    }

    pub(super) async fn migrate(&self) -> Result<(), DbError> {
        let client = self.take().await?;
        migrate::postgres(&client).await
    }

    pub(super) async fn applied(&self) -> Result<i32, DbError> {
        migrate::applied_postgres(&*self.take().await?).await
    }

    async fn begin(&self, how: &str, turn: Option<OwnedMutexGuard<()>>) -> Result<Scope, DbError> {
        // Wrapped before BEGIN is sent: a caller that goes away meanwhile leaves a connection that undoes it.
        let connection = PostgresConnection {
            client: Some(self.take().await?),
            writes: how.contains("READ WRITE"),
            _turn: turn,
        };
        connection.client()?.batch_execute(how).await.map_err(from_postgres)?;
        Ok(Scope::new(Connection::Postgres(Box::new(connection))))
    }

    pub(super) async fn reader(&self) -> Result<Scope, DbError> {
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", None).await
    }

    /// Transactions that collided go on alone, one after the other on all nodes, and so do the next ones: the engine
    /// sees a collision wherever two work on one page of an index, so what is made at the same moment would collide
    /// again and again. Of a node one waits in the database, the others here, where they hold no connection.
    pub(super) async fn writer(&self, collided: bool) -> Result<Scope, DbError> {
        let less = |left: u32| left.checked_sub(1);
        if collided {
            self.wary.store(WARY, Ordering::Relaxed);
        } else if self.wary.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_err() {
            return self.begin(WRITE, None).await;
        }
        let turn = Arc::clone(&self.turn).lock_owned().await;
        self.begin(WRITE_ALONE, Some(turn)).await
    }
}

pub(super) struct PostgresConnection {
    client: Option<Object>,
    writes: bool,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl PostgresConnection {
    pub(super) fn writes(&self) -> bool {
        self.writes
    }

    fn client(&self) -> Result<&Object, DbError> {
        self.client.as_ref().ok_or_else(|| DbError::Unavailable("the connection is gone".into()))
    }

    pub(super) async fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, DbError> {
        let client = self.client()?;
        let statement = client.prepare_cached(sql).await.map_err(from_postgres)?;
        let columns: Arc<[String]> =
            statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let rows = client.query(&statement, &references(params)).await.map_err(from_postgres)?;
        rows.iter()
            .map(|row| {
                let values = (0..row.len()).map(|index| read_value(row, index)).collect::<Result<_, _>>()?;
                Ok(Row { columns: Arc::clone(&columns), values })
            })
            .collect()
    }

    pub(super) async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, DbError> {
        let client = self.client()?;
        let statement = client.prepare_cached(sql).await.map_err(from_postgres)?;
        client.execute(&statement, &references(params)).await.map_err(from_postgres)
    }

    pub(super) async fn enter_tenant(&mut self, tenant: TenantId) -> Result<(), DbError> {
        self.rows("SELECT set_config('tenantry.tenant', $1, true)", &[Value::Text(tenant.to_string())])
            .await
            .map(drop)
    }

    pub(super) async fn commit(mut self) -> Result<(), DbError> {
        let Some(client) = self.client.take() else { return Ok(()) };
        let result = client.batch_execute("COMMIT").await.map_err(from_postgres);
        if result.is_err() {
            drop(Object::take(client));
        }
        result
    }
}

impl Drop for PostgresConnection {
    // A view that ended, or work that failed or was cancelled: the connection returns to the pool only once undone.
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                if client.batch_execute("ROLLBACK").await.is_err() {
                    drop(Object::take(client));
                }
            })),
            Err(_) => drop(Object::take(client)),
        }
    }
}

fn references(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
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

fn read_value(row: &tokio_postgres::Row, index: usize) -> Result<Value, DbError> {
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

pub(super) fn from_postgres(error: tokio_postgres::Error) -> DbError {
    match error.code() {
        Some(&SqlState::UNIQUE_VIOLATION) => DbError::Unique,
        Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED) => DbError::Conflict,
        Some(code)
            if code.code().starts_with("08")
                || code.code().starts_with("53")
                || code.code().starts_with("57") =>
        {
            DbError::Unavailable(error.to_string())
        }
        Some(_) => DbError::Statement(
            error.as_db_error().map_or_else(|| error.to_string(), |db| db.message().to_owned()),
        ),
        None => {
            let cause = error.source().map_or_else(String::new, |source| format!(": {source}"));
            if error.is_closed() || error.source().is_some_and(|source| source.is::<std::io::Error>()) {
                DbError::Unavailable(format!("{error}{cause}"))
            } else {
                DbError::Statement(format!("{error}{cause}"))
            }
        }
    }
}
