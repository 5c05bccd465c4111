//! A scope is what a transaction's work sees: statements over one connection.
//!
//! [`Scope`] reaches the few global tables. [`TenantScope`] is the only way to a tenant's rows: it can't be made
//! without a [`TenantGrant`], binds the tenant id as `$1` of every statement, and on PostgreSQL sets the tenant of
//! the transaction, which row-level security compares with each row (the second wall).

use std::sync::Arc;

use jiff::Timestamp;
use model::ids::{AccessTokenId, SessionId, TenantId};
use model::roles::Permissions;
use uuid::Uuid;

use super::DbError;
use super::application;
use super::changes::{Changes, Counting};
use super::postgres::PostgresConnection;
use super::rights::{held, sum};
use super::row::{FromRow, Row};
use super::sqlite::{SqliteReader, SqliteWriter};
use super::value::Value;
use crate::secrets::Keys;

/// Tells each statement, without its values, as a trace event of this target: the proof that two requests do the same.
pub const STATEMENTS: &str = "tenantry::statements";

pub(super) fn trace(sql: &str) {
    tracing::trace!(target: STATEMENTS, "{sql}");
}

pub(super) enum Connection {
    SqliteReader(SqliteReader),
    SqliteWriter(SqliteWriter),
    Postgres(Box<PostgresConnection>),
}

/// Statements over one connection, from `Db::read` or inside `transaction!`.
pub struct Scope {
    connection: Connection,
    conflicted: bool,
    enqueued: bool,
    changes: Changes,
    since: u64,
    oldest: Option<Timestamp>,
    keys: Option<Arc<Keys>>,
}

impl Scope {
    pub(super) fn new(connection: Connection) -> Self {
        Self {
            connection,
            conflicted: false,
            enqueued: false,
            changes: Changes::default(),
            since: 0,
            oldest: None,
            keys: None,
        }
    }

    pub(super) fn with_keys(self, keys: Option<Arc<Keys>>) -> Self {
        Self { keys, ..self }
    }

    /// With how many changes this process had committed before it was opened.
    pub(super) fn since(self, since: u64) -> Self {
        Self { since, ..self }
    }

    /// How many changes this process had committed before the view was opened; `None` for a transaction that may still be undone.
    #[must_use]
    pub fn committed_before(&self) -> Option<u64> {
        (!self.writes()).then_some(self.since)
    }

    /// Notes how old something is that is used with the view, and tells of the oldest.
    pub fn relies_on(&mut self, at: Timestamp) -> Timestamp {
        *self.oldest.insert(self.oldest.map_or(at, |oldest| oldest.min(at)))
    }

    /// What payloads of jobs are encrypted with.
    pub(crate) fn keys(&self) -> Option<&Keys> {
        self.keys.as_deref()
    }

    /// All rows of an answer.
    ///
    /// # Errors
    /// The engine's refusal, or a row that isn't shaped as `R`.
    pub async fn all<R: FromRow>(&mut self, sql: &str, params: &[Value]) -> Result<Vec<R>, DbError> {
        all_of(self.rows(None, sql, params).await)
    }

    /// The only row of an answer, if it has one.
    ///
    /// # Errors
    /// As [`Scope::all`].
    pub async fn optional<R: FromRow>(&mut self, sql: &str, params: &[Value]) -> Result<Option<R>, DbError> {
        first_of(self.rows(None, sql, params).await)
    }

    /// The row that an answer always has.
    ///
    /// # Errors
    /// As [`Scope::all`], and [`DbError::Shape`] when there is none.
    pub async fn one<R: FromRow>(&mut self, sql: &str, params: &[Value]) -> Result<R, DbError> {
        only_of(self.optional(sql, params).await)
    }

    /// Runs a statement and tells how many rows it changed.
    ///
    /// # Errors
    /// The engine's refusal; [`DbError::Unique`] when a key is taken.
    pub async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, DbError> {
        self.change(None, sql, params).await
    }

    // `of` is the tenant whose rows alone the statement reaches.
    async fn change(&mut self, of: Option<TenantId>, sql: &str, params: &[Value]) -> Result<u64, DbError> {
        storable(params)?;
        trace(sql);
        let result = match &mut self.connection {
            Connection::SqliteReader(reader) => reader.execute(sql, params),
            Connection::SqliteWriter(writer) => writer.execute(sql, params),
            Connection::Postgres(connection) => connection.execute(sql, params).await,
        };
        self.changes.note(of, sql, result.as_ref().ok().copied());
        self.noticed(result)
    }

