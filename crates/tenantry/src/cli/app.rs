//! `tenantry app …`: applications of a tenant, by the operator's hand. What is done stands in the tenant's log.

mod update;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::applications::{Application, ApplicationSettings, ServicePrincipalSettings};
use model::ids::ObjectId;
use serde_json::{Value, json};

use super::inside::{look, looking, operator_in};
use super::named::an_id;
use super::told::{Asked, told};
use super::{Output, show};
use crate::app::App;
use crate::config::Config;
use crate::db::{Position, TenantScope};
use crate::error::Error;
use crate::features::applications::{
    self, NewApplication, NewSecret, add_secret, create_service_principal, find_meant,
    find_service_principal_of, get_application, list_applications, service_principal_version_of,
};
use crate::features::objects::Object;
use crate::graph::filter::Condition;
use crate::graph::query::ObjectQuery;
use crate::transaction;

const DAY: i64 = 86_400;

/// `tenantry app …`
#[derive(Args)]
pub struct Applications {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List applications in the order they were made.
    List(List),
    /// Show one application, and the object id of its service principal, which role assign takes.
    Show(Named),
    /// Register an application with its service principal.
    Create(Create),
    /// Change an application; what isn't named stays.
    Update(update::Update),
    /// Delete an application; it can be restored for 30 days.
    Delete(Named),
    /// Restore an application that was deleted less than 30 days ago.
    Restore(Named),
    /// Add a secret to an application; it is shown once.
    AddSecret(AddSecret),
}

#[derive(Args)]
struct List {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// How many at most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Go on behind the application with this object id.
    #[arg(long, value_name = "ID", value_parser = an_id::<ObjectId>)]
    after: Option<ObjectId>,
    /// Those that were deleted and can be restored.
    #[arg(long)]
    deleted: bool,
}

#[derive(Args)]
struct Named {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The application's object id, its client id, or its name where no other has it.
    app: String,
}

#[derive(Args)]
struct Create {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The name that people see.
    #[arg(long)]
    display_name: String,
    /// Where people are sent after they have signed in; may be given several times.
    #[arg(long)]
    redirect_uri: Vec<String>,
}

#[derive(Args)]
struct AddSecret {
    #[command(flatten)]
    named: Named,
    /// What the secret is for.
    #[arg(long)]
    display_name: Option<String>,
    /// Days until it expires.
    #[arg(long, default_value_t = 180, value_parser = clap::value_parser!(u16).range(1..=730))]
    days: u16,
}

impl Asked for Applications {
    const LIST: &'static str = "app";
    const UNKNOWN: &'static str = "cli-app-unknown";
}

impl Applications {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| {
            let done = match &self.what {
                What::List(list) => list.run(app).await,
                What::Show(named) => named.show(app).await,
                What::Create(create) => create.run(app).await,
                What::Update(update) => update.run(app).await,
                What::Delete(named) => named.delete(app).await,
                What::Restore(named) => named.restore(app).await,
                What::AddSecret(add) => add.run(app).await,
            };
            match done {
                Ok(value) => output.print_as(&value, written),
                Err(error) => told::<Self>(app, error, output),
            }
        })
    }
}

impl List {
    async fn run(&self, app: &App) -> Result<Value, Error> {
        let actor = looking(app, &self.tenant, "applications").await?;
        let mut scope = app.db.read().await?;
        let mut inside = scope.tenant(actor.grant()).await?;
        let from = self.after.map(|id| Position { backward: false, key: String::new(), id: id.0 });
        let query = ObjectQuery {
            deleted: self.deleted,
            from,
            ..ObjectQuery::of(Condition::default(), self.limit as usize)
        };
        let page = list_applications(&mut inside, &actor, &query).await?;
        let mut rows = Vec::with_capacity(page.items.len());
        for found in &page.items {
            let principal = service_principal_version_of(&mut inside, found.properties.app_id).await?;
            rows.push(shown(found, principal.map(|(id, _)| id)));
        }
        Ok(json!({ "value": rows, "next": page.next.map(|next| next.id) }))
    }
}

impl Named {
    async fn show(&self, app: &App) -> Result<Value, Error> {
        look(app, &self.tenant, &format!("application {}", self.app), async |_, inside| {
            let found = find_meant(inside, &self.app, false).await?;
            whole(inside, &found).await
        })
        .await
    }

    async fn delete(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let found = find_meant(&mut inside, &self.app, false).await?;
            applications::delete(&mut inside, &actor, found.id, &moment).await?;
            Ok::<_, Error>(json!({ "id": found.id, "displayName": found.display_name, "deleted": true }))
        })
    }

    async fn restore(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let id = find_meant(&mut inside, &self.app, true).await?.id;
            applications::restore(&mut inside, &actor, id, &moment).await?;
            let found = get_application(&mut inside, &actor, id).await?;
            let principal = service_principal_version_of(&mut inside, found.properties.app_id).await?;
            Ok::<_, Error>(shown(&found, principal.map(|(id, _)| id)))
        })
    }
}

impl Create {
    async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let mut settings = ApplicationSettings::default();
        settings.web.redirect_uris = self.redirect_uri.clone();
        let display_name = self.display_name.clone();
        let new = NewApplication { display_name, settings, ..NewApplication::default() };
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let made = applications::create(&mut inside, &actor, new.clone(), &moment).await?;
            let (app_id, defaults) = (made.properties.app_id, ServicePrincipalSettings::default());
            let principal = create_service_principal(&mut inside, &actor, app_id, defaults, &moment).await?;
            Ok::<_, Error>(shown(&made, Some(principal.id)))
        })
    }
}

impl AddSecret {
    async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.named.tenant).await?, app.moment());
        let ends = moment.after_seconds(i64::from(self.days) * DAY);
        let new = NewSecret { display_name: self.display_name.clone(), starts: None, ends: Some(ends) };
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let found = find_meant(&mut inside, &self.named.app, false).await?;
            let (credential, secret) =
                add_secret::<Application>(app, &mut inside, &actor, found.id, new.clone(), &moment).await?;
            Ok::<_, Error>(json!({
                "appId": found.properties.app_id,
                "keyId": credential.key_id,
                "secretText": secret.expose(),
                "endDateTime": credential.end_date_time,
            }))
        })
    }
}

fn written(value: &Value) -> String {
    show::list(&["appId", "displayName", "createdDateTime"], value)
}

/// With what its service principal says: who may use it.
async fn whole(scope: &mut TenantScope<'_>, found: &Object<Application>) -> Result<Value, Error> {
    let principal = find_service_principal_of(scope, found.properties.app_id).await?;
    let mut value = shown(found, principal.as_ref().map(|principal| principal.id));
    if let Some(principal) = principal {
        let settings = principal.properties.settings;
        value["accountEnabled"] = json!(settings.account_enabled);
        value["appRoleAssignmentRequired"] = json!(settings.app_role_assignment_required);
    }
    Ok(value)
}

fn shown(found: &Object<Application>, principal: Option<ObjectId>) -> Value {
    json!({
        "id": found.id,
        "appId": found.properties.app_id,
        "servicePrincipalId": principal,
        "displayName": found.display_name,
        "createdDateTime": found.created_at,
        "deletedDateTime": found.deleted_at,
        "redirectUris": found.properties.settings.redirect_uris().map(|(_, uri)| uri).collect::<Vec<_>>(),
        "secrets": found.properties.password_credentials.len(),
        "certificates": found.properties.key_credentials.len(),
    })
}
