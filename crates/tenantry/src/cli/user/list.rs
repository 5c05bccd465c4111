//! `tenantry user list` and `tenantry user export`.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use model::ids::UserId;
use serde_json::{Value, json};

use crate::app::App;
use crate::cli::inside::{looking, operator_in};
use crate::cli::named::an_id;
use crate::cli::told::told;
use crate::cli::{self, Output, show};
use crate::db::Position;
use crate::error::Error;
use crate::features::directory::{self, Filter, ListQuery, Listed};
use crate::transaction;

/// Which people.
#[derive(Clone, Copy, Default, ValueEnum)]
enum State {
    /// Everybody who isn't deleted.
    #[default]
    All,
    Enabled,
    Disabled,
    /// Those who were invited and haven't accepted yet.
    Invited,
    /// Those who hold a role.
    WithRoles,
    Deleted,
}

/// Which people a command is about.
#[derive(Args)]
struct Which {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// Beginnings of words of names, user names and addresses.
    #[arg(long)]
    search: Option<String>,
    /// Whether they may sign in.
    #[arg(long, value_enum, default_value_t)]
    state: State,
    /// Those who sign in under this domain name.
    #[arg(long)]
    domain: Option<String>,
    /// Those of this department.
    #[arg(long)]
    department: Option<String>,
}

impl Which {
    fn query(&self) -> ListQuery {
        ListQuery {
            search: self.search.clone().unwrap_or_default(),
            filter: match self.state {
                State::All => Filter::Everyone,
                State::Enabled => Filter::Enabled,
                State::Disabled => Filter::Disabled,
                State::Invited => Filter::Invited,
                State::WithRoles => Filter::WithRoles,
                State::Deleted => Filter::Deleted,
            },
            domain: self.domain.as_deref().unwrap_or_default().to_lowercase(),
            department: self.department.clone().unwrap_or_default(),
            ..ListQuery::default()
        }
    }
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    which: Which,
    /// How many at most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Go on behind the person with this id.
    #[arg(long, value_name = "ID", value_parser = an_id::<UserId>)]
    after: Option<UserId>,
}

fn shown(listed: &Listed) -> Value {
    let person = &listed.person;
    json!({
        "id": person.id,
        "userPrincipalName": person.sign_in_name(),
        "displayName": person.display_name,
        "mail": person.contact.as_ref().map(|contact| &contact.address),
        "accountEnabled": person.account_enabled,
        "userType": listed.user_type,
        "department": listed.properties.text("department"),
        "deletedDateTime": person.deleted_at,
    })
}

impl List {
    pub async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, limit) = (looking(app, &self.which.tenant, "people").await?, self.limit as usize);
        let mut scope = app.db.read().await?;
        let mut inside = scope.tenant(actor.grant()).await?;
        let (mut query, mut people) = (self.which.query(), Vec::new());
        if let Some(after) = self.after {
            query.from = Some(directory::behind(&mut inside, &actor, query.sort, after).await?);
        }
        loop {
            let slice = directory::list(&mut inside, &actor, &query).await?;
            people.extend(slice.items);
            query.from = slice.next;
            if query.from.is_none() || people.len() >= limit {
                break;
            }
        }
        let more = query.from.is_some() || people.len() > limit;
        people.truncate(limit);
        let next = people.last().filter(|_| more).map(|last| last.person.id);
        Ok(json!({ "value": people.iter().map(shown).collect::<Vec<_>>(), "next": next }))
    }
}

#[derive(Args)]
pub(super) struct Export {
    #[command(flatten)]
    which: Which,
}

impl Export {
    pub async fn run(&self, app: &App, output: Output) -> ExitCode {
        match self.write(app).await {
            Ok(code) => code,
            Err(error) => told::<super::User>(app, error, output),
        }
    }

    async fn write(&self, app: &App) -> Result<ExitCode, Error> {
        let (actor, moment) = (operator_in(app, &self.which.tenant).await?, app.moment());
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            directory::begin_export(&mut inside, &actor, "", &moment).await
        })?;
        let (mut query, mut text) = (self.which.query(), directory::export_head());
        let terminal = std::io::stdout().is_terminal();
        loop {
            let (rows, next): (String, Option<Position>) = {
                let mut scope = app.db.read().await?;
                let mut inside = scope.tenant(actor.grant()).await?;
                directory::export_rows(&mut inside, &actor, &query).await?
            };
            text += &rows;
            let written = cli::write(show::piece(&text, terminal).as_bytes());
            if written != ExitCode::SUCCESS || next.is_none() {
                return Ok(written);
            }
            text.clear();
            query.from = next;
        }
    }
}
