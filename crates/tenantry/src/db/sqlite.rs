//! SQLite: readers inline on the asking thread, one writer, and many writes in one durable commit.
//!
//! Writers queue on a fair lock. Each runs its work inside a savepoint of the open transaction and then waits for the
//! commit. The committing thread queues on the same lock, behind all who wait already, so one durable COMMIT
//! answers them all: alone a write costs one disk flush, together thousands share one.

mod files;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use tokio::sync::{OwnedMutexGuard, oneshot};

use super::changes::Counting;
use super::row::Row;
use super::scope::{Connection, Scope};
use super::value::Value;
use super::{DbError, migrate};

/// Who waits for a commit.
struct Waiting {
    answer: oneshot::Sender<Result<(), DbError>>,
    counting: Counting,
}

impl Waiting {
    fn tell(self, result: Result<(), DbError>) {
        // Whoever is answered finds it counted.
        drop(self.counting);
        let _ = self.answer.send(result);
    }
}

pub(super) struct Writer {
    connection: rusqlite::Connection,
    /// Whose work stands in the open transaction and waits for its commit.
    waiting: Vec<Waiting>,
    open: bool,
}

pub(super) struct Sqlite {
    path: String,
    readers: Arc<Mutex<Vec<rusqlite::Connection>>>,
    writer: Arc<tokio::sync::Mutex<Writer>>,
    wake_committer: mpsc::SyncSender<()>,
}

/// A database file that is only read; `None` where there is none yet.
pub(super) fn only_read(path: &str) -> Result<Option<rusqlite::Connection>, DbError> {
    // A URI names its file in a way that SQLite alone reads.
    if !path.starts_with("file:") && !Path::new(path).exists() {
        return Ok(None);
    }
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let flags = flags | rusqlite::OpenFlags::SQLITE_OPEN_URI;
    let connection = match rusqlite::Connection::open_with_flags(path, flags) {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::CannotOpen) => return Ok(None),
        opened => opened.map_err(from_sqlite)?,
    };
    connection.busy_timeout(Duration::from_secs(10)).map_err(from_sqlite)?;
    Ok(Some(connection))
}

impl Sqlite {
    pub(super) fn open(path: &str) -> Result<Self, DbError> {
        files::keep_private(path).map_err(|error| DbError::Unavailable(format!("{path}: {error}")))?;
        let connection = connect(path)?;
        connection.execute_batch("PRAGMA journal_mode = WAL").map_err(from_sqlite)?;
        let writer =
            Arc::new(tokio::sync::Mutex::new(Writer { connection, waiting: Vec::new(), open: false }));
        // One place suffices: a waking call that finds it full is answered by the wake that is already there.
        let (wake_committer, woken) = mpsc::sync_channel(1);
        let committed = Arc::clone(&writer);
        std::thread::Builder::new()
            .name("sqlite-commit".into())
            .spawn(move || {
                while woken.recv().is_ok() {
                    committed.blocking_lock().commit();
                }
            })
            .map_err(|error| DbError::Unavailable(error.to_string()))?;
        Ok(Self { path: path.to_owned(), readers: Arc::default(), writer, wake_committer })
    }

    pub(super) async fn migrate(&self) -> Result<(), DbError> {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        migrate::sqlite(&mut writer.connection)
    }

    /// Moves what stands in the write-ahead log into the database file.
    pub(super) async fn settle(&self) -> Result<(), DbError> {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        writer.commit();
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        writer.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(from_sqlite)
    }

    pub(super) fn reader(&self) -> Result<Scope, DbError> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let connection = connect(&self.path)?;
                connection.execute_batch("PRAGMA query_only = ON").map_err(from_sqlite)?;
                connection
            }
        };
        run(&connection, "BEGIN")?;
        let reader = SqliteReader { connection: Some(connection), home: Arc::clone(&self.readers) };
        Ok(Scope::new(Connection::SqliteReader(reader)))
    }

    pub(super) async fn writer(&self) -> Result<Scope, DbError> {
        let mut guard = Arc::clone(&self.writer).lock_owned().await;
        if !guard.open {
            run(&guard.connection, "BEGIN IMMEDIATE")?;
            guard.open = true;
        }
        run(&guard.connection, "SAVEPOINT work")?;
        let wake_committer = self.wake_committer.clone();
        Ok(Scope::new(Connection::SqliteWriter(SqliteWriter { guard, released: false, wake_committer })))
    }
}

impl Writer {
    fn commit(&mut self) {
        if !self.open {
            return;
        }
        let result = run(&self.connection, "COMMIT");
        if result.is_err() {
            let _ = run(&self.connection, "ROLLBACK");
        }
        self.open = false;
        for waiting in self.waiting.drain(..) {
            waiting.tell(match &result {
                Ok(()) => Ok(()),
                Err(error) => Err(DbError::Unavailable(error.to_string())),
            });
        }
    }
}

pub(super) struct SqliteReader {
    connection: Option<rusqlite::Connection>,
    home: Arc<Mutex<Vec<rusqlite::Connection>>>,
}

impl SqliteReader {
    pub(super) fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, DbError> {
        query(self.connection.as_ref(), sql, params)
    }

    pub(super) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, DbError> {
        change(self.connection.as_ref(), sql, params)
    }
}

