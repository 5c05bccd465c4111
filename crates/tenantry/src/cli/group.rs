//! `tenantry group …`: groups of a tenant, by the operator's hand. What is done stands in the tenant's log.

mod update;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::groups::{DYNAMIC, GroupProperties, TEXTS, UNIFIED, nickname};
use model::ids::ObjectId;
use model::objects::Relation;
use model::refusal::{Code, Refusal};
use protocol::odata::Search;
use serde_json::{Value, json};
use uuid::Uuid;

use super::inside::{look, looking, operator_in};
use super::named::{an_id, sign_in_name};
use super::told::{Asked, MEMBER, told};
use super::{Output, show};
use crate::app::App;
use crate::config::Config;
use crate::db::{Position, TenantScope};
use crate::error::Error;
use crate::features::directory::find_named;
use crate::features::groups::{self, GROUPS, Group, NewGroup};
use crate::features::objects;
use crate::graph::filter::Condition;
use crate::graph::query::ObjectQuery;
use crate::transaction;

/// `tenantry group …`
#[derive(Args)]
pub struct Groups {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List groups in the order of their ids.
    List(List),
    /// Show one group with its members and owners, and whether there are more of them.
    Show(Show),
    /// Create a group.
    Create(Create),
    /// Delete a group; it can be restored for 30 days.
    Delete {
        /// The tenant's id or one of its verified domain names.
        tenant: String,
        /// The group's id, or its name where no other group has it.
        group: String,
    },
    /// Change a group; what isn't named stays.
    Update(update::Update),
    /// Restore a group that was deleted less than 30 days ago.
    Restore {
        /// The tenant's id or one of its verified domain names.
        tenant: String,
        /// The group's id, or its name where no other deleted group has it.
        group: String,
    },
    /// Add a member.
    AddMember(Membership),
    /// Take a member away.
    RemoveMember(Membership),
}

#[derive(Args)]
struct List {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// Beginnings of words of names and descriptions.
    #[arg(long)]
    search: Option<String>,
    /// How many at most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Go on behind this group.
    #[arg(long, value_name = "ID", value_parser = an_id::<ObjectId>)]
    after: Option<ObjectId>,
    /// Those that were deleted and can be restored.
    #[arg(long)]
    deleted: bool,
}

#[derive(Args)]
struct Show {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The group's id, or its name where no other group has it.
    group: String,
    /// How many members and how many owners at most.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

#[derive(Args)]
struct Create {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The name of the group.
    #[arg(long)]
    display_name: String,
    /// What the group is for.
    #[arg(long)]
    description: Option<String>,
    /// What stands before the @ of its address; without it, made from the name.
    #[arg(long)]
    mail_nickname: Option<String>,
    /// A Microsoft 365 group with mail instead of a security group.
    #[arg(long)]
    unified: bool,
    /// The rule that says who is in it.
    #[arg(long)]
    membership_rule: Option<String>,
}

#[derive(Args)]
struct Membership {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The group's id, or its name where no other group has it.
    group: String,
    /// An object id, or the name that a person signs in with.
    member: String,
    /// Of the owners instead of the members.
    #[arg(long)]
    owner: bool,
}

impl Asked for Groups {
    const LIST: &'static str = "group";
    const UNKNOWN: &'static str = "cli-group-unknown";
}

impl Groups {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| {
            let done = match &self.what {
                What::List(list) => list.run(app).await,
                What::Show(show) => show.run(app).await,
                What::Create(create) => create.run(app).await,
                What::Delete { tenant, group } => delete(app, tenant, group).await,
                What::Update(update) => update.run(app).await,
                What::Restore { tenant, group } => restore(app, tenant, group).await,
                What::AddMember(membership) => membership.run(app, true).await,
                What::RemoveMember(membership) => membership.run(app, false).await,
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
        return show::list(&["id", "displayName", "groupTypes", "mail", "createdDateTime"], value);
    }
    let linked: &[&str] = &["displayName", "kind", "id"];
    let names = ["displayName", "description", "groupTypes", "membershipRule", "mail", "mailNickname", "id"];
    show::one(&names, &[("members", linked), ("owners", linked)], value)
}

fn described(group: &Group) -> Value {
    json!({
        "id": group.id,
        "displayName": group.display_name,
        "description": group.properties.text("description"),
        "groupTypes": group.properties.group_types,
        "mail": group.properties.mail,
        "mailNickname": group.properties.text("mailNickname"),
        "membershipRule": group.properties.text("membershipRule"),
        "createdDateTime": group.created_at,
        "deletedDateTime": group.deleted_at,
    })
}

impl List {
    async fn run(&self, app: &App) -> Result<Value, Error> {
        let actor = looking(app, &self.tenant, "groups").await?;
        let mut condition = Condition::default();
        if let Some(text) = &self.search {
            condition.of_search(&GROUPS, &Search::Term { property: None, text: text.to_owned() })?;
        }
        let from = self.after.map(|id| Position { backward: false, key: String::new(), id: id.0 });
        let query =
            ObjectQuery { deleted: self.deleted, from, ..ObjectQuery::of(condition, self.limit as usize) };
        let mut scope = app.db.read().await?;
        let mut inside = scope.tenant(actor.grant()).await?;
        let page = groups::list_groups(&mut inside, &actor, &query).await?;
        let found = page.items.iter().map(described).collect::<Vec<_>>();
        Ok(json!({ "value": found, "next": page.next.map(|next| next.id) }))
    }
}

/// So many that a group is linked to, and whether there are more.
async fn linked(
    scope: &mut TenantScope<'_>,
    group: ObjectId,
    relation: Relation,
    limit: usize,
) -> Result<(Vec<Value>, bool), Error> {
    let (page, mut shown) = (objects::linked(scope, group, relation, None, limit).await?, Vec::new());
    for found in page.items {
        let name = groups::referenced(scope, found.id).await?.map(|found| found.name);
        shown.push(json!({ "id": found.id, "kind": found.kind.as_str(), "displayName": name }));
    }
    Ok((shown, page.next.is_some()))
}

/// The group that an id or a name means.
async fn meant(scope: &mut TenantScope<'_>, typed: &str) -> Result<ObjectId, Error> {
    match typed.parse() {
        Ok(id) => Ok(id),
        Err(_) => groups::find_by_display_name(scope, typed, false).await,
    }
}

impl Show {
    async fn run(&self, app: &App) -> Result<Value, Error> {
        look(app, &self.tenant, &format!("group {}", self.group), async |actor, inside| {
            let (group, limit) = (meant(inside, &self.group).await?, self.limit as usize);
            let mut value = described(&groups::find_group(inside, actor, group).await?);
            let (members, more_members) = linked(inside, group, Relation::Member, limit).await?;
            let (owners, more_owners) = linked(inside, group, Relation::Owner, limit).await?;
            value["members"] = Value::Array(members);
            value["owners"] = Value::Array(owners);
            value["moreMembers"] = more_members.into();
            value["moreOwners"] = more_owners.into();
            Ok(value)
        })
        .await
    }
}

impl Create {
    fn properties(&self) -> Result<GroupProperties, Error> {
        let mut properties = GroupProperties {
            security_enabled: !self.unified,
            mail_enabled: self.unified,
            ..GroupProperties::default()
        };
        if self.unified {
            properties.group_types.push(UNIFIED.to_owned());
        }
        if self.membership_rule.is_some() {
            properties.group_types.push(DYNAMIC.to_owned());
        }
        let made = self.mail_nickname.clone().unwrap_or_else(|| nickname(&self.display_name));
        for (name, value) in [
            ("description", self.description.as_deref()),
            ("mailNickname", Some(made.as_str())),
            ("membershipRule", self.membership_rule.as_deref()),
        ] {
            let text = TEXTS.into_iter().find(|text| text.name == name);
            if let Some((text, value)) = text.zip(value) {
                properties.set(text, text.check(value)?);
            }
        }
        Ok(properties)
    }

