//! `tenantry signing-key …`: the keys that sign tokens, which belong to the deployment and stand in no tenant's log.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::told::{Asked, told};
use super::{Output, show};
use crate::app::App;
use crate::config::Config;
use crate::error::Error;
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
    Rotate,
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
                What::List => list(app, |_| true).await,
                What::Rotate => rotate(app).await,
                What::Revoke { kid } => revoke(app, kid).await,
            };
            match done {
                Ok(value) => output.print_as(&value, |value| show::list(&COLUMNS, value)),
                Err(error) => told::<Self>(app, error, output),
            }
        })
    }
}

async fn list(app: &App, wanted: impl Fn(&Listed) -> bool) -> Result<Value, Error> {
    let listed = managed::list(app, app.clock.now()).await?;
    Ok(json!({ "value": listed.iter().filter(|key| wanted(key)).map(shown).collect::<Vec<_>>() }))
}

async fn rotate(app: &App) -> Result<Value, Error> {
    let made = managed::rotate(app, &app.moment()).await?;
    // Those that waited already, too: they are what comes next.
    list(app, |key| made.contains(&key.id) || key.state == State::Next).await
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
