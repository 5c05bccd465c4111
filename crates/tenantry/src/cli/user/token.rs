//! `tenantry user token`: tokens with which a program asks the API as a person, made, listed and ended.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::ids::AccessTokenId;
use model::refusal::{Code, Refusal};
use serde_json::{Value, json};

use super::{Person, User};
use crate::app::App;
use crate::cli::inside::{look, operator_in};
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
    #[arg(required = true, value_name = "NAME@DOMAIN")]
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
#[command(override_usage = "tenantry user token revoke [OPTIONS] <NAME@DOMAIN> <ID>\n       \
                            tenantry user token revoke [OPTIONS] --all <NAME@DOMAIN>")]
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
            (None, Some(user)) => match self.issue(app, user).await {
                Ok(issued) => return hand_out(&issued, output),
                Err(error) => Err(error),
            },
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
        let issued = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            directory::issue_token(app, &mut inside, &actor, user, expires_at, &moment).await
        })?;
        Ok(json!({
            "tokenType": "Bearer",
            "accessToken": issued.secret.expose(),
            "id": issued.id,
            "expiresDateTime": expires_at,
            "tenantId": actor.tenant(),
            "userId": issued.user,
        }))
    }
}

/// To a terminal the token alone, which is copied; what there is to know of it stands beside it.
fn hand_out(issued: &Value, output: Output) -> ExitCode {
    if output == Output::Table {
        let mut beside = issued.clone();
        let _ = beside.as_object_mut().and_then(|fields| fields.remove("accessToken"));
        let _ = std::io::stderr().write_all(show::table(&beside).as_bytes());
    }
    output.print_as(issued, |issued| format!("{}\n", issued["accessToken"].as_str().unwrap_or_default()))
}

fn written(value: &Value) -> String {
    show::list(&["id", "createdDateTime", "expiresDateTime"], value)
}

async fn list(app: &App, person: &Person) -> Result<Value, Error> {
    let open = look(app, person.tenant()?, &person.user, async |actor, inside| {
        let user = person.find(inside).await?;
        directory::open_tokens(inside, actor, user, app.moment().now).await
    });
    let open = open.await?;
    let shown = open.iter().map(|token| {
        json!({
            "id": token.id,
            "createdDateTime": token.created_at,
            "expiresDateTime": token.expires_at,
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
