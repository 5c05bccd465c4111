//! Structured logs to standard error, without personal data.
//!
//! Libraries tell at their lowest levels what passes through them: statements with their values, mails, telephone
//! numbers. Whatever level the operator asks for, that is never written.

use std::io::IsTerminal as _;

use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, Level};
use tracing_subscriber::filter::{FilterExt as _, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry, fmt};

use crate::{config, db};

/// Starts logging for a command beside `serve`. Its answer says what it did: unless the operator asks for more, only what
/// else is wrong is told, and what was done to the whole deployment, which no other record has.
pub fn start_beside(settings: &config::Log) {
    let mut settings = settings.clone();
    if settings.level == "info" {
        settings.level = "warn".to_owned();
    }
    start(&settings);
}

/// Starts logging for the process.
pub fn start(settings: &config::Log) {
    if let Err(error) = dispatch(settings, std::io::stderr, std::io::stderr().is_terminal()).try_init() {
        eprintln!("tenantry: logging didn't start: {error}");
    }
}

/// What writes the events that the settings ask for and that may be written. Colours are for a terminal: in a file or a
/// journal their codes are noise.
pub fn dispatch<W>(settings: &config::Log, writer: W, colours: bool) -> Dispatch
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    // What is asked for comes later, so that it wins over the quiet, though not over what may be written.
    let asked = EnvFilter::try_new(format!("{},{}", db::QUIET, settings.level))
        .unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = asked.and(writable());
    let lines = fmt::layer().with_ansi(colours).with_writer(writer);
    if settings.format == "json" {
        Registry::default().with(lines.json().with_filter(filter)).into()
    } else {
        Registry::default().with(lines.with_filter(filter)).into()
    }
}

/// The most that each crate may tell. A name covers all that begin with it: `hyper` also `hyper_util`.
fn writable() -> Targets {
    let ours = ["tenantry", "model", "protocol"].map(|name| (name, Level::TRACE));
    let with_values = [db::TELLS_VALUES, "rlibphonenumber", "lettre"].map(|name| (name, Level::INFO));
    Targets::new().with_default(LevelFilter::DEBUG).with_targets(ours).with_targets(with_values)
}
