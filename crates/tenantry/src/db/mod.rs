//! The only room that knows which engine runs: SQLite (embedded, the default) or PostgreSQL (one URL).
//!
//! One SQL text serves both. Statements use `$1, $2, …`, `ON CONFLICT`, `RETURNING`, row values and `LIKE … ESCAPE`;
//! uuid, bytea, bigint, boolean and text columns. [`Db::read`] gives a consistent view, [`transaction!`](crate::transaction)
//! one transaction that is durable when it returns. Both hand a [`Scope`] to the work; a tenant's rows are reached through
//! [`TenantScope`] alone, whose statements carry the tenant id as `$1`.
//!
//! On SQLite many concurrent writes share one durable commit (`sqlite.rs`); on PostgreSQL transactions are
//! serialisable and repeated when the engine asks for it; what opens one travels with its first statement (`postgres.rs`).

pub(crate) mod application;
mod changes;
mod found;
mod keyset;
mod marks;
mod migrate;
mod postgres;
pub(crate) mod rights;
mod row;
mod scope;
mod sqlite;
mod value;

use std::sync::Arc;

use model::ids::TenantId;
use tokio::sync::Notify;

use crate::secrets::Keys;

pub use found::{Found, Schema};
pub use keyset::{Position, Slice};
pub use row::{FromRow, Row, Single};
pub use scope::{Credential, Footing, GrantReason, STATEMENTS, Scope, TenantGrant, TenantScope};
pub use value::{FromValue, Value};

/// Where the PostgreSQL driver tells statements with their values; that is never written to a log.
pub const TELLS_VALUES: &str = "tokio_postgres";

/// What can go wrong between us and the engine.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A unique or primary key is taken.
    #[error("a unique key is taken")]
    Unique,
    /// A text holds a NUL, which PostgreSQL can't store; SQLite refuses it alike.
    #[error("a text holds a NUL character")]
    Unstorable,
    /// Another transaction got in the way; the transaction is repeated.
    #[error("a concurrent transaction got in the way")]
    Conflict,
    /// The session was ended, or rights were taken away, since the request was admitted.
    #[error("the right to act was taken away")]
    RightLost,
    /// The engine can't be reached or can't write (gone, disk full, too many waiting).
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The answer isn't shaped as the code expects: a defect.
    #[error("unexpected shape: {0}")]
    Shape(String),
    /// A program of a later version has changed the schema.
    #[error("the database is newer than this program: use the program of its version")]
    Newer,
    /// The statement was refused: a defect, or a constraint that holds.
    #[error("statement refused: {0}")]
    Statement(String),
}

/// Directives for the log that leave out what a driver notes at every start: each table that a migration finds in place.
pub const QUIET: &str = "tokio_postgres=warn";

enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// The database of this process. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    engine: Arc<Engine>,
    /// Told after each commit that enqueued a job.
    enqueued: Arc<Notify>,
    keys: Option<Arc<Keys>>,
    changed: changes::Changed,
}

/// How often serialisable work is repeated before the caller is told to try later.
const ATTEMPTS: u32 = 40;

impl Db {
    /// Connects to `sqlite:<path>` or `postgres://…` and brings the schema up to date.
    ///
    /// # Errors
    /// When the URL is of neither kind, the engine can't be reached, a migration fails, or the schema is newer than this program.
    pub async fn open(url: &str) -> Result<Self, DbError> {
        let engine = if let Some(path) = url.strip_prefix("sqlite:") {
            Engine::Sqlite(sqlite::Sqlite::open(path)?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres(postgres::Postgres::open(url).await?)
        } else {
            return Err(DbError::Unavailable(
                "database.url starts with neither sqlite: nor postgres://".into(),
            ));
        };
        let db = Self {
            engine: Arc::new(engine),
            enqueued: Arc::new(Notify::new()),
            keys: None,
            changed: changes::Changed::default(),
        };
        match &*db.engine {
            Engine::Sqlite(sqlite) => sqlite.migrate().await?,
            Engine::Postgres(postgres) => postgres.migrate().await?,
        }
        Ok(db)
    }

    /// The same database with the keys that payloads of jobs are encrypted with; without them none can be enqueued.
    #[must_use]
    pub fn with_keys(self, keys: Arc<Keys>) -> Self {
        Self { keys: Some(keys), ..self }
    }

    fn with_keys_in(&self, scope: Scope) -> Scope {
        scope.with_keys(self.keys.clone())
    }

    /// How the schema of a database stands, without changing it.
    ///
    /// # Errors
    /// When the URL is of neither kind or the engine can't be reached.
    pub async fn schema(url: &str) -> Result<Schema, DbError> {
        match url.strip_prefix("sqlite:") {
            Some(path) => match sqlite::only_read(path)? {
                Some(connection) => migrate::schema_sqlite(&connection),
                None => Ok(Schema::None),
            },
            None => postgres::Postgres::open(url).await?.schema().await,
        }
    }

    /// What is found in a database, with the mark of a name, without changing anything.
    ///
    /// # Errors
    /// As [`Db::schema`].
    pub async fn look(url: &str, mark: &str) -> Result<Found, DbError> {
        match url.strip_prefix("sqlite:") {
            Some(path) => match sqlite::only_read(path)? {
                Some(connection) => found::sqlite(&connection, mark),
                None => Ok(Found { schema: Schema::None, mark: None, ignores_row_security: false }),
            },
            None => postgres::Postgres::open(url).await?.look(mark).await,
        }
    }

    /// Does row-level security, the second wall between tenants, not count for the role of the database (SUPERUSER or
    /// BYPASSRLS)? SQLite has no such wall, and so none that is missing.
    ///
    /// # Errors
    /// When the engine can't be reached.
    pub async fn ignores_row_security(&self) -> Result<bool, DbError> {
        match &*self.engine {
            Engine::Sqlite(_) => Ok(false),
            Engine::Postgres(postgres) => postgres.ignores_row_security().await,
        }
    }

    /// Puts everything into the one file that an operator copies. To be called when nothing is asked any more.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn settle(&self) -> Result<(), DbError> {
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.settle().await,
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Can statements be answered right now?
    ///
    /// # Errors
    /// When they can't.
    pub async fn answers(&self) -> Result<(), DbError> {
        let Single(_): Single<i64> =
            self.read().await?.one("SELECT count(*) FROM schema_migration", &[]).await?;
        Ok(())
    }

    /// The engine's name for start-up lines and `doctor`.
    #[must_use]
    pub fn engine_name(&self) -> &'static str {
        match &*self.engine {
            Engine::Sqlite(_) => "SQLite",
            Engine::Postgres(_) => "PostgreSQL",
        }
    }

