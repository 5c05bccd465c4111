//! `tenantry config …`: what the settings are, without starting anything.

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use toml::{Table, Value};

use super::{Output, misused, write};
use crate::config::{Config, DEFAULTS, without_password};

/// `tenantry config …`
#[derive(Args)]
pub struct Settings {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Is the configuration one that the service could start with?
    Check,
    /// Show the settings in force, passwords left out.
    Show,
    /// Print the commented defaults, a file to start from.
    Defaults,
}

impl Settings {
    /// Does what was asked, with the file and environment that the service would read.
    #[must_use]
    pub fn run(
        &self,
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        json: bool,
    ) -> ExitCode {
        if matches!(self.what, What::Defaults) {
            return write(DEFAULTS.as_bytes());
        }
        let settings = match Config::settings(file, environment) {
            Ok(settings) => settings,
            Err(error) => return misused(&error),
        };
        let config = match Config::from_settings(settings.clone()) {
            Ok(config) => config,
            Err(error) => return misused(&error),
        };
        if matches!(self.what, What::Check) {
            if let Err(error) = config.may_serve() {
                return misused(&error);
            }
            let source = file.map_or("built-in defaults".to_owned(), |file| file.display().to_string());
            return Output::new(json).print(&serde_json::json!({ "configuration": source, "valid": true }));
        }
        let masked = masked(settings);
        match (json, toml::to_string(&masked)) {
            (false, Ok(text)) => write(text.as_bytes()),
            (true, _) => Output::Json.print(&serde_json::json!(masked)),
            (_, Err(error)) => super::fail(&error),
        }
    }
}

/// Passwords stand in URLs, so those are shown without.
fn masked(mut settings: Table) -> Table {
    for (_, section) in &mut settings {
        let Value::Table(values) = section else { continue };
        for (_, value) in values {
            if let Value::String(text) = value {
                *text = without_password(text);
            }
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        let settings: Table = toml::from_str(
            "[database]\nurl = 'postgres://tenantry:s3c:r@t@db/tenantry'\n[mail]\nsmtp_url = 'smtps://u:s3cret@host:465'\nother = 'postgres://db/x?password=s3cret'\nfrom = 'a@b'",
        )
        .unwrap();
        let shown = masked(settings).to_string();
        assert!(!shown.contains("s3c") && shown.contains("postgres://…@db/tenantry"), "{shown}");
        assert!(shown.contains("a@b"));
    }
}