    async fn rows(&mut self, of: Option<TenantId>, sql: &str, params: &[Value]) -> Result<Vec<Row>, DbError> {
        storable(params)?;
        trace(sql);
        self.changes.note(of, sql, None);
        let result = match &mut self.connection {
            Connection::SqliteReader(reader) => reader.rows(sql, params),
            Connection::SqliteWriter(writer) => writer.rows(sql, params),
            Connection::Postgres(connection) => connection.rows(sql, params).await,
        };
        self.noticed(result)
    }

    // A conflict stays noticed even where an operation turns the error into one of its own.
    fn noticed<T>(&mut self, result: Result<T, DbError>) -> Result<T, DbError> {
        self.conflicted |= matches!(result, Err(DbError::Conflict));
        result
    }

    /// Enters a tenant.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn tenant(&mut self, grant: TenantGrant) -> Result<TenantScope<'_>, DbError> {
        trace("enter a tenant");
        if let Connection::Postgres(connection) = &mut self.connection {
            connection.enter_tenant(grant.tenant);
        }
        if let Some(footing) = grant.footing.filter(|_| self.writes()) {
            self.still_has(grant.tenant, footing).await?;
        }
        Ok(TenantScope { scope: self, tenant: grant.tenant })
    }

    fn writes(&self) -> bool {
        match &self.connection {
            Connection::SqliteReader(_) => false,
            Connection::SqliteWriter(_) => true,
            Connection::Postgres(connection) => connection.writes(),
        }
    }

    // Admission and change are two transactions: what was taken away between them must not count any more.
    async fn still_has(&mut self, tenant: TenantId, footing: Footing) -> Result<(), DbError> {
        let (sql, id) = match footing.credential {
            Credential::Application(key) => {
                let standing = application::standing(self, (tenant, footing.holder), key).await?;
                let covers = standing.is_some_and(|standing| standing.rights().covers(footing.rights));
                return if covers { Ok(()) } else { Err(DbError::RightLost) };
            }
            Credential::Session(id) => (SESSION_ALIVE, Value::from(id)),
            Credential::Token(id) => (TOKEN_ALIVE, Value::from(id)),
            Credential::Grant(id) => (GRANT_ALIVE, Value::from(id)),
        };
        let found: Vec<Row> = self.all(sql, &[tenant.into(), id, footing.holder.into()]).await?;
        if !found.is_empty() && sum(&found)?.covers(footing.rights) {
            Ok(())
        } else {
            Err(DbError::RightLost)
        }
    }

    /// Marks that a job was enqueued, so that the runner is told after the commit.
    pub fn wake_jobs(&mut self) {
        self.enqueued = true;
    }

    pub(super) fn conflicted(&self) -> bool {
        self.conflicted
    }

    pub(super) fn changes(&mut self) -> Changes {
        std::mem::take(&mut self.changes)
    }

    pub(super) fn has_enqueued(&self) -> bool {
        self.enqueued
    }

    /// `counting` ends with the commit, also where nobody waits for it any more.
    pub(super) async fn commit(self, counting: Counting) -> Result<(), DbError> {
        trace("commit");
        match self.connection {
            Connection::SqliteReader(_) => Ok(()),
            Connection::SqliteWriter(writer) => writer.commit(counting).await,
            Connection::Postgres(connection) => {
                let committed = connection.commit().await;
                drop(counting);
                committed
            }
        }
    }
}

fn all_of<R: FromRow>(rows: Result<Vec<Row>, DbError>) -> Result<Vec<R>, DbError> {
    rows?.iter().map(R::from_row).collect()
}

fn first_of<R: FromRow>(rows: Result<Vec<Row>, DbError>) -> Result<Option<R>, DbError> {
    rows?.first().map(R::from_row).transpose()
}

fn only_of<R>(first: Result<Option<R>, DbError>) -> Result<R, DbError> {
    first?.ok_or_else(|| DbError::Shape("the answer has no row".into()))
}

fn storable(params: &[Value]) -> Result<(), DbError> {
    let has_nul = |value: &Value| matches!(value, Value::Text(text) if text.contains('\0'));
    if params.iter().any(has_nul) { Err(DbError::Unstorable) } else { Ok(()) }
}

// One row a role, or one row without a role, while all are alive.
macro_rules! alive {
    ($credential:literal) => {
        concat!(
            "SELECT r.role_id, r.permissions FROM ",
            $credential,
            " c JOIN users u ON u.tenant_id = c.tenant_id AND u.id = c.user_id JOIN tenant t ON t.id = c.tenant_id \
             LEFT JOIN (",
            held!("role_assignment", "user_id", "$3"),
            ") r ON TRUE WHERE c.tenant_id = $1 AND c.id = $2 AND c.user_id = $3 AND c.revoked_at IS NULL \
             AND u.account_enabled = TRUE AND u.deleted_at IS NULL AND t.deleted_at IS NULL"
        )
    };
}

