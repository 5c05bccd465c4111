//! `tenantry tenant …`: tenants by the operator's hand. Works beside a running server.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::ids::TenantId;
use serde_json::{Value, json};

use super::inside::looking;
use super::named::an_id;
use super::registration::Switch;
use super::told::{Asked, told};
use super::{Output, show};
use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::features::directory;
use crate::features::operator::{self, NewTenant, Overview};
use crate::transaction;

/// `tenantry tenant …`
#[derive(Args)]
pub struct Tenant {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a tenant with its first Global administrator; the temporary password is shown once.
    Create(Create),
    /// List tenants in the order they were made.
    List {
        /// How many at most.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        /// Go on behind this tenant.
        #[arg(long, value_name = "ID", value_parser = an_id::<TenantId>)]
        after: Option<TenantId>,
    },
    /// Show one tenant.
    Show {
        /// Its id or one of its verified domain names.
        tenant: String,
    },
    /// Say whether applications may register themselves in a tenant.
    Registration(Switch),
}

#[derive(Args)]
struct Create {
    /// The name of the organisation.
    #[arg(long)]
    display_name: String,
    /// What stands before the account domain in the initial domain.
    #[arg(long)]
    prefix: String,
    /// The country, ISO 3166-1 alpha-2.
    #[arg(long)]
    country: String,
    /// An address at which the administrator is reached.
    #[arg(long)]
    contact_email: String,
    /// The user name of the first administrator.
    #[arg(long, default_value = "admin")]
    admin_username: String,
    /// The name of the first administrator; without it the user name.
    #[arg(long)]
    admin_name: Option<String>,
}

impl Asked for Tenant {
    const LIST: &'static str = "tenant";
    const UNKNOWN: &'static str = "cli-tenant-unknown";
}

impl Tenant {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        let work = async |app: &App| {
            let done = match &self.what {
                What::Create(create) => create.run(app).await,
                What::List { limit, after } => list(app, *after, *limit).await,
                What::Show { tenant } => show_one(app, tenant).await,
                What::Registration(switch) => switch.run(app).await,
            };
            match done {
                Ok(value) => output.print_as(&value, |value| show::list(&COLUMNS, value)),
                Err(error) => told::<Self>(app, error, output),
            }
        };
        match self.what {
            What::Create(_) => super::with_new_app(config, work),
            _ => super::with_app(config, work),
        }
    }
}

impl Create {
    async fn run(&self, app: &App) -> Result<Value, Error> {
        let moment = app.moment();
        let checked = operator::check(
            app,
            &NewTenant {
                display_name: &self.display_name,
                prefix: &self.prefix,
                country: &self.country,
                username: &self.admin_username,
                administrator: self.admin_name.as_deref().unwrap_or(&self.admin_username),
                contact_email: &self.contact_email,
            },
        )?;
        let (password, hash) = directory::temporary_password(app, &moment).await?;
        let made =
            transaction!(app.db, |scope| operator::create_tenant(app, scope, &checked, &hash, &moment)
                .await)?;
        Ok(json!({
            "id": made.id,
            "initialDomain": made.initial_domain,
            "administrator": { "id": made.administrator, "userPrincipalName": made.sign_in_name },
            "temporaryPassword": password.expose(),
            "signIn": app.link("/sign-in"),
        }))
    }
}

/// What a list shows of each.
const COLUMNS: [&str; 5] = ["id", "displayName", "countryLetterCode", "verifiedDomains", "createdDateTime"];

async fn list(app: &App, after: Option<TenantId>, limit: u32) -> Result<Value, Error> {
    let mut scope = app.db.read().await?;
    let mut tenants = operator::list(&mut scope, after, limit + 1).await?;
    let more = tenants.len() > limit as usize;
    tenants.truncate(limit as usize);
    let next = tenants.last().filter(|_| more).map(|last| last.tenant.id);
    Ok(json!({ "value": tenants.iter().map(shown).collect::<Vec<_>>(), "next": next }))
}

async fn show_one(app: &App, tenant: &str) -> Result<Value, Error> {
    looking(app, tenant, "tenant").await?;
    let mut scope = app.db.read().await?;
    Ok(shown(&operator::find(&mut scope, tenant).await?))
}

fn shown(overview: &Overview) -> Value {
    let tenant = &overview.tenant;
    json!({
        "id": tenant.id,
        "displayName": tenant.display_name,
        "countryLetterCode": tenant.country,
        "technicalContact": tenant.technical_contact,
        "verifiedDomains": overview.domains,
        "createdDateTime": tenant.created_at,
        "deletedDateTime": tenant.deleted_at,
    })
}
