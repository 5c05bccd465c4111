//! Brings the schema up to date: `migrations/NNNN_<feature>_<what>.sql`, one set for both engines, each applied once
//! and in order. On PostgreSQL every table whose primary key leads with `tenant_id` then gets row-level security.

use super::DbError;
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

const APPLIED: &str = "SELECT coalesce(max(number), 0) FROM schema_migration";

/// The number of the newest migration that this program has.
pub(super) fn newest() -> Result<i32, DbError> {
    Ok(migrations()?.last().map_or(0, |migration| migration.number))
}

/// The number of the newest migration that the database has, read without changing anything.
pub(super) fn applied_sqlite(connection: &rusqlite::Connection) -> Result<i32, DbError> {
    let known = "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migration'";
    if connection.query_row(known, [], |row| row.get::<_, i64>(0)).map_err(from_sqlite)? == 0 {
        return Ok(0);
    }
    connection.query_row(APPLIED, [], |row| row.get(0)).map_err(from_sqlite)
}

/// The same of PostgreSQL; 0 where nothing was ever applied.
pub(super) async fn applied_postgres(client: &tokio_postgres::Client) -> Result<i32, DbError> {
    let known = client.query_one("SELECT to_regclass('schema_migration') IS NOT NULL", &[]).await;
    if !known.map_err(from_postgres)?.get::<_, bool>(0) {
        return Ok(0);
    }
    Ok(client.query_one(APPLIED, &[]).await.map_err(from_postgres)?.get(0))
}

pub(super) fn sqlite(connection: &mut rusqlite::Connection) -> Result<(), DbError> {
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(from_sqlite)?;
    transaction.execute_batch(LEDGER).map_err(from_sqlite)?;
    let applied: Vec<i32> = {
        let mut ledger = transaction.prepare(LEDGERED).map_err(from_sqlite)?;
        let rows = ledger.query_map([], |row| row.get(0)).map_err(from_sqlite)?;
        rows.collect::<Result<_, _>>().map_err(from_sqlite)?
    };
    for migration in migrations()?.iter().filter(|migration| !applied.contains(&migration.number)) {
        transaction.execute_batch(&migration.sql).map_err(|error| failed(migration, &from_sqlite(error)))?;
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
    let rows = client.query(LEDGERED, &[]).await.map_err(from_postgres)?;
    let applied: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
    let pending: Vec<_> =
        migrations()?.into_iter().filter(|migration| !applied.contains(&migration.number)).collect();
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
