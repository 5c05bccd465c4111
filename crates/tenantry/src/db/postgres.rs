//! PostgreSQL: a pool of connections, serialisable transactions, the tenant of each transaction set for row-level
//! security.

mod pool;
mod values;

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use model::ids::TenantId;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

use self::values::{read_value, references};
use super::found::{self, Found, Schema};
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

/// How long a transaction waits for its turn to go alone before its caller is told to try later.
const TURN: Duration = Duration::from_secs(10);

/// After so long without an answer a statement is cancelled again.
const AGAIN: Duration = Duration::from_secs(1);

const WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE";

/// LOCK TABLE takes no snapshot, so what the ones before wrote is seen. Nothing but a start-up writes to this table.
const WRITE_ALONE: &str =
    "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE; LOCK TABLE schema_migration IN EXCLUSIVE MODE";

impl Postgres {
    pub(super) async fn open(url: &str) -> Result<Self, DbError> {
        let pool = pool::open(url)?;
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

    pub(super) async fn schema(&self) -> Result<Schema, DbError> {
        migrate::schema_postgres(&*self.take().await?).await
    }

    pub(super) async fn look(&self, mark: &str) -> Result<Found, DbError> {
        found::postgres(&*self.take().await?, mark).await
    }

    pub(super) async fn ignores_row_security(&self) -> Result<bool, DbError> {
        found::ignores_row_security(&*self.take().await?).await
    }

    async fn begin(&self, how: &'static str, turn: Option<OwnedMutexGuard<()>>) -> Result<Scope, DbError> {
        let connection = PostgresConnection {
            client: Some(self.take().await?),
            writes: how.contains("READ WRITE"),
            begun: false,
            unsent: how.to_owned(),
            running: false,
            failed: false,
            turn,
        };
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
        let turn = tokio::time::timeout(TURN, Arc::clone(&self.turn).lock_owned())
            .await
            .map_err(|_| DbError::Unavailable("too many wait to write".into()))?;
        self.begin(WRITE_ALONE, Some(turn)).await
    }
}

pub(super) struct PostgresConnection {
    client: Option<Object>,
    writes: bool,
    /// Whether the server was told to begin.
    begun: bool,
    /// What must reach the server before the next statement, and travels with it: nobody waits for its answer alone.
    unsent: String,
    /// Whether a statement was sent whose answer hasn't come.
    running: bool,
    /// Whether a statement failed, after which the server keeps nothing of the transaction.
    failed: bool,
    turn: Option<OwnedMutexGuard<()>>,
}

impl PostgresConnection {
    pub(super) fn writes(&self) -> bool {
        self.writes
    }

    fn client(&self) -> Result<&Object, DbError> {
        self.client.as_ref().ok_or_else(|| DbError::Unavailable("the connection is gone".into()))
    }

    pub(super) async fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, DbError> {
        let opening = self.opening();
        let client = self.client()?;
        let ran = behind(client, &opening, query(client, sql, params)).await;
        self.ran(ran)
    }

    pub(super) async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, DbError> {
        let opening = self.opening();
        let client = self.client()?;
        let ran = behind(client, &opening, change(client, sql, params)).await;
        self.ran(ran)
    }

    /// What a statement answered. Where its opening was refused, nothing more is asked of the connection.
    fn ran<T>(&mut self, ran: Result<Result<T, DbError>, DbError>) -> Result<T, DbError> {
        self.running = false;
        if ran.is_err()
            && let Some(client) = self.client.take()
        {
            drop(Object::take(client));
        }
        let answer = ran.and_then(|answer| answer);
        self.failed |= answer.is_err();
        answer
    }

    /// The statements from here on are those of a tenant.
    pub(super) fn enter_tenant(&mut self, tenant: TenantId) {
        let between = if self.unsent.is_empty() { "" } else { "; " };
        self.unsent.extend([between, "SET LOCAL tenantry.tenant = '", &tenant.to_string(), "'"]);
    }

    /// What goes ahead of a statement that is sent now.
    fn opening(&mut self) -> String {
        (self.running, self.begun) = (true, true);
        std::mem::take(&mut self.unsent)
    }

