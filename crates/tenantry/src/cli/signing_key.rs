//! `tenantry signing-key …`: the keys that sign tokens, which belong to the deployment and stand in no tenant's log.

use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::told::{Asked, told};
use super::{Output, locale, say, show};
use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::signing::Algorithm;
use crate::signing::managed::{self, Listed, State};

/// `tenantry signing-key …`
#[derive(Args)]
pub struct SigningKeys {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List the keys by algorithm, the newest first.
    List,
    /// Make a new key of each algorithm, which is shown at once and signs in a day; the present one overlaps.
    Rotate {
        /// Of this algorithm alone; it may stand several times.
        #[arg(
            long = "algorithm",
            value_name = "ALGORITHM",
            value_parser = PossibleValuesParser::new(Algorithm::ALL.map(Algorithm::as_str))
        )]
        algorithms: Vec<String>,
    },
    /// Revoke a key: it is shown no more, and what it signed is refused. If it signs, a new one does from now on.
    Revoke {
        /// The key's id, its `kid`.
        // An id may begin with a hyphen.
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
}

impl Asked for SigningKeys {
    const LIST: &'static str = "signing-key";
    const UNKNOWN: &'static str = "cli-signing-key-unknown";
}

/// What a list shows of each.
const COLUMNS: [&str; 6] =
    ["kid", "algorithm", "state", "signsFromDateTime", "signsUntilDateTime", "endsDateTime"];

impl SigningKeys {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| {
            let done = match &self.what {
                What::List => list(app).await,
                What::Rotate { algorithms } => rotate(app, algorithms).await,
                What::Revoke { kid } => revoke(app, kid).await,
            };
            match done {
                Ok(value) => output.print_as(&value, |value| show::list(&COLUMNS, value)),
                Err(error) => told::<Self>(app, error, output),
            }
        })
    }
}

async fn list(app: &App) -> Result<Value, Error> {
    let listed = managed::list(app, app.clock.now()).await?;
    Ok(json!({ "value": listed.iter().map(shown).collect::<Vec<_>>() }))
}

async fn rotate(app: &App, named: &[String]) -> Result<Value, Error> {
    let is_wanted = |one: &Algorithm| named.is_empty() || named.iter().any(|name| name == one.as_str());
    let wanted: Vec<_> = Algorithm::ALL.into_iter().filter(is_wanted).collect();
    let made = managed::rotate(app, &wanted, &app.moment()).await?;
    let mut listed = managed::list(app, app.clock.now()).await?;
    // Those that waited already, too: they are what comes next.
    listed.retain(|key| {
        wanted.contains(&key.algorithm) && (key.state == State::Next || made.contains(&key.id))
    });
    for waiting in listed.iter().filter(|key| !made.contains(&key.id)) {
        say(&in_place_of_a_new_one(app, waiting));
    }
    Ok(json!({ "value": listed.iter().map(shown).collect::<Vec<_>>() }))
}

/// Why there is no new key of an algorithm: one follows already.
fn in_place_of_a_new_one(app: &App, waiting: &Listed) -> String {
    let values = [
        ("algorithm", waiting.algorithm.as_str().to_owned()),
        ("kid", waiting.id.clone()),
        ("from", waiting.signs_from.to_string()),
    ];
    locale(&app.locales).a("cli-signing-key-waits", &values)
}

async fn revoke(app: &App, kid: &str) -> Result<Value, Error> {
    let revoked = managed::revoke(app, kid, &app.moment()).await?;
    Ok(json!({ "kid": kid, "changed": revoked.changed, "signsNow": revoked.made }))
}

fn shown(key: &Listed) -> Value {
    json!({
        "kid": key.id,
        "algorithm": key.algorithm.as_str(),
        "state": key.state.as_str(),
        "createdDateTime": key.created_at,
        "signsFromDateTime": key.signs_from,
        "signsUntilDateTime": key.signs_until,
        "endsDateTime": key.ends_at,
    })
}
