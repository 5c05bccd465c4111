//! `tenantry user …`: people of a tenant, by the operator's hand. What is done stands in the tenant's log.

mod change;
mod factors;
mod import;
mod list;
mod token;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::ids::UserId;
use serde_json::{Value, json};

use super::inside::{look, operator_in};
use super::named::{sign_in_name, tenant_of};
use super::told::{Asked, told};
use super::{Output, show};
use crate::access::Actor;
use crate::app::App;
use crate::config::Config;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, DirectoryUser};

/// `tenantry user …`
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List people in the order of their names.
    List(list::List),
    /// Show one person.
    Show(Person),
    /// Create a person; the temporary password is shown once.
    Create(change::Create),
    /// Change a person; what isn't named stays.
    Update(change::Update),
    /// Let a person sign in again.
    Enable(Person),
    /// Keep a person from signing in; all their sessions end.
    Disable(Person),
    /// Delete a person, who can be restored for 30 days; all their sessions end.
    Delete(Person),
    /// Restore a deleted person.
    Restore(change::Restore),
    /// Set a temporary password, shown once, which must be changed at the next sign-in.
    ResetPassword(Person),
    /// End all sessions of a person.
    RevokeSessions(Person),
    /// Take second factors away from whoever lost theirs.
    Factors(factors::Factors),
    /// Create people from a CSV file.
    Import(import::Import),
    /// Write people as CSV, whatever --json says.
    Export(list::Export),
    /// Make a token with which a program asks the API as this person, shown once; list and end those there are.
    Token(token::Token),
}

/// Whom a command is about.
#[derive(Args)]
struct Person {
    /// The name that the person signs in with, such as ana@contoso.com; or their object id, with --tenant.
    #[arg(value_name = "NAME@DOMAIN")]
    user: String,
    /// The tenant's id or one of its verified domain names, where an object id is given.
    #[arg(long)]
    tenant: Option<String>,
}

impl Asked for User {
    const LIST: &'static str = "user";
    const UNKNOWN: &'static str = "cli-user-unknown";
}

impl User {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| {
            let done = match &self.what {
                What::Export(export) => return export.run(app, output).await,
                What::Import(import) => return import.run(app, output).await,
                What::Token(token) => return token.run(app, output).await,
                What::List(list) => list.run(app).await,
                What::Show(person) => shown(app, person).await,
                What::Create(create) => create.run(app).await,
                What::Update(update) => update.run(app).await,
                What::Enable(person) => person.act(app, change::Act::Enable).await,
                What::Disable(person) => person.act(app, change::Act::Disable).await,
                What::Delete(person) => person.act(app, change::Act::Delete).await,
                What::Restore(restore) => restore.run(app).await,
                What::RevokeSessions(person) => person.act(app, change::Act::EndSessions).await,
                What::Factors(factors) => factors.run(app).await,
                What::ResetPassword(person) => change::reset(app, person).await,
            };
            match done {
                Ok(value) => output.print_as(&value, written),
                Err(error) => told::<Self>(app, error, output),
            }
        })
    }
}

fn written(value: &Value) -> String {
    show::list(&["userPrincipalName", "displayName", "accountEnabled", "userType", "id"], value)
}

impl Person {
    /// What names the person's tenant.
    fn tenant(&self) -> Result<&str, Error> {
        tenant_of(&self.user, self.tenant.as_deref())
    }

    /// The operator in the person's tenant.
    async fn actor(&self, app: &App) -> Result<Actor, Error> {
        operator_in(app, self.tenant()?).await
    }

    async fn find(&self, scope: &mut TenantScope<'_>) -> Result<UserId, Error> {
        if let Ok(id) = self.user.parse() {
            return Ok(id);
        }
        let name = sign_in_name(&self.user)?;
        directory::find_named(scope, &name).await?.ok_or_else(Error::not_found)
    }
}

/// A person in Graph's words.
fn described(found: &DirectoryUser) -> Value {
    let person = &found.person;
    let mut value = json!({
        "id": person.id,
        "userPrincipalName": person.sign_in_name(),
        "displayName": person.display_name,
        "givenName": person.given_name,
        "surname": person.surname,
        "mail": person.contact.as_ref().map(|contact| &contact.address),
        "accountEnabled": person.account_enabled,
        "userType": found.user_type,
        "businessPhones": found.properties.business_phones,
        "createdDateTime": person.created_at,
        "lastSignInDateTime": person.last_sign_in_at,
        "deletedDateTime": person.deleted_at,
    });
    for (name, text) in &found.properties.texts {
        value[name] = json!(text);
    }
    value
}

async fn shown(app: &App, person: &Person) -> Result<Value, Error> {
    look(app, person.tenant()?, &person.user, async |actor, inside| {
        let id = person.find(inside).await?;
        let mut value = described(&directory::get_user(inside, actor, id).await?);
        let detail = directory::get(inside, actor, id, app.moment().now).await?;
        value["roles"] = json!(detail.roles.iter().map(|held| held.role.name.plain()).collect::<Vec<_>>());
        value["sessions"] = json!(detail.sessions);
        Ok(value)
    })
    .await
}
