//! `tenantry user …`: people of a tenant, by the operator's hand. What is done stands in the tenant's log.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{Output, told};
use crate::access::Actor;
use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::features::{directory, operator};
use crate::transaction;

/// `tenantry user …`
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a token with which a program asks the API as this person; it is shown once.
    Token {
        /// The name that the person signs in with.
        user: String,
        /// Hours until it expires.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=24))]
        hours: u16,
    },
}

impl User {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| {
            let What::Token { user, hours } = &self.what;
            match token(app, user, *hours).await {
                Ok(value) => output.print(&value),
                Err(error) => told(app, error, output),
            }
        })
    }
}

async fn token(app: &App, user: &str, hours: u16) -> Result<Value, Error> {
    let (_, domain) = user.rsplit_once('@').ok_or_else(Error::not_found)?;
    let mut scope = app.db.read().await?;
    let tenant = operator::find(&mut scope, domain).await?.tenant.id;
    drop(scope);
    let (moment, actor) = (app.moment(), Actor::operator(tenant));
    let expires_at = moment.after_seconds(i64::from(hours) * 3600);
    let (person, token) = transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        directory::issue_token(app, &mut inside, &actor, user, expires_at, &moment).await
    })?;
    Ok(json!({
        "tokenType": "Bearer",
        "accessToken": token.expose(),
        "expiresAt": expires_at.to_string(),
        "tenantId": tenant,
        "userId": person,
    }))
}
