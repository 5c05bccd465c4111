//! `tenantry role …`: roles of a tenant and who holds them, by the operator's hand. What is done stands in the tenant's
//! log.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::refusal::{Code, Refusal};
use model::roles::custom::{RoleDraft, RolePermission};
use serde_json::{Value, json};
use uuid::Uuid;

use super::inside::{look, looking, operator_in};
use super::told::{Asked, told};
use super::{Output, show};
use crate::app::App;
use crate::config::Config;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{SignInName, find_named};
use crate::features::roles::{self, RoleDefinition};
use crate::transaction;

/// `tenantry role …`
#[derive(Args)]
pub struct Roles {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List every role, the built-in ones first.
    List {
        /// The tenant's id or one of its verified domain names.
        tenant: String,
    },
    /// Show one role with what it allows, who holds it, and whether more do.
    Show(Show),
    /// Make a role of the tenant's own.
    Create(Create),
    /// Change a role of the tenant's own; what isn't given stays.
    Update(Update),
    /// Delete a role of the tenant's own that nobody holds.
    Delete {
        /// The tenant's id or one of its verified domain names.
        tenant: String,
        /// The role's id or name.
        role: String,
    },
    /// Give a role to a person, a group that may hold roles, or a service principal.
    Assign(Holding),
    /// Take a role away.
    Remove(Holding),
}

#[derive(Args)]
struct Create {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The name of the role.
    #[arg(long)]
    display_name: String,
    /// What the role is for.
    #[arg(long, default_value = "")]
    description: String,
    /// A resource action that it allows, such as microsoft.directory/groups/allProperties/allTasks; several times for several.
    #[arg(long = "action", required = true)]
    actions: Vec<String>,
    /// Make it without letting it allow anything yet.
    #[arg(long)]
    disabled: bool,
}

#[derive(Args)]
struct Show {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The role's id or name.
    role: String,
    /// How many holders at most.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

#[derive(Args)]
struct Update {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The role's id or name.
    role: String,
    /// Its new name.
    #[arg(long)]
    display_name: Option<String>,
    /// What it is for.
    #[arg(long)]
    description: Option<String>,
    /// The resource actions that it allows from now on, in place of those before; several times for several.
    #[arg(long = "action")]
    actions: Vec<String>,
    /// Whether it allows anything.
    #[arg(long)]
    enabled: Option<bool>,
}

#[derive(Args)]
struct Holding {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The role's id or name.
    role: String,
    /// The name that a person signs in with, or an object id: of an application that of its service principal, as app show tells it.
    holder: String,
}

impl Asked for Roles {
    const LIST: &'static str = "role";
    const UNKNOWN: &'static str = "cli-role-unknown";
}

impl Roles {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| {
            let done = match &self.what {
                What::List { tenant } => list(app, tenant).await,
                What::Show(show) => show.run(app).await,
                What::Create(create) => create.run(app).await,
                What::Update(update) => update.run(app).await,
                What::Delete { tenant, role } => delete(app, tenant, role).await,
                What::Assign(holding) => holding.run(app, true).await,
                What::Remove(holding) => holding.run(app, false).await,
            };
            match done {
                Ok(value) => output.print_as(&value, written),
                Err(error) => told::<Self>(app, error, output),
            }
        })
    }
}

fn written(value: &Value) -> String {
    if value["value"].is_array() {
        return show::list(&["id", "displayName", "isBuiltIn", "isEnabled", "holders"], value);
    }
    let names = ["displayName", "description", "isBuiltIn", "isEnabled", "id", "permissions"];
    let holders: &[&str] = &["displayName", "userPrincipalName", "kind", "id"];
    show::one(&names, &[("holders", holders)], value)
}

fn described(role: &RoleDefinition) -> Value {
    let actions: Vec<&String> =
        role.blocks.iter().flat_map(|block| &block.allowed_resource_actions).collect();
    json!({
        "id": role.id,
        "displayName": role.name.plain(),
        "description": role.description,
        "isBuiltIn": role.is_built_in(),
        "isEnabled": role.is_enabled,
        "allowedResourceActions": actions,
        "permissions": role.permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>(),
    })
}

/// The role that an id or a name means.
async fn meant(scope: &mut TenantScope<'_>, typed: &str) -> Result<RoleDefinition, Error> {
    if let Ok(id) = typed.parse() {
        return roles::find_role(scope, id).await;
    }
    let named = |role: &RoleDefinition| role.name.plain().to_lowercase() == typed.trim().to_lowercase();
    roles::list_roles(scope).await?.into_iter().find(named).ok_or_else(Error::not_found)
}

