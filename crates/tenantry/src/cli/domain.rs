//! `tenantry domain …`: domain names of a tenant, by the operator's hand. What is done stands in the tenant's log.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::domains::VerificationRecord;
use serde_json::{Value, json};

use super::inside::{look, looking, operator_in};
use super::told::{Asked, told};
use super::{Output, show};
use crate::access::Actor;
use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::features::domains::{self, Check, Listed, Name, NewName};
use crate::features::federation;
use crate::transaction;

/// `tenantry domain …`
#[derive(Args)]
pub struct Domains {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List the names of a tenant.
    List {
        /// The tenant's id or one of its verified domain names.
        tenant: String,
    },
    /// Show one name with its record, and what uses it.
    Show(Named),
    /// Add a name; the record to publish is shown.
    Add(Named),
    /// Ask DNS for the record and verify the name by it.
    Verify(Named),
    /// Make a verified name the primary one.
    Primary(Named),
    /// Remove a name that nothing uses.
    Remove(Named),
    /// Rename what uses a name to the initial one, and remove it.
    ForceRemove(Named),
    /// Switch off the identity provider of a name: its people sign in here again.
    SwitchOffProvider(Named),
}

#[derive(Args)]
struct Named {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The domain name.
    name: String,
}

impl Asked for Domains {
    const LIST: &'static str = "domain";
    const UNKNOWN: &'static str = "cli-domain-unknown";
}

impl Domains {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| {
            let done = match &self.what {
                What::List { tenant } => list(app, tenant).await,
                What::Show(named) => named.shown(app).await,
                What::Add(named) => named.add(app).await,
                What::Verify(named) => named.verify(app).await,
                What::Primary(named) => named.primary(app).await,
                What::Remove(named) => named.remove(app).await,
                What::ForceRemove(named) => named.force_remove(app).await,
                What::SwitchOffProvider(named) => named.switch_off_provider(app).await,
            };
            match done {
                Ok(value) => output.print_as(&value, written),
                Err(error) => told::<Self>(app, error, output),
            }
        })
    }
}

fn written(value: &Value) -> String {
    show::list(&["id", "state", "isDefault", "people", "deadline", "lastCheck"], value)
}

fn described(listed: &Listed) -> Value {
    let Listed { name, people } = listed;
    json!({
        "id": name.name,
        "state": name.life.as_str(),
        "isInitial": name.is_initial,
        "isDefault": name.is_primary,
        "isVerified": name.life.is_held(),
        "verifiedWith": name.verified_with,
        "people": people,
        "deadline": name.life.deadline(),
        "lastCheck": name.checked_at.filter(|_| !name.is_initial),
        "lastProof": name.proven_at,
        "missingSince": name.life.failing_since(),
    })
}

fn record(app: &App, name: &Name) -> Value {
    let record = VerificationRecord::new(&name.name, &name.token, &app.config.accounts.account_domain);
    json!({ "type": "TXT", "name": record.label(), "zone": record.zone(), "value": record.text() })
}

async fn list(app: &App, tenant: &str) -> Result<Value, Error> {
    let actor = looking(app, tenant, "domain names").await?;
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(actor.grant()).await?;
    let (mut names, mut after) = (Vec::new(), Some(String::new()));
    while let Some(last) = after {
        let page = domains::list(&mut inside, &actor, &last).await?;
        names.extend(page.listed.iter().map(described));
        after = page.more;
    }
    Ok(json!({ "value": names }))
}

impl Named {
    fn name(&self) -> String {
        self.name.trim().to_lowercase()
    }

    async fn found(&self, app: &App, actor: &Actor) -> Result<Listed, Error> {
        let mut scope = app.db.read().await?;
        let mut inside = scope.tenant(actor.grant()).await?;
        domains::get(&mut inside, actor, &self.name()).await
    }

    async fn shown(&self, app: &App) -> Result<Value, Error> {
        look(app, &self.tenant, &self.name(), async |actor, inside| {
            let found = domains::get(inside, actor, &self.name()).await?;
            let mut value = described(&found);
            if !found.name.is_initial {
                value["record"] = record(app, &found.name);
            }
            let used = domains::uses(inside, actor, &found.name.name).await?;
            value["groups"] = json!(used.groups);
            value["applications"] = json!(used.applications);
            value["below"] = json!(used.below);
            let provider = federation::enforced(inside, &found.name.name).await?;
            value["identityProvider"] = json!(provider.map(|provider| provider.issuer));
            Ok(value)
        })
        .await
    }

    async fn add(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let new = NewName::parse(app, &self.name)?;
        let name = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            domains::add(app, &mut inside, &actor, &new, &moment).await
        })?;
        let added = Self { tenant: self.tenant.clone(), name };
        let found = added.found(app, &actor).await?;
        let mut value = described(&found);
        value["record"] = record(app, &found.name);
        Ok(value)
    }

    async fn verify(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let claim = self.found(app, &actor).await?.name;
        let account_domain = &app.config.accounts.account_domain;
        let seen = domains::observe(&app.outside.dns, &claim, account_domain, moment.now).await;
        let check = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            domains::verify(app, &mut inside, &actor, &claim.name, &seen, &moment).await
        })?;
        match check {
            Check::NotYet(refusal) => Err(refusal.into()),
            Check::Verified { .. } | Check::Confirmed => Ok(described(&self.found(app, &actor).await?)),
        }
    }

    async fn primary(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment, name) = (operator_in(app, &self.tenant).await?, app.moment(), self.name());
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            domains::make_primary(&mut inside, &actor, &name, &moment).await
        })?;
        Ok(described(&self.found(app, &actor).await?))
    }

    async fn switch_off_provider(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment, name) = (operator_in(app, &self.tenant).await?, app.moment(), self.name());
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            federation::switch_off(&mut inside, &actor, &name, &moment).await
        })?;
        Ok(json!({ "id": name, "identityProvider": null }))
    }

    async fn remove(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment, name) = (operator_in(app, &self.tenant).await?, app.moment(), self.name());
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            domains::remove(app, &mut inside, &actor, &name, &moment).await
        })?;
        Ok(json!({ "id": name, "removed": true }))
    }

    async fn force_remove(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment, name) = (operator_in(app, &self.tenant).await?, app.moment(), self.name());
        let total = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let total = domains::plan(&mut inside, &actor, &name).await?.total;
            domains::force_remove(app, &mut inside, &actor, &name, &moment).await?;
            Ok::<_, Error>(total)
        })?;
        // The service goes on with it; where none runs, the next one does.
        Ok(json!({ "id": name, "state": "removing", "references": total }))
    }
}