const GRANT_ALIVE: &str = concat!(
    alive!("application_grant"),
    " AND EXISTS (SELECT 1 FROM directory_object o WHERE o.tenant_id = c.tenant_id AND o.id = c.client_id \
     AND o.deleted_at IS NULL) AND (c.root_id IS NULL OR EXISTS (SELECT 1 FROM application_grant g \
     WHERE g.tenant_id = c.tenant_id AND g.id = c.root_id AND g.revoked_at IS NULL)) AND (c.offline_until IS NOT NULL OR EXISTS (SELECT 1 FROM session s \
     WHERE s.tenant_id = c.tenant_id AND s.id = c.session_id AND s.revoked_at IS NULL))"
);
const SESSION_ALIVE: &str = alive!("session");
const TOKEN_ALIVE: &str = alive!("access_token");

/// What somebody was admitted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    Session(SessionId),
    Token(AccessTokenId),
    /// A sign-in to an application, whose access token was shown.
    Grant(Uuid),
    /// A secret or a certificate of an application that acts for itself.
    Application(Uuid),
}

/// What the right of a person or an application rests on: a living credential, and what they might do when it was looked at.
#[derive(Clone, Copy, Debug)]
pub struct Footing {
    /// The person, or the service principal of the application.
    pub holder: Uuid,
    pub credential: Credential,
    pub rights: Permissions,
}

/// Why a tenant may be entered. Each is issued at one place only; a test lists those places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantReason {
    /// A credential or session of that tenant is being checked, or was.
    Authentication,
    /// A sign-up creates the tenant, or a proven mailbox asks for access to it.
    SignUp,
    /// A job enqueued by that tenant's own transaction.
    Job,
    /// The operator's command.
    Operator,
}

/// The right to enter one tenant (SPEC §3.1: the tenant comes from the caller's authority).
#[derive(Clone, Copy, Debug)]
pub struct TenantGrant {
    tenant: TenantId,
    footing: Option<Footing>,
}

impl TenantGrant {
    /// The same right for as long as this footing lasts: each writing transaction looks again.
    #[must_use]
    pub fn while_it_lasts(self, footing: Footing) -> Self {
        Self { footing: Some(footing), ..self }
    }

    /// Issues the right. `reason` makes each call name the authority it rests on.
    #[must_use]
    pub fn issue(tenant: TenantId, reason: GrantReason) -> Self {
        tracing::trace!(%tenant, ?reason, "tenant entered");
        Self { tenant, footing: None }
    }

    #[must_use]
    pub fn tenant(self) -> TenantId {
        self.tenant
    }
}

/// Statements over one tenant's rows. `$1` of every statement is the tenant id; parameters start at `$2`.
pub struct TenantScope<'s> {
    scope: &'s mut Scope,
    tenant: TenantId,
}

impl TenantScope<'_> {
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Whether this is a transaction that may still be undone, and not a view of what is committed.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.scope.writes()
    }

    /// The global tables within the same transaction.
    pub fn global(&mut self) -> &mut Scope {
        self.scope
    }

    fn bound(&self, sql: &str, params: &[Value]) -> Vec<Value> {
        debug_assert!(
            sql.contains("tenant_id") && sql.contains("$1"),
            "a tenant's statement must name tenant_id and $1: {sql}"
        );
        std::iter::once(Value::from(self.tenant)).chain(params.iter().cloned()).collect()
    }

    /// # Errors
    /// As [`Scope::all`].
    pub async fn all<R: FromRow>(&mut self, sql: &str, params: &[Value]) -> Result<Vec<R>, DbError> {
        let bound = self.bound(sql, params);
        all_of(self.scope.rows(Some(self.tenant), sql, &bound).await)
    }

    /// # Errors
    /// As [`Scope::optional`].
    pub async fn optional<R: FromRow>(&mut self, sql: &str, params: &[Value]) -> Result<Option<R>, DbError> {
        let bound = self.bound(sql, params);
        first_of(self.scope.rows(Some(self.tenant), sql, &bound).await)
    }

    /// # Errors
    /// As [`Scope::one`].
    pub async fn one<R: FromRow>(&mut self, sql: &str, params: &[Value]) -> Result<R, DbError> {
        only_of(self.optional(sql, params).await)
    }

    /// # Errors
    /// As [`Scope::execute`].
    pub async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, DbError> {
        let bound = self.bound(sql, params);
        self.scope.change(Some(self.tenant), sql, &bound).await
    }
}
