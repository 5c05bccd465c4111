//! Brings the schema up to date: `migrations/NNNN_<feature>_<what>.sql`, one set for both engines, each applied once
//! and in order. On PostgreSQL every table whose primary key leads with `tenant_id` then gets row-level security.

use super::DbError;
use super::found::Schema;
use super::postgres::from_postgres;
use super::sqlite::from_sqlite;

#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../migrations"]
struct Files;

struct Migration {
    number: i32,
    name: String,
    sql: String,
}

const TABLE: &str = "schema_migration";

const LEDGER: &str =
    "CREATE TABLE IF NOT EXISTS schema_migration (number integer PRIMARY KEY, name text NOT NULL)";

fn migrations() -> Result<Vec<Migration>, DbError> {
    let mut all = Vec::new();
    for path in Files::iter() {
        let number = path.split('_').next().and_then(|digits| digits.parse().ok());
        let (Some(number), Some(file)) = (number, Files::get(&path)) else {
            return Err(DbError::Shape(format!("{path} isn't named NNNN_<feature>_<what>.sql")));
        };
        let sql = String::from_utf8(file.data.into_owned())
            .map_err(|_| DbError::Shape(format!("{path} isn't UTF-8")))?;
        all.push(Migration { number, name: path.into_owned(), sql });
    }
    all.sort_by_key(|migration| migration.number);
    Ok(all)
}

/// Each feature numbers its own range, so a lower number may come later.
const LEDGERED: &str = "SELECT number FROM schema_migration";

/// How a schema stands to the migrations, by the numbers in its ledger.
fn standing(applied: &[i32], migrations: &[Migration]) -> Schema {
    let known = |number: &i32| migrations.iter().any(|migration| migration.number == *number);
    if applied.is_empty() {
        Schema::None
    } else if !applied.iter().all(known) {
        Schema::Newer
    } else if migrations.iter().all(|migration| applied.contains(&migration.number)) {
        Schema::Current
    } else {
        Schema::Older
    }
}

/// Those that the database lacks.
fn pending(applied: &[i32]) -> Result<Vec<Migration>, DbError> {
    let mut migrations = migrations()?;
    if standing(applied, &migrations) == Schema::Newer {
        return Err(DbError::Newer);
    }
    migrations.retain(|migration| !applied.contains(&migration.number));
    Ok(migrations)
}

pub(super) fn has_sqlite(connection: &rusqlite::Connection, table: &str) -> Result<bool, DbError> {
    let sql = "SELECT count(*) FROM sqlite_master WHERE name = ?1";
    let found = connection.query_row(sql, [table], |row| row.get::<_, i64>(0));
    Ok(found.map_err(from_sqlite)? > 0)
}

pub(super) async fn has_postgres(client: &tokio_postgres::Client, table: &str) -> Result<bool, DbError> {
    let found = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&table]).await;
    Ok(found.map_err(from_postgres)?.get(0))
}

/// How the schema of a database stands, read without changing anything.
pub(super) fn schema_sqlite(connection: &rusqlite::Connection) -> Result<Schema, DbError> {
    let applied = if has_sqlite(connection, TABLE)? { ledger_sqlite(connection)? } else { Vec::new() };
    Ok(standing(&applied, &migrations()?))
}

/// The same of PostgreSQL.
pub(super) async fn schema_postgres(client: &tokio_postgres::Client) -> Result<Schema, DbError> {
    let applied =
        if has_postgres(client, TABLE).await? { ledger_postgres(client).await? } else { Vec::new() };
    Ok(standing(&applied, &migrations()?))
}

fn ledger_sqlite(connection: &rusqlite::Connection) -> Result<Vec<i32>, DbError> {
    let mut ledger = connection.prepare(LEDGERED).map_err(from_sqlite)?;
    let rows = ledger.query_map([], |row| row.get(0)).map_err(from_sqlite)?;
    rows.collect::<Result<_, _>>().map_err(from_sqlite)
}

async fn ledger_postgres(client: &tokio_postgres::Client) -> Result<Vec<i32>, DbError> {
    let rows = client.query(LEDGERED, &[]).await.map_err(from_postgres)?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

pub(super) fn sqlite(connection: &mut rusqlite::Connection) -> Result<(), DbError> {
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(from_sqlite)?;
    transaction.execute_batch(LEDGER).map_err(from_sqlite)?;
    for migration in pending(&ledger_sqlite(&transaction)?)? {
        transaction.execute_batch(&migration.sql).map_err(|error| failed(&migration, &from_sqlite(error)))?;
        transaction
            .execute(
                "INSERT INTO schema_migration (number, name) VALUES (?1, ?2)",
                (migration.number, &migration.name),
            )
            .map_err(from_sqlite)?;
    }
    transaction.commit().map_err(from_sqlite)
}

pub(super) async fn postgres(client: &tokio_postgres::Client) -> Result<(), DbError> {
    client.batch_execute(UNHURRIED).await.map_err(from_postgres)?;
    let result = postgres_in_transaction(client).await;
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    client.batch_execute(end).await.map_err(from_postgres)?;
    result
}

/// A migration of a large table takes its time, and so may the node that others wait for.
const UNHURRIED: &str = "BEGIN READ WRITE; SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0";

async fn postgres_in_transaction(client: &tokio_postgres::Client) -> Result<(), DbError> {
    // Several nodes may start at once; the lock ends with the transaction.
    client.batch_execute("SELECT pg_advisory_xact_lock(7461217)").await.map_err(from_postgres)?;
    client.batch_execute(LEDGER).await.map_err(from_postgres)?;
    let pending = pending(&ledger_postgres(client).await?)?;
    for migration in &pending {
        client
            .batch_execute(&migration.sql)
            .await
            .map_err(|error| failed(migration, &from_postgres(error)))?;
        client
            .execute(
                "INSERT INTO schema_migration (number, name) VALUES ($1, $2)",
                &[&migration.number, &migration.name],
            )
            .await
            .map_err(from_postgres)?;
    }
    if pending.is_empty() {
        Ok(())
    } else {
        client.batch_execute(ROW_LEVEL_SECURITY).await.map_err(from_postgres)
    }
}

fn failed(migration: &Migration, error: &DbError) -> DbError {
    DbError::Statement(format!("{}: {error}", migration.name))
}

/// Without a tenant set, `current_setting` is null or empty and no row passes: closed by default.
const ROW_LEVEL_SECURITY: &str = "
DO $$
DECLARE owned record;
BEGIN
  FOR owned IN
    SELECT cls.relname AS name
    FROM pg_index idx
    JOIN pg_class cls ON cls.oid = idx.indrelid
    JOIN pg_attribute att ON att.attrelid = cls.oid AND att.attnum = idx.indkey[0]
    WHERE idx.indisprimary AND att.attname = 'tenant_id'
      AND cls.relnamespace = current_schema()::regnamespace AND NOT cls.relrowsecurity
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', owned.name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', owned.name);
    EXECUTE format(
      'CREATE POLICY tenant_only ON %I USING (tenant_id = nullif(current_setting(''tenantry.tenant'', true), '''')::uuid) '
      'WITH CHECK (tenant_id = nullif(current_setting(''tenantry.tenant'', true), '''')::uuid)', owned.name);
  END LOOP;
END $$";
