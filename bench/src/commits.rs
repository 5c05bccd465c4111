//! What an engine does of durable commits alone: one row, one commit, again and again.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio_postgres::NoTls;

use crate::Fault;
use crate::server::fault;

/// Commits a second of one writer on SQLite, each flushed.
pub fn sqlite(folder: &Path, duration: Duration) -> Result<f64, Fault> {
    let connection = rusqlite::Connection::open(folder.join("commits.db")).map_err(fault)?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id integer PRIMARY KEY, v text)")
        .map_err(fault)?;
    let mut insert = connection.prepare("INSERT INTO t (v) VALUES (?1)").map_err(fault)?;
    let (started, mut count) = (Instant::now(), 0.0);
    while started.elapsed() < duration {
        insert.execute(["a row of some length, as an event would have"]).map_err(fault)?;
        count += 1.0;
    }
    Ok(count / started.elapsed().as_secs_f64())
}

/// Commits a second of 16 connections to PostgreSQL.
pub async fn postgres(url: &str, duration: Duration) -> Result<f64, Fault> {
    let mut clients = Vec::new();
    for _ in 0..16 {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(fault)?;
        tokio::spawn(connection);
        clients.push(client);
    }
    clients[0]
        .batch_execute("CREATE TABLE bench_commit (id bigserial PRIMARY KEY, v text)")
        .await
        .map_err(fault)?;
    let started = Instant::now();
    let counts = try_join_all(clients.iter().map(async |client| {
        let insert = client.prepare("INSERT INTO bench_commit (v) VALUES ($1)").await.map_err(fault)?;
        let mut count = 0.0;
        while started.elapsed() < duration {
            client
                .execute(&insert, &[&"a row of some length, as an event would have"])
                .await
                .map_err(fault)?;
            count += 1.0;
        }
        Ok::<f64, Fault>(count)
    }));
    let total: f64 = counts.await?.into_iter().sum();
    let seconds = started.elapsed().as_secs_f64();
    clients[0].batch_execute("DROP TABLE bench_commit").await.map_err(fault)?;
    Ok(total / seconds)
}
