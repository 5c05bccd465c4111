//! `tenantry user token`: tokens with which a program asks the API as a person, made, listed and ended.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::ids::AccessTokenId;
use model::refusal::{Code, Refusal};
use serde_json::{Value, json};

use super::{Person, User};
use crate::app::App;
use crate::cli::inside::{looking, operator_in};
use crate::cli::named::{id, sign_in_name};
use crate::cli::told::told;
use crate::cli::{Output, show};
use crate::error::Error;
use crate::features::directory;
use crate::transaction;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Token {
    #[command(subcommand)]
    what: Option<What>,
    /// The name that the person signs in with.
    #[arg(required = true)]
    user: Option<String>,
    /// Hours until it expires.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=24))]
    hours: u16,
}

#[derive(Subcommand)]
enum What {
    /// List the tokens of a person that are still valid.
    List(Person),
    /// End a token of a person, or all of them; a program that holds it is refused from then on.
    Revoke(Revoke),
}

#[derive(Args)]
#[command(override_usage = "tenantry user token revoke [OPTIONS] <USER> <ID>\n       \
                            tenantry user token revoke [OPTIONS] --all <USER>")]
struct Revoke {
    #[command(flatten)]
    person: Person,
    /// The token's id, as `list` shows it.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    id: Option<String>,
    /// End all of the person's tokens; sessions in browsers stay.
    #[arg(long)]
    all: bool,
}

impl Token {
    pub async fn run(&self, app: &App, output: Output) -> ExitCode {
        let done = match (&self.what, &self.user) {
            (Some(What::List(person)), _) => list(app, person).await,
            (Some(What::Revoke(revoke)), _) => revoke.run(app).await,
            (None, Some(user)) => self.issue(app, user).await,
            (None, None) => Err(Error::not_found()),
        };
        match done {
            Ok(value) => output.print_as(&value, written),
            Err(error) => told::<User>(app, error, output),
        }
    }

    async fn issue(&self, app: &App, user: &str) -> Result<Value, Error> {
        let name = sign_in_name(user)?;
        let (moment, actor) = (app.moment(), operator_in(app, &name.domain).await?);
        let expires_at = moment.after_seconds(i64::from(self.hours) * 3600);
        let (person, token) = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            directory::issue_token(app, &mut inside, &actor, user, expires_at, &moment).await
        })?;
        Ok(json!({
            "tokenType": "Bearer",
            "accessToken": token.expose(),
            "expiresAt": expires_at.to_string(),
            "tenantId": actor.tenant(),
            "userId": person,
        }))
    }
}

fn written(value: &Value) -> String {
    show::list(&["id", "createdAt", "expiresAt"], value)
}

async fn list(app: &App, person: &Person) -> Result<Value, Error> {
    let actor = looking(app, person.tenant()?, &person.user).await?;
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(actor.grant()).await?;
    let user = person.find(&mut inside).await?;
    let open = directory::open_tokens(&mut inside, &actor, user, app.moment().now).await?;
    let shown = open.iter().map(|token| {
        json!({
            "id": token.id,
            "createdAt": token.created_at.to_string(),
            "expiresAt": token.expires_at.to_string(),
        })
    });
    Ok(json!({ "value": shown.collect::<Vec<_>>() }))
}

fn token(typed: &str) -> Result<AccessTokenId, Error> {
    id(typed).map_err(|_| Refusal::new(Code::NotFound).on("token").into())
}

impl Revoke {
    async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (self.person.actor(app).await?, app.moment());
        let (user, revoked) = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let user = self.person.find(&mut inside).await?;
            let id = self.id.as_deref().map(token).transpose()?;
            let revoked = directory::revoke_tokens(&mut inside, &actor, user, id, &moment).await?;
            Ok::<_, Error>((user, revoked))
        })?;
        Ok(json!({ "userId": user, "revoked": revoked }))
    }
}