    /// A caller that goes away meanwhile leaves connection and turn to [`Drop`], which waits until the commit is over.
    pub(super) async fn commit(mut self) -> Result<(), DbError> {
        if !self.begun {
            return Ok(());
        }
        // The server answers COMMIT of what it has undone without an error.
        if self.failed {
            return Err(DbError::Statement(
                "a statement failed, so nothing of its transaction is kept".into(),
            ));
        }
        let result = self.client()?.batch_execute("COMMIT").await.map_err(from_postgres);
        if let Some(client) = self.client.take()
            && result.is_err()
        {
            drop(Object::take(client));
        }
        result
    }
}

impl Drop for PostgresConnection {
    // A view that ended, or work that failed or was cancelled: the connection returns to the pool only once undone.
    fn drop(&mut self) {
        let Some(client) = self.client.take().filter(|_| self.begun) else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(undo(client, self.running, self.turn.take()))),
            Err(_) => drop(Object::take(client)),
        }
    }
}

/// The turn passes on only once the transaction is over, so that of a node never more than one waits in the database.
async fn undo(client: Object, running: bool, turn: Option<OwnedMutexGuard<()>>) {
    if running {
        cancel(&client).await;
        // A cancellation may come late, so this connection is never another's.
        drop(Object::take(client));
    } else if client.batch_execute("ROLLBACK").await.is_err() {
        drop(Object::take(client));
    }
    drop(turn);
}

/// Ends a statement that nobody waits for any more, which may itself wait for a lock, and the ROLLBACK behind it. The
/// server doesn't tell whether a cancellation reached it, so it is sent until the ROLLBACK is answered.
async fn cancel(client: &Object) {
    let token = client.cancel_token();
    let mut undone = std::pin::pin!(client.batch_execute("ROLLBACK"));
    loop {
        let _ = tokio::time::timeout(AGAIN, token.cancel_query(NoTls)).await;
        if tokio::time::timeout(AGAIN, &mut undone).await.is_ok() {
            return;
        }
    }
}

/// Runs a statement behind what opens its transaction. Both are sent before either is answered, in this order: the opening as
/// a message of its own at its first poll, the statement after that. An error around the answer is the opening's.
async fn behind<T>(
    client: &Object,
    opening: &str,
    statement: impl Future<Output = Result<T, DbError>>,
) -> Result<Result<T, DbError>, DbError> {
    if opening.is_empty() {
        return Ok(statement.await);
    }
    let mut opened = std::pin::pin!(client.batch_execute(opening));
    let early = futures_util::poll!(&mut opened);
    let done = statement.await;
    let opened = match early {
        Poll::Ready(opened) => opened,
        Poll::Pending => opened.await,
    };
    opened.map_err(from_postgres).map(|()| done)
}

async fn query(client: &Object, sql: &str, params: &[Value]) -> Result<Vec<Row>, DbError> {
    let statement = client.prepare_cached(sql).await.map_err(from_postgres)?;
    let columns: Arc<[String]> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
    let rows = client.query(&statement, &references(params)).await.map_err(from_postgres)?;
    rows.iter()
        .map(|row| {
            let values = (0..row.len()).map(|index| read_value(row, index)).collect::<Result<_, _>>()?;
            Ok(Row { columns: Arc::clone(&columns), values })
        })
        .collect()
}

async fn change(client: &Object, sql: &str, params: &[Value]) -> Result<u64, DbError> {
    let statement = client.prepare_cached(sql).await.map_err(from_postgres)?;
    client.execute(&statement, &references(params)).await.map_err(from_postgres)
}

pub(super) fn from_postgres(error: tokio_postgres::Error) -> DbError {
    match error.code() {
        Some(&SqlState::UNIQUE_VIOLATION) => DbError::Unique,
        Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED) => DbError::Conflict,
        // Another transaction holds a lock too long, or the server ended this one since it stood still.
        Some(&SqlState::LOCK_NOT_AVAILABLE | &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT) => {
            DbError::Unavailable(error.to_string())
        }
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
