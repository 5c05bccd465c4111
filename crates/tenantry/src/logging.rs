//! Structured logs to standard error, without personal data.

use tracing_subscriber::EnvFilter;

use crate::config;

/// Starts logging for the process.
pub fn start(settings: &config::Log) {
    let filter = EnvFilter::try_new(&settings.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if settings.format == "json" { builder.json().try_init() } else { builder.try_init() };
    if let Err(error) = started {
        eprintln!("tenantry: logging didn't start: {error}");
    }
}
