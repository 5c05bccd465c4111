//! All that is stored, beside the service: what changed between two moments, and the way back to the first.

use std::collections::BTreeMap;
use std::sync::Mutex;

use rusqlite::types::Value as Cell;
use serde_json::{Map, Value};

use crate::support::database::beside;
use crate::support::{Engine, TestApp};

/// What may change though an input was refused: counters of tries and of limits, and the log of failed tries.
/// A table, and its columns that may change or its rows that may come.
const MAY_CHANGE: &[(&str, May)] = &[
    // Wrong guesses at passwords and codes, by person, by slot of unknown names, by reset and by sign-up's code.
    ("lockout", May::Rows),
    ("password_reset_guard", May::Rows),
    ("mail_code", May::Columns(&["tries"])),
    // That somebody tried and failed.
    ("audit_event", May::RowsOtherThan("result", "success")),
    ("sign_in", May::RowsOtherThan("result", "success")),
    ("job", May::RowsWith("kind", "record-refused-sign-in")),
    // When somebody was here, and when they last gave the right password, whatever else they sent with it.
    ("session", May::Columns(&["last_seen_at", "authenticated_at"])),
    // The provider's own memory of a card that it declined.
    ("sandbox_setup", May::Rows),
];

#[derive(Clone, Copy)]
enum May {
    Rows,
    Columns(&'static [&'static str]),
    RowsWith(&'static str, &'static str),
    RowsOtherThan(&'static str, &'static str),
}

type Row = Map<String, Value>;

/// The rows of every table.
#[derive(Clone, Default)]
pub struct Dump(BTreeMap<String, Vec<Row>>);

impl Dump {
    /// The tables that differ in more than may change.
    pub fn differences(&self, later: &Self) -> Vec<String> {
        let changed = self.0.iter().filter(|(table, rows)| {
            let later = later.0.get(*table).map_or(&[][..], Vec::as_slice);
            kept(table, rows) != kept(table, later)
        });
        changed.map(|(table, _)| table.clone()).collect()
    }
}

fn kept(table: &str, rows: &[Row]) -> Vec<Row> {
    let may = MAY_CHANGE.iter().find(|(listed, _)| *listed == table).map(|(_, may)| *may);
    match may {
        Some(May::Rows) => Vec::new(),
        Some(May::Columns(columns)) => {
            let without = |row: &Row| {
                let cells = row.iter().filter(|(name, _)| !columns.contains(&name.as_str()));
                cells.map(|(name, cell)| (name.clone(), cell.clone())).collect()
            };
            rows.iter().map(without).collect()
        }
        Some(May::RowsOtherThan(column, value)) => rows
            .iter()
            .filter(|row| row.get(column).and_then(Value::as_str) == Some(value))
            .cloned()
            .collect(),
        Some(May::RowsWith(column, value)) => rows
            .iter()
            .filter(|row| row.get(column).and_then(Value::as_str) != Some(value))
            .cloned()
            .collect(),
        None => rows.to_vec(),
    }
}

/// A connection of the test's own.
pub enum Store {
    Sqlite(Mutex<rusqlite::Connection>, Vec<String>),
    Postgres(tokio_postgres::Client, tokio_postgres::Statement),
}

impl Store {
    pub async fn open(t: &TestApp) -> Self {
        let url = &t.app.config.database.url;
        match t.engine {
            Engine::Sqlite => {
                let connection = rusqlite::Connection::open(url.trim_start_matches("sqlite:")).unwrap();
                connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
                connection.pragma_update(None, "foreign_keys", false).unwrap();
                let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
                let mut statement = connection.prepare(sql).unwrap();
                let tables = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
                drop(statement);
                Self::Sqlite(Mutex::new(connection), tables)
            }
            Engine::Postgres => {
                let client = beside(url).await;
                let sql =
                    "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";
                let rows = client.query(sql, &[]).await.unwrap();
                let one = |row: &tokio_postgres::Row| {
                    let table: &str = row.get(0);
                    let rows = "coalesce(json_agg(t ORDER BY t::text), '[]')::text AS rows";
                    format!("SELECT '{table}' AS name, {rows} FROM {table} t")
                };
                let dump = rows.iter().map(one).collect::<Vec<_>>().join(" UNION ALL ");
                let dump = client.prepare(&dump).await.unwrap();
                // Rows come back as they were, whatever refers to them.
                client.batch_execute("SET session_replication_role = replica").await.unwrap();
                Self::Postgres(client, dump)
            }
        }
    }

