//! A node that stands still while it holds the lock of the lone writers, on PostgreSQL: the others go on.

use std::time::Duration;

use futures_util::future::join_all;
use tenantry::app::App;
use tenantry::db::{Db, DbError, Single};
use tenantry::error::Error;
use tenantry::{params, transaction};
use tokio_postgres::Client;

use crate::support::database::beside;
use crate::support::{Engine, TestApp, app};

const HOLD: &str = "BEGIN; LOCK TABLE schema_migration IN EXCLUSIVE MODE";

/// More than a node has connections.
const MANY: usize = 40;

/// The database of the test with other limits of its sessions, as an operator sets them.
async fn limited(t: &TestApp, limits: &str) -> Db {
    Db::open(&format!("{}?options={}", t.app.config.database.url, limits.replace(' ', "%20"))).await.unwrap()
}

/// Begins as a transaction does that collided, and so goes alone. The server hears of it with the first statement.
async fn begin_alone(db: &Db) -> Result<(), DbError> {
    let mut attempts = db.attempts();
    drop(attempts.begin().await?);
    let mut scope = attempts.begin().await?;
    scope.execute("DELETE FROM job WHERE kind = 'none'", &[]).await.map(drop)
}

async fn write(app: &App, db: &Db, kind: &str) -> Result<(), Error> {
    let sql =
        "INSERT INTO job (id, kind, payload, run_at, attempts) VALUES ($1, $2, '{}', 9000000000000000, 0)";
    transaction!(db, |scope| Ok(scope.execute(sql, params![app.moment().uuid(), kind]).await.map(drop)?))
}

async fn jobs(db: &Db) -> i64 {
    let Single(count): Single<i64> =
        db.read().await.unwrap().one("SELECT count(*) FROM job", &[]).await.unwrap();
    count
}

/// Asks the server until as many sessions wait for the lock as are expected.
async fn until_waiting(server: &Client, expected: i64) {
    let sql = "SELECT count(*) FROM pg_locks WHERE relation = 'schema_migration'::regclass AND NOT granted";
    let asking = async { while server.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) != expected {} };
    tokio::time::timeout(Duration::from_secs(20), asking)
        .await
        .expect("the server's sessions wait as expected");
}

#[test]
fn who_waits_too_long_for_the_lock_is_told_so_and_readers_go_on() {
    app::run(Engine::Postgres, &[], async |t| {
        let db = limited(t, "-c lock_timeout=50").await;
        let holder = beside(&t.app.config.database.url).await;
        holder.batch_execute(HOLD).await.unwrap();
        let writers = join_all((0..MANY).map(|_| begin_alone(&db)));
        let reader = async {
            for _ in 0..MANY {
                assert_eq!(jobs(&db).await, 0);
            }
        };
        for begun in tokio::join!(writers, reader).0 {
            assert!(matches!(begun, Err(DbError::Unavailable(_))), "{begun:?}");
        }
        holder.batch_execute("ROLLBACK").await.unwrap();
        for written in join_all((0..MANY).map(|_| write(&t.app, &db, "kept"))).await {
            written.unwrap();
        }
        assert_eq!(jobs(&db).await, 40);
    });
}

#[test]
fn cancelled_writers_leave_the_lock_and_their_connections() {
    app::run(Engine::Postgres, &[], async |t| {
        let db = limited(t, "-c lock_timeout=0 -c statement_timeout=0").await;
        let holder = beside(&t.app.config.database.url).await;
        holder.batch_execute(HOLD).await.unwrap();
        for _ in 0..MANY {
            let writer = tokio::spawn({
                let db = db.clone();
                async move { begin_alone(&db).await.unwrap() }
            });
            until_waiting(&holder, 1).await;
            writer.abort();
            assert!(writer.await.unwrap_err().is_cancelled());
            until_waiting(&holder, 0).await;
            assert_eq!(jobs(&db).await, 0);
        }
        holder.batch_execute("ROLLBACK").await.unwrap();
        begin_alone(&db).await.unwrap();
        write(&t.app, &db, "kept").await.unwrap();
        assert_eq!(jobs(&db).await, 1);
    });
}

#[test]
fn the_server_ends_the_transaction_of_a_node_that_stands_still() {
    app::run(Engine::Postgres, &[], async |t| {
        let frozen = limited(t, "-c idle_in_transaction_session_timeout=100").await;
        let mut attempts = frozen.attempts();
        drop(attempts.begin().await.unwrap());
        let mut held = attempts.begin().await.unwrap();
        held.execute("DELETE FROM job WHERE kind = 'none'", &[]).await.unwrap();
        begin_alone(&t.app.db).await.unwrap();
        let late = held.execute("DELETE FROM job", &[]).await;
        assert!(matches!(late, Err(DbError::Unavailable(_))), "{late:?}");
        drop(held);
        write(&t.app, &frozen, "kept").await.unwrap();
    });
}

#[test]
fn every_session_is_limited_unless_the_operator_says_otherwise() {
    app::run(Engine::Postgres, &[], async |t| {
        let ours = t.app.db.clone();
        let theirs = limited(t, "-c lock_timeout=7s").await;
        for (db, name, expected) in [
            (&ours, "idle_in_transaction_session_timeout", "10s"),
            (&ours, "lock_timeout", "5s"),
            (&ours, "statement_timeout", "25s"),
            (&theirs, "lock_timeout", "7s"),
            (&theirs, "statement_timeout", "25s"),
        ] {
            let mut scope = db.read().await.unwrap();
            let Single(value): Single<String> =
                scope.one("SELECT current_setting($1)", params![name]).await.unwrap();
            assert_eq!(value, expected, "{name}");
        }
    });
}
