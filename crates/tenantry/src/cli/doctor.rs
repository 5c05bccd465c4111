//! `tenantry doctor`: would the service work here? Looks at everything it needs and changes nothing.

mod files;

use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::{Output, locale};
use crate::config::{Config, without_password};
use crate::db::{Db, DbError, Found, Schema};
use crate::mail::Transport;
use crate::moment::{Clock as _, Moment, SystemClock, SystemRandom};
use crate::outside::dns::{Dns, Kind, network::NetworkDns};
use crate::passwords::Hasher;
use crate::secrets::Secret;
use crate::serve;
use crate::web::locale::{Locale, Locales};

/// No clock that is set shows an earlier time than this.
const EARLIEST: Timestamp = Timestamp::constant(1_767_225_600, 0);
/// A name that exists as long as the internet does (RFC 2606).
const KNOWN_NAME: &str = "example.com";
const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Good,
    /// It works, and the operator should know.
    Note,
    Bad,
}

struct Check {
    name: &'static str,
    state: State,
    detail: String,
}

fn check(name: &'static str, state: State, detail: impl Into<String>) -> Check {
    Check { name, state, detail: detail.into() }
}

/// Looks at everything and tells; the status is 1 when something wouldn't work.
#[must_use]
pub fn run(config: &Config, output: Output) -> ExitCode {
    let l = match Locales::embedded() {
        Ok(locales) => locale(&locales),
        Err(error) => return super::fail(&error),
    };
    super::run(async {
        let configuration = match config.may_serve() {
            Ok(()) => check("configuration", State::Good, config.server.public_url.clone()),
            Err(error) => check("configuration", State::Bad, error.to_string()),
        };
        let mut checks = vec![configuration];
        let url = &config.database.url;
        let found = tokio::time::timeout(PATIENCE, Db::look(url, serve::KEY_MARK)).await.ok();
        checks.extend(database(config, found.as_ref(), &l));
        let mark = found.and_then(Result::ok).and_then(|found| found.mark);
        checks.push(files::key(config, mark.as_deref(), &l));
        checks.push(files::certificate(config, &l).await);
        checks.push(dns(config, &l).await);
        checks.push(mail(config, &l).await);
        checks.extend(files::named(config));
        checks.extend(for_trying_out(config, &l));
        checks.push(clock(&l));
        checks.push(passwords(config, &l).await);
        tell(&checks, output)
    })
}

fn tell(checks: &[Check], output: Output) -> ExitCode {
    let bad = checks.iter().any(|check| check.state == State::Bad);
    match output {
        Output::Json => {
            let rows = checks
                .iter()
                .map(|check| json!({"check": check.name, "state": check.state, "detail": check.detail}));
            output.print(&json!({ "healthy": !bad, "checks": rows.collect::<Vec<_>>() }));
        }
        Output::Table => {
            let mut table = String::new();
            for check in checks {
                let mark = match check.state {
                    State::Good => "✓",
                    State::Note => "!",
                    State::Bad => "✗",
                };
                table.push_str(&format!("{mark} {:14} {}\n", check.name, check.detail));
            }
            let _ = super::write(table.as_bytes());
        }
    }
    ExitCode::from(u8::from(bad))
}

/// What was found in the database, or that it gave no answer in time.
fn database(config: &Config, found: Option<&Result<Found, DbError>>, l: &Locale) -> Vec<Check> {
    let name = "database";
    let url = without_password(&config.database.url);
    let found = match found {
        Some(Ok(found)) => found,
        Some(Err(error)) => return vec![check(name, State::Bad, format!("{url}: {error}"))],
        None => return vec![check(name, State::Bad, l.a("doctor-database-silent", &[("url", &url)]))],
    };
    let schema = match found.schema {
        Schema::None => check(name, State::Note, l.a("doctor-database-none", &[("url", &url)])),
        Schema::Older => check(name, State::Note, l.a("doctor-database-older", &[("url", &url)])),
        Schema::Newer => check(name, State::Bad, l.a("doctor-database-newer", &[("url", &url)])),
        Schema::Current => check(name, State::Good, url),
    };
    let role = || check("database role", State::Note, l.t("doctor-database-role"));
    std::iter::once(schema).chain(found.ignores_row_security.then(role)).collect()
}

async fn dns(config: &Config, l: &Locale) -> Check {
    let started = SystemClock.now();
    match Dns::new(NetworkDns::new(&config.dns)).ask(KNOWN_NAME, Kind::A).await {
        Err(error) if !error.is_absence() => {
            let why = error.to_string();
            check("dns", State::Note, l.a("doctor-dns-silent", &[("why", &why)]))
        }
        _ => check("dns", State::Good, format!("{} ms", milliseconds_since(started))),
    }
}

async fn mail(config: &Config, l: &Locale) -> Check {
    let name = "mail";
    if config.mail.transport == "local" {
        return check(name, State::Note, l.t("doctor-mail-local"));
    }
    let tried = match Transport::new(&config.mail) {
        Ok(transport) => tokio::time::timeout(PATIENCE, transport.test()).await,
        Err(error) => Ok(Err(error)),
    };
    match tried {
        Ok(Ok(())) => check(name, State::Good, without_password(&config.mail.smtp_url)),
        Ok(Err(error)) => check(name, State::Bad, error.to_string()),
        Err(_) => check(name, State::Bad, l.t("doctor-mail-silent")),
    }
}

/// What lets a first run be tried out and isn't meant for everybody else.
fn for_trying_out(config: &Config, l: &Locale) -> Vec<Check> {
    let mut notes = Vec::new();
    if config.sign_up.allow_test_names {
        notes.push(check("sign-up", State::Note, l.t("doctor-test-names")));
    }
    if config.payment.provider == "sandbox" {
        notes.push(check("payment", State::Note, l.t("doctor-sandbox")));
    }
    notes
}

fn clock(l: &Locale) -> Check {
    let now = SystemClock.now();
    let shown = now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    if now < EARLIEST {
        return check("clock", State::Bad, l.a("doctor-clock-wrong", &[("time", &shown)]));
    }
    check("clock", State::Good, shown)
}

async fn passwords(config: &Config, l: &Locale) -> Check {
    let name = "passwords";
    let hasher = match Hasher::start(&config.passwords) {
        Ok(hasher) => hasher,
        Err(error) => return check(name, State::Bad, error.to_string()),
    };
    let moment = Moment::new(SystemClock.now(), std::sync::Arc::new(SystemRandom));
    let started = SystemClock.now();
    if let Err(error) = hasher.hash(&Secret::new("a password of some length"), &moment).await {
        return check(name, State::Bad, error.to_string());
    }
    let (path, took) = (argon2_dispatch::path().to_string(), milliseconds_since(started).to_string());
    check(name, State::Good, l.a("doctor-passwords", &[("path", &path), ("milliseconds", &took)]))
}

fn milliseconds_since(started: Timestamp) -> i128 {
    SystemClock.now().duration_since(started).as_millis()
}
