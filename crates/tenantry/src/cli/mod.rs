//! The commands beside `serve`: what each asks for and how it answers, a file a command.
//!
//! Results go to standard output, as a table for people or with `--json` for programs; what went wrong goes to
//! standard error. Exit status 0 is done, 1 refused or failed, 2 not asked properly.

pub mod app;
pub mod audit;
pub mod check;
pub mod doctor;
pub mod domain;
pub mod group;
mod inside;
mod lines;
mod named;
pub mod operator;
pub mod prove;
mod registration;
pub mod role;
pub mod settings;
mod show;
pub mod signing_key;
pub mod tenant;
mod told;
pub mod user;
pub mod webhook;

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use crate::app::App;
use crate::config::{Config, without_password};
use crate::db::{Db, DbError, Schema};
use crate::serve;
use crate::web::locale::{Locale, Locales};

/// Status of a command that was asked for what it doesn't do.
pub const USAGE: u8 = 2;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Table,
    Json,
}

impl Output {
    /// Tables are for people: whoever isn't a terminal, or asks for JSON, gets JSON.
    #[must_use]
    pub fn new(json: bool) -> Self {
        if json || !std::io::stdout().is_terminal() { Self::Json } else { Self::Table }
    }

    fn print(self, value: &Value) -> ExitCode {
        self.print_as(value, show::table)
    }

    /// For a terminal as the command wants it shown.
    fn print_as(self, value: &Value, shown: impl Fn(&Value) -> String) -> ExitCode {
        let is_nothing = value["value"].as_array().is_some_and(Vec::is_empty);
        let text = match self {
            Self::Json => format!("{value}\n"),
            Self::Table if is_nothing => in_words(|l| l.t("cli-nothing-found")) + "\n",
            Self::Table => shown(value),
        };
        write(text.as_bytes())
    }
}

/// Writes a result. A reader that has gone away has seen enough, and is told so by the status.
#[must_use]
pub fn write(result: &[u8]) -> ExitCode {
    let mut output = std::io::stdout().lock();
    match output.write_all(result).and_then(|()| output.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(error) => fail(&error),
    }
}

/// The language of the terminal, by the usual variables: the first that is set counts.
#[expect(clippy::disallowed_methods, reason = "the terminal's language is no setting of the service")]
fn locale(locales: &Locales) -> Locale {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    let setting = variables.filter_map(|name| std::env::var(name).ok()).find(|set| !set.is_empty());
    let tag = setting.map(|set| set.split(['.', '@']).next().unwrap_or_default().replace('_', "-"));
    locales.choose(tag.as_deref(), None)
}

/// What there is to say where the service isn't open.
fn in_words(text: impl FnOnce(&Locale) -> String) -> String {
    Locales::embedded().map_or_else(|error| error.to_string(), |locales| text(&locale(&locales)))
}

// To where nobody may listen any more.
fn say(error: &dyn std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "tenantry: {error}");
}

/// Says why the command can't go on.
pub fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    say(error);
    ExitCode::FAILURE
}

/// Says what is wrong with how the command was asked.
pub fn misused(error: &dyn std::fmt::Display) -> ExitCode {
    say(error);
    ExitCode::from(USAGE)
}

/// Runs work on the threads of the service, without the service.
pub fn run(work: impl Future<Output = ExitCode>) -> ExitCode {
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => fail(&error),
    }
}

/// Runs a command on the same [`App`] that the service has, with its database and keys, which it neither makes nor changes for
/// another version: older nodes may be running on it.
fn with_app(config: Config, work: impl AsyncFnOnce(&App) -> ExitCode) -> ExitCode {
    run(async {
        match hindrance(&config).await {
            Ok(None) => opened(config, work).await,
            Ok(Some(what)) => fail(&in_words(|l| what.told(l))),
            Err(error) => fail(&error),
        }
    })
}

/// The same for a command that may be the first one: what is missing is made, and that is said.
fn with_new_app(config: Config, work: impl AsyncFnOnce(&App) -> ExitCode) -> ExitCode {
    run(async {
        match hindrance(&config).await {
            Ok(Some(Hindrance::NoDatabase(url))) => {
                say(&in_words(|l| l.a("cli-database-made", &[("url", &url)])))
            }
            Ok(Some(what)) => return fail(&in_words(|l| what.told(l))),
            Ok(None) => {}
            Err(error) => return fail(&error),
        }
        opened(config, work).await
    })
}

async fn opened(config: Config, work: impl AsyncFnOnce(&App) -> ExitCode) -> ExitCode {
    match serve::open(config).await {
        Ok(app) => work(&app).await,
        Err(error) => fail(&error),
    }
}

/// What a service of this version would have made or mended at its start.
enum Hindrance {
    NoDatabase(String),
    OlderDatabase(String),
    NewerDatabase(String),
    NoKey(String),
}

impl Hindrance {
    fn told(&self, l: &Locale) -> String {
        match self {
            Self::NoDatabase(url) => l.a("cli-database-missing", &[("url", url)]),
            Self::OlderDatabase(url) => l.a("cli-database-older", &[("url", url)]),
            Self::NewerDatabase(url) => l.a("cli-database-newer", &[("url", url)]),
            Self::NoKey(file) => l.a("cli-key-missing", &[("file", file)]),
        }
    }
}

async fn hindrance(config: &Config) -> Result<Option<Hindrance>, DbError> {
    let url = without_password(&config.database.url);
    let file = &config.secrets.key_file;
    Ok(match Db::schema(&config.database.url).await? {
        Schema::None => Some(Hindrance::NoDatabase(url)),
        Schema::Older => Some(Hindrance::OlderDatabase(url)),
        Schema::Newer => Some(Hindrance::NewerDatabase(url)),
        Schema::Current => (!Path::new(file).exists()).then(|| Hindrance::NoKey(file.clone())),
    })
}
