//! Structured logs to standard error, without personal data.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::{config, db};

/// Starts logging for the process.
pub fn start(settings: &config::Log) {
    // What is asked for comes later, so that it wins.
    let level = format!("{},{}", db::QUIET, settings.level);
    let filter = EnvFilter::try_new(&level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Colours are for a terminal: in a file or a journal their codes are noise.
    let builder = if std::io::stderr().is_terminal() { builder } else { builder.with_ansi(false) };
    let started = if settings.format == "json" { builder.json().try_init() } else { builder.try_init() };
    if let Err(error) = started {
        eprintln!("tenantry: logging didn't start: {error}");
    }
}