async fn list(app: &App, tenant: &str) -> Result<Value, Error> {
    let actor = looking(app, tenant, "roles").await?;
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(actor.grant()).await?;
    let counts = roles::holder_counts(&mut inside, &actor).await?;
    let all = roles::list_roles(&mut inside).await?;
    let with_count = |role: &RoleDefinition| {
        let mut value = described(role);
        value["holders"] = counts.of(role.id).into();
        value
    };
    Ok(json!({ "value": all.iter().map(with_count).collect::<Vec<_>>() }))
}

impl Show {
    async fn run(&self, app: &App) -> Result<Value, Error> {
        let (what, limit) = (format!("role {}", self.role), self.limit as usize);
        let found = look(app, &self.tenant, &what, async |actor, inside| {
            let role = meant(inside, &self.role).await?;
            let held = roles::assignments(inside, actor, (None, Some(role.id)), None, limit).await?;
            Ok((role, held))
        });
        let (role, held) = found.await?;
        let holders = held.items.iter().map(|held| {
            let holder = &held.holder;
            json!({
                "id": holder.id,
                "kind": holder.kind.as_str(),
                "displayName": holder.name,
                "userPrincipalName": (!holder.sign_in_name.is_empty()).then_some(&holder.sign_in_name),
            })
        });
        let mut value = described(&role);
        value["holders"] = holders.collect();
        value["moreHolders"] = held.next.is_some().into();
        Ok(value)
    }
}

fn blocks(actions: &[String]) -> Vec<RolePermission> {
    vec![RolePermission { allowed_resource_actions: actions.to_vec() }]
}

impl Create {
    async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let draft = RoleDraft {
            display_name: self.display_name.clone(),
            description: self.description.clone(),
            is_enabled: !self.disabled,
            version: None,
            blocks: blocks(&self.actions),
        };
        let made = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            roles::create(app, &mut inside, &actor, (draft.clone(), None), &moment).await
        })?;
        Ok(described(&made))
    }
}

impl Update {
    async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let changed = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let role = meant(&mut inside, &self.role).await?;
            let mut draft = role.draft();
            draft.display_name = self.display_name.clone().unwrap_or(draft.display_name);
            draft.description = self.description.clone().unwrap_or(draft.description);
            draft.is_enabled = self.enabled.unwrap_or(draft.is_enabled);
            if !self.actions.is_empty() {
                draft.blocks = blocks(&self.actions);
            }
            roles::update(&mut inside, &actor, role.id, draft, &moment).await
        })?;
        Ok(described(&changed))
    }
}

async fn delete(app: &App, tenant: &str, role: &str) -> Result<Value, Error> {
    let (actor, moment) = (operator_in(app, tenant).await?, app.moment());
    let role = transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        let role = meant(&mut inside, role).await?;
        roles::delete(&mut inside, &actor, role.id, &moment).await?;
        Ok::<_, Error>(role)
    })?;
    Ok(json!({ "id": role.id, "displayName": role.name.plain(), "deleted": true }))
}

impl Holding {
    async fn holder(&self, scope: &mut TenantScope<'_>) -> Result<Uuid, Error> {
        let unknown = || Error::from(Refusal::new(Code::RoleHolderUnknown));
        if let Ok(id) = self.holder.parse() {
            return Ok(id);
        }
        let (user, domain) = self.holder.rsplit_once('@').ok_or_else(unknown)?;
        let person = find_named(scope, &SignInName::new(user, domain)).await?;
        Ok(person.ok_or_else(unknown)?.0)
    }

    async fn run(&self, app: &App, gives: bool) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let (role, holder, changed) = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let role = meant(&mut inside, &self.role).await?.id;
            let holder = self.holder(&mut inside).await?;
            let changed = if gives {
                roles::assign(&mut inside, &actor, holder, role, &moment).await?
            } else {
                roles::remove(&mut inside, &actor, holder, role, &moment).await?
            };
            Ok::<_, Error>((role, holder, changed))
        })?;
        let (done, truth) = if gives { ("held", true) } else { ("removed", changed) };
        Ok(json!({ "role": role, "holder": holder, done: truth, "changed": changed }))
    }
}