impl Drop for SqliteReader {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && run(&connection, "COMMIT").is_ok()
        {
            self.home.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

pub(super) struct SqliteWriter {
    guard: OwnedMutexGuard<Writer>,
    released: bool,
    wake_committer: mpsc::SyncSender<()>,
}

impl SqliteWriter {
    /// Ends the work's savepoint and returns once the shared transaction is durable.
    pub(super) async fn commit(mut self, counting: Counting) -> Result<(), DbError> {
        run(&self.guard.connection, "RELEASE work")?;
        self.released = true;
        let (answer, committed) = oneshot::channel();
        self.guard.waiting.push(Waiting { answer, counting });
        let wake_committer = self.wake_committer.clone();
        drop(self);
        let _ = wake_committer.try_send(());
        committed.await.unwrap_or_else(|_| Err(DbError::Unavailable("the committing thread is gone".into())))
    }

    pub(super) fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, DbError> {
        query(Some(&self.guard.connection), sql, params)
    }

    pub(super) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, DbError> {
        change(Some(&self.guard.connection), sql, params)
    }
}

impl Drop for SqliteWriter {
    // Work that failed, was cancelled or panicked leaves nothing; others' work in the same transaction stays.
    fn drop(&mut self) {
        if self.released {
            return;
        }
        let undone = run(&self.guard.connection, "ROLLBACK TO work")
            .and_then(|()| run(&self.guard.connection, "RELEASE work"));
        if undone.is_err() || self.guard.waiting.is_empty() {
            let _ = run(&self.guard.connection, "ROLLBACK");
            self.guard.open = false;
            for waiting in self.guard.waiting.drain(..) {
                waiting.tell(Err(DbError::Unavailable("the shared transaction was undone".into())));
            }
        }
    }
}

fn connect(path: &str) -> Result<rusqlite::Connection, DbError> {
    let connection = rusqlite::Connection::open(path).map_err(from_sqlite)?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(from_sqlite)?;
    connection.set_prepared_statement_cache_capacity(256);
    // Otherwise a statement whose plan might suit other values better is compiled anew for each value.
    connection
        .set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(from_sqlite)?;
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2000")
        .map_err(from_sqlite)?;
    Ok(connection)
}

fn run(connection: &rusqlite::Connection, sql: &str) -> Result<(), DbError> {
    let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
    statement.raw_execute().map(drop).map_err(from_sqlite)
}

// `$n` may be reused and out of order, which SQLite reads as names: bind each by the number in its name.
fn bind(statement: &mut rusqlite::CachedStatement<'_>, params: &[Value]) -> Result<(), DbError> {
    for index in 1..=statement.parameter_count() {
        let number =
            statement.parameter_name(index).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number
            .and_then(|number| params.get(number.checked_sub(1)?))
            .ok_or_else(|| DbError::Statement(format!("parameter {index} has no value")))?;
        statement.raw_bind_parameter(index, Bound(value)).map_err(from_sqlite)?;
    }
    Ok(())
}

fn query(
    connection: Option<&rusqlite::Connection>,
    sql: &str,
    params: &[Value],
) -> Result<Vec<Row>, DbError> {
    let connection = connection.ok_or_else(|| DbError::Unavailable("the connection is gone".into()))?;
    let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
    bind(&mut statement, params)?;
    let mut rows = statement.raw_query();
    let mut all = Vec::new();
    // Many answers have no row: the names of their columns interest nobody.
    let mut columns: Option<Arc<[String]>> = None;
    while let Some(row) = rows.next().map_err(from_sqlite)? {
        let names = || row.as_ref().column_names().map(str::to_owned).collect();
        let columns = columns.get_or_insert_with(names);
        let values = (0..columns.len())
            .map(|index| Ok(from_value(row.get_ref(index).map_err(from_sqlite)?)))
            .collect::<Result<_, DbError>>()?;
        all.push(Row { columns: Arc::clone(columns), values });
    }
    Ok(all)
}

fn change(connection: Option<&rusqlite::Connection>, sql: &str, params: &[Value]) -> Result<u64, DbError> {
    let connection = connection.ok_or_else(|| DbError::Unavailable("the connection is gone".into()))?;
    let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
    bind(&mut statement, params)?;
    statement.raw_execute().map(|rows| rows as u64).map_err(from_sqlite)
}

/// A value as SQLite reads it, without a copy of ours.
struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Bool(it) => ValueRef::Integer(i64::from(*it)),
            Value::Int(it) => ValueRef::Integer(*it),
            Value::Real(it) => ValueRef::Real(*it),
            Value::Text(it) => ValueRef::Text(it.as_bytes()),
            Value::Bytes(it) => ValueRef::Blob(it),
            Value::Uuid(it) => ValueRef::Blob(it.as_bytes()),
        }))
    }
}

fn from_value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(it) => Value::Int(it),
        ValueRef::Real(it) => Value::Real(it),
        ValueRef::Text(it) => Value::Text(String::from_utf8_lossy(it).into_owned()),
        ValueRef::Blob(it) => Value::Bytes(it.to_vec()),
    }
}

pub(super) fn from_sqlite(error: rusqlite::Error) -> DbError {
    use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DiskFull, ReadOnly, SystemIoFailure};
    match &error {
        rusqlite::Error::SqliteFailure(failure, _) => match (failure.code, failure.extended_code) {
            (_, rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
                DbError::Unique
            }
            (DatabaseBusy, _) => DbError::Unavailable("the database is busy".into()),
            (DiskFull | SystemIoFailure | CannotOpen | ReadOnly, _) => {
                DbError::Unavailable(error.to_string())
            }
            _ => DbError::Statement(error.to_string()),
        },
        _ => DbError::Statement(error.to_string()),
    }
}