    async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let properties = self.properties()?;
        let new = NewGroup { display_name: self.display_name.clone(), properties, ..NewGroup::default() };
        let made = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            groups::create(app, &mut inside, &actor, &new, &moment).await
        })?;
        Ok(described(&made))
    }
}

async fn delete(app: &App, tenant: &str, group: &str) -> Result<Value, Error> {
    let (actor, moment) = (operator_in(app, tenant).await?, app.moment());
    let group = transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        let group = meant(&mut inside, group).await?;
        groups::delete(&mut inside, &actor, group, &moment).await?;
        groups::find_group(&mut inside, &actor, group).await
    })?;
    Ok(json!({ "id": group.id, "displayName": group.display_name, "deleted": true }))
}

async fn restore(app: &App, tenant: &str, group: &str) -> Result<Value, Error> {
    let (actor, moment) = (operator_in(app, tenant).await?, app.moment());
    transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        let group = match group.parse() {
            Ok(id) => id,
            Err(_) => groups::find_by_display_name(&mut inside, group, true).await?,
        };
        groups::restore(app, &mut inside, &actor, group, &moment).await?;
        Ok::<_, Error>(described(&groups::find_group(&mut inside, &actor, group).await?))
    })
}

impl Membership {
    /// Whom or what the member names, told apart from the group where it isn't there.
    async fn object(&self, scope: &mut TenantScope<'_>) -> Result<Uuid, Error> {
        let found = match self.member.parse() {
            Ok(id) => groups::referenced(scope, id).await?.map(|found| found.linked.id),
            Err(_) => find_named(scope, &sign_in_name(&self.member)?).await?.map(|found| found.0),
        };
        found.ok_or_else(|| Refusal::new(Code::NotFound).on(MEMBER).into())
    }

    async fn run(&self, app: &App, adds: bool) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let relation = if self.owner { Relation::Owner } else { Relation::Member };
        let (group, other) = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let group = meant(&mut inside, &self.group).await?;
            groups::get_group(&mut inside, &actor, group).await?;
            let other = self.object(&mut inside).await?;
            if adds {
                groups::add(&mut inside, &actor, group, relation, other, &moment).await?;
            } else {
                groups::remove(&mut inside, &actor, group, relation, other, &moment).await?;
            }
            Ok::<_, Error>((group, other))
        })?;
        let done = if adds { "added" } else { "removed" };
        Ok(json!({ "group": group, relation.as_str(): other, done: true }))
    }
}
