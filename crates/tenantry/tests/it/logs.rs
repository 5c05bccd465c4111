//! What is written when the operator asks for everything: our own statements, and nothing that they carry.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use model::eligibility::phone;
use tenantry::config::Log;
use tenantry::db::{Single, Value};
use tenantry::error::Error;
use tenantry::{logging, params, transaction};
use tracing::Dispatch;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::support::{Engine, TestApp};

both_engines!(no_level_writes_values);

const SECRET: &str = "$argon2id$v=19$correct-horse";
/// How the PostgreSQL library tells a statement at the level `debug`.
const WITH_VALUES: &str = "executing statement";
const TELEPHONE: &str = "2105551234";

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

async fn store_and_read(t: &TestApp) {
    let stored: Result<(), Error> = transaction!(t.app.db, |scope| {
        let sql =
            "INSERT INTO job (id, kind, payload, run_at, attempts) VALUES ($1, $2, $3, 9000000000000000, 0)";
        scope.execute(sql, params![t.app.moment().uuid(), SECRET, SECRET]).await?;
        let Single(kind): Single<String> =
            scope.one("SELECT max(kind) FROM job WHERE kind = $1", params![SECRET]).await?;
        assert_eq!(kind, SECRET);
        Ok(())
    });
    stored.unwrap();
}

async fn written(t: &TestApp, lines: &Lines, to: Dispatch) -> String {
    let listening = to.set_default();
    store_and_read(t).await;
    assert!(phone::check(TELEPHONE, Some("GR")).number.is_some());
    drop(listening);
    String::from_utf8(std::mem::take(&mut *lines.0.lock().unwrap())).unwrap()
}

async fn no_level_writes_values(t: &mut TestApp) {
    let lines = Lines::default();
    let everything =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone());
    let uncapped = written(t, &lines, everything.finish().into()).await;
    assert!(uncapped.contains(TELEPHONE), "the library tells numbers: {uncapped}");
    assert_eq!(uncapped.contains(WITH_VALUES), t.engine == Engine::Postgres, "{uncapped}");
    assert!(!uncapped.contains(SECRET), "{uncapped}");
    for level in ["trace", "debug", "info,tokio_postgres::query=trace,rlibphonenumber=trace"] {
        for format in ["text", "json"] {
            let settings = Log { level: level.to_owned(), format: format.to_owned() };
            let log = written(t, &lines, logging::dispatch(&settings, lines.clone(), false)).await;
            for value in [SECRET, TELEPHONE, WITH_VALUES] {
                assert!(!log.contains(value), "{level}: {log}");
            }
            assert_eq!(log.contains("INSERT INTO job"), level == "trace", "{level}: {log}");
        }
    }
    let shown =
        format!("{:?}", [Value::from(SECRET), Value::from(SECRET.as_bytes()), Value::from(204_816_i64)]);
    assert_eq!(shown, "[text, bytes, integer]");
}
