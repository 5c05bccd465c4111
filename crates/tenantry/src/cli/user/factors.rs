//! Second factors of people.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Person;
use crate::app::App;
use crate::error::Error;
use crate::features::directory;
use crate::transaction;

#[derive(Args)]
pub(super) struct Factors {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Take all second factors of a person away: authenticator app, passkeys, recovery codes. All their sessions end, if there
    /// were any factors.
    Reset(Person),
}

impl Factors {
    pub(super) async fn run(&self, app: &App) -> Result<Value, Error> {
        let What::Reset(person) = &self.what;
        let (actor, moment) = (person.actor(app).await?, app.moment());
        let (found, had) = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let id = person.find(&mut inside).await?;
            let had = directory::reset_second_factors(app, &mut inside, &actor, id, &moment).await?;
            Ok((directory::get_user(&mut inside, &actor, id).await?, had))
        })?;
        Ok(json!({
            "id": found.person.id,
            "userPrincipalName": found.person.sign_in_name(),
            "removed": {
                "authenticatorApp": had.authenticator,
                "passkeys": had.passkeys,
                "recoveryCodes": had.recovery_codes,
            },
            "sessionsEnded": had.any(),
        }))
    }
}
