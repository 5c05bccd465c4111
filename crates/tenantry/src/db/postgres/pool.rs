//! The connections of this node, and how long any of them may keep others waiting.
//!
//! A node that stops in the midst of a transaction, or whose network goes, must not stop the other nodes: the server
//! ends its session, and its locks go. What the operator's URL says of these limits wins.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::{Config, NoTls};

use super::super::DbError;

/// An idle transaction is ended by the server, waiting for a lock and running a statement by an error. Nothing is written but in
/// a transaction that says that it writes: a statement whose BEGIN was refused isn't left alone to commit by itself.
const LIMITS: &str = "-c default_transaction_read_only=on -c idle_in_transaction_session_timeout=10s -c lock_timeout=5s -c statement_timeout=25s";

/// How long a request waits for a connection, and a connection for its server.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn open(url: &str) -> Result<Pool, DbError> {
    let config = limited(url)?;
    let manager =
        Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    Pool::builder(manager)
        .max_size(16)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| DbError::Unavailable(error.to_string()))
}

fn limited(url: &str) -> Result<Config, DbError> {
    let mut config: Config =
        url.parse().map_err(|_| DbError::Unavailable("database.url is not a PostgreSQL URL".into()))?;
    // Of two settings of one name the server takes the later.
    let options =
        config.get_options().map_or_else(|| LIMITS.to_owned(), |theirs| format!("{LIMITS} {theirs}"));
    config.options(options);
    if !url.contains("keepalives_idle=") {
        config.keepalives_idle(Duration::from_secs(15));
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(Duration::from_secs(5));
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(3);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(30));
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    Ok(config)
}