    /// How many changes this process has committed. Whoever keeps what it reads takes this before the view that it reads in, and
    /// asks [`Db::is_unchanged`] whether it may use it still.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changed.count()
    }

    /// Has this process, since it had committed so many changes, committed none to what a tenant's answers are made of, nor to what
    /// all tenants share? Rows that come and go with each request don't count: `db/changes.rs` lists their tables.
    #[must_use]
    pub fn is_unchanged(&self, tenant: Option<TenantId>, since: u64) -> bool {
        self.changed.is_unchanged(tenant, since)
    }

    /// Opens one consistent, read-only view. It ends when it is dropped.
    ///
    /// # Errors
    /// When the engine can't be reached.
    pub async fn read(&self) -> Result<Scope, DbError> {
        scope::trace("begin to read");
        let since = self.changed.count();
        let scope = match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.reader(),
            Engine::Postgres(postgres) => postgres.reader().await,
        };
        scope.map(|scope| self.with_keys_in(scope).since(since))
    }

    /// The attempts of one writing transaction; use it through [`transaction!`](crate::transaction).
    #[must_use]
    pub fn attempts(&self) -> Attempts<'_> {
        Attempts { db: self, made: 0 }
    }

    /// Completes after a later commit that enqueued a job; one waiting task, the job runner.
    pub async fn job_enqueued(&self) {
        self.enqueued.notified().await;
    }
}

/// Begins, commits and where needed repeats a writing transaction.
pub struct Attempts<'d> {
    db: &'d Db,
    made: u32,
}

impl Attempts<'_> {
    /// # Errors
    /// When the engine can't be reached.
    pub async fn begin(&mut self) -> Result<Scope, DbError> {
        self.made += 1;
        scope::trace("begin to write");
        let scope = match &*self.db.engine {
            Engine::Sqlite(sqlite) => sqlite.writer().await,
            Engine::Postgres(postgres) => postgres.writer(self.made > 1).await,
        };
        scope.map(|scope| self.db.with_keys_in(scope))
    }

    /// Commits an `Ok`, undoes an `Err`. `None` means that another transaction got in the way: begin again.
    pub async fn end<T, E: From<DbError>>(
        &mut self,
        mut scope: Scope,
        result: Result<T, E>,
    ) -> Option<Result<T, E>> {
        let (conflicted, enqueued) = (scope.conflicted(), scope.has_enqueued());
        let counting = changes::Counting::after(scope.changes(), &self.db.changed);
        let ended = match result {
            Ok(value) if !conflicted => match scope.commit(counting).await {
                Ok(()) => {
                    if enqueued {
                        self.db.enqueued.notify_one();
                    }
                    return Some(Ok(value));
                }
                Err(DbError::Conflict) => Err(DbError::Conflict.into()),
                Err(error) => return Some(Err(error.into())),
            },
            Err(error) if !conflicted => return Some(Err(error)),
            other => other.and(Err(DbError::Conflict.into())),
        };
        if self.made >= ATTEMPTS {
            return Some(ended);
        }
        None
    }
}

/// Runs a body in one transaction and gives its `Result<_, Error>` when its effects are durable; an `Err` undoes them.
///
/// `transaction!(app.db, |scope| people::create(scope, &actor, &input, &moment).await)`. The body may run again when
/// another transaction got in the way, so it holds no effects but statements and must not wait for anything slow
/// (hashing, DNS, mail): on SQLite every other writer waits meanwhile. It is a macro and not a method since a closure
/// that borrows its surroundings can't yet be proven `Send` (rust-lang/rust#110338).
#[macro_export]
macro_rules! transaction {
    ($db:expr, |$scope:ident| $body:expr) => {{
        let mut attempts = $db.attempts();
        loop {
            let mut opened = match attempts.begin().await {
                Ok(opened) => opened,
                Err(error) => break Err($crate::error::Error::from(error)),
            };
            let $scope = &mut opened;
            let result: Result<_, $crate::error::Error> = async { $body }.await;
            if let Some(result) = attempts.end(opened, result).await {
                break result;
            }
        }
    }};
}

/// Tries a body as [`transaction!`](crate::transaction) would run it, and undoes it: whether something would be refused, by
/// the rules that will be asked when it is done. It holds the writers of SQLite as long.
#[macro_export]
macro_rules! rehearse {
    ($db:expr, |$scope:ident| $body:expr) => {{
        let mut would_do = false;
        let tried: Result<(), $crate::error::Error> = $crate::transaction!($db, |$scope| {
            let result: Result<_, $crate::error::Error> = async { $body }.await;
            would_do = result.is_ok();
            // An error undoes what was tried.
            result.and(Err($crate::error::Error::not_found()))
        });
        if would_do { Ok(()) } else { tried }
    }};
}