    /// Stays the same as long as nobody wrote anything.
    pub async fn mark(&self) -> i64 {
        match self {
            Self::Sqlite(connection, _) => {
                connection.lock().unwrap().query_row("PRAGMA data_version", [], |row| row.get(0)).unwrap()
            }
            Self::Postgres(client, _) => {
                let sql = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint";
                client.query_one(sql, &[]).await.unwrap().get(0)
            }
        }
    }

    pub async fn dump(&self) -> Dump {
        match self {
            Self::Sqlite(connection, tables) => {
                let connection = connection.lock().unwrap();
                Dump(tables.iter().map(|table| (table.clone(), rows_of(&connection, table))).collect())
            }
            Self::Postgres(client, dump) => {
                let rows = client.query(dump, &[]).await.unwrap();
                let read = |row: &tokio_postgres::Row| {
                    (row.get::<_, String>("name"), serde_json::from_str(row.get("rows")).unwrap())
                };
                Dump(rows.iter().map(read).collect())
            }
        }
    }

    /// Writes back what differs.
    pub async fn restore(&self, dump: &Dump, now: &Dump) {
        let differs: Vec<_> =
            dump.0.iter().filter(|(table, rows)| now.0.get(*table) != Some(*rows)).collect();
        match self {
            Self::Sqlite(connection, _) => {
                let connection = connection.lock().unwrap();
                connection.execute_batch("BEGIN IMMEDIATE").unwrap();
                for (table, rows) in differs {
                    connection.execute(&format!("DELETE FROM {table}"), []).unwrap();
                    rows.iter().for_each(|row| insert(&connection, table, row));
                }
                connection.execute_batch("COMMIT").unwrap();
            }
            Self::Postgres(client, _) => {
                client.batch_execute("BEGIN").await.unwrap();
                for (table, rows) in differs {
                    client.execute(&format!("DELETE FROM {table}"), &[]).await.unwrap();
                    let rows = serde_json::to_string(rows).unwrap();
                    let sql = format!(
                        "INSERT INTO {table} SELECT * FROM json_populate_recordset(null::{table}, $1::text::json)"
                    );
                    client.execute(&sql, &[&rows]).await.unwrap();
                }
                client.batch_execute("COMMIT").await.unwrap();
            }
        }
    }
}

// Bytes are told from text by an object around their numbers.
fn rows_of(connection: &rusqlite::Connection, table: &str) -> Vec<Row> {
    let mut statement = connection.prepare_cached(&format!("SELECT * FROM {table}")).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let read = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Row> {
        let cell = |at: usize| -> rusqlite::Result<Value> {
            Ok(match row.get::<_, Cell>(at)? {
                Cell::Null => Value::Null,
                Cell::Integer(number) => number.into(),
                Cell::Real(number) => number.into(),
                Cell::Text(text) => text.into(),
                Cell::Blob(bytes) => serde_json::json!({ "bytes": bytes }),
            })
        };
        names.iter().enumerate().map(|(at, name)| Ok((name.clone(), cell(at)?))).collect()
    };
    statement.query_map([], read).unwrap().map(Result::unwrap).collect()
}

fn insert(connection: &rusqlite::Connection, table: &str, row: &Row) {
    let cell = |value: &Value| match value {
        Value::Number(number) => Cell::Integer(number.as_i64().unwrap()),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Object(bytes) => Cell::Blob(serde_json::from_value(bytes["bytes"].clone()).unwrap()),
        _ => Cell::Null,
    };
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    let marks: Vec<String> = (1..=names.len()).map(|at| format!("?{at}")).collect();
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), marks.join(", "));
    let mut statement = connection.prepare_cached(&sql).unwrap();
    statement.execute(rusqlite::params_from_iter(row.values().map(cell))).unwrap();
}
