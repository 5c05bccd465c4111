//! `tenantry app …`: applications of a tenant, by the operator's hand. What is done stands in the tenant's log.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::applications::{Application, ApplicationSettings, ServicePrincipalSettings};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};
use serde_json::{Value, json};
use uuid::Uuid;

use super::inside::{looking, operator_in};
use super::{Output, show, told};
use crate::access::Actor;
use crate::app::App;
use crate::config::Config;
use crate::db::{Position, TenantScope};
use crate::error::Error;
use crate::features::applications::{
    self, NewApplication, NewSecret, add_secret, create_service_principal, find_by_app_id, get_application,
    list_applications,
};
use crate::features::objects::Object;
use crate::graph::filter::Condition;
use crate::graph::query::ObjectQuery;
use crate::transaction;

const DAY: i64 = 86_400;

/// `tenantry app …`
#[derive(Args)]
pub struct Applications {
    /// The tenant: its id or one of its verified domain names.
    #[arg(long, global = true, default_value = "")]
    tenant: String,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List applications in the order they were made.
    List {
        /// How many at most.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        /// Go on behind this application.
        #[arg(long, value_name = "ID")]
        after: Option<ObjectId>,
    },
    /// Show one application.
    Show {
        /// Its object id or its client id.
        app: Uuid,
    },
    /// Register an application with its service principal.
    Create {
        /// The name that people see.
        #[arg(long)]
        display_name: String,
        /// Where people are sent after they have signed in; may be given several times.
        #[arg(long)]
        redirect_uri: Vec<String>,
    },
    /// Delete an application; it can be restored for 30 days.
    Delete {
        /// Its object id or its client id.
        app: Uuid,
    },
    /// Add a secret to an application; it is shown once.
    AddSecret {
        /// Its object id or its client id.
        app: Uuid,
        /// What the secret is for.
        #[arg(long)]
        display_name: Option<String>,
        /// Days until it expires.
        #[arg(long, default_value_t = 180, value_parser = clap::value_parser!(u16).range(1..=730))]
        days: u16,
    },
}

impl Applications {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| match self.done(app).await {
            Ok(value) => output.print_as(&value, written),
            Err(error) => told(app, error, output),
        })
    }

    async fn done(&self, app: &App) -> Result<Value, Error> {
        if self.tenant.is_empty() {
            return Err(Refusal::new(Code::FieldRequired).on("tenant").into());
        }
        let actor = match &self.what {
            What::List { .. } => looking(app, &self.tenant, "applications").await?,
            What::Show { app: wanted } => {
                looking(app, &self.tenant, &format!("application {wanted}")).await?
            }
            _ => operator_in(app, &self.tenant).await?,
        };
        match &self.what {
            What::List { limit, after } => list(app, &actor, *after, *limit).await,
            What::Show { app: wanted } => {
                let mut scope = app.db.read().await?;
                let mut inside = scope.tenant(actor.grant()).await?;
                Ok(shown(&find(&mut inside, &actor, *wanted).await?))
            }
            What::Create { display_name, redirect_uri } => {
                create(app, &actor, display_name, redirect_uri).await
            }
            What::Delete { app: wanted } => {
                let moment = app.moment();
                transaction!(app.db, |scope| {
                    let mut inside = scope.tenant(actor.grant()).await?;
                    let id = find(&mut inside, &actor, *wanted).await?.id;
                    applications::delete(&mut inside, &actor, id, &moment).await?;
                    Ok::<_, Error>(json!({ "deleted": id }))
                })
            }
            What::AddSecret { app: wanted, display_name, days } => {
                secret(app, &actor, *wanted, (display_name, *days)).await
            }
        }
    }
}

/// The application with this object id or client id, which isn't deleted.
async fn find(scope: &mut TenantScope<'_>, actor: &Actor, id: Uuid) -> Result<Object<Application>, Error> {
    if let Some(found) = find_by_app_id(scope, id).await? {
        return Ok(found);
    }
    let found = get_application(scope, actor, ObjectId(id)).await?;
    if found.deleted_at.is_some() { Err(Error::not_found()) } else { Ok(found) }
}

async fn list(app: &App, actor: &Actor, after: Option<ObjectId>, limit: u32) -> Result<Value, Error> {
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(actor.grant()).await?;
    let mut query = ObjectQuery::of(Condition::default(), limit as usize);
    query.from = after.map(|id| Position { backward: false, key: String::new(), id: id.0 });
    let page = list_applications(&mut inside, actor, &query).await?;
    let rows: Vec<Value> = page.items.iter().map(shown).collect();
    Ok(json!({ "value": rows, "next": page.next.map(|next| next.id) }))
}

async fn create(app: &App, actor: &Actor, name: &str, redirects: &[String]) -> Result<Value, Error> {
    let moment = app.moment();
    let mut settings = ApplicationSettings::default();
    settings.web.redirect_uris = redirects.to_vec();
    let new = NewApplication { display_name: name.to_owned(), settings, ..NewApplication::default() };
    transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        let made = applications::create(&mut inside, actor, new.clone(), &moment).await?;
        let (app_id, defaults) = (made.properties.app_id, ServicePrincipalSettings::default());
        create_service_principal(&mut inside, actor, app_id, defaults, &moment).await?;
        Ok(shown(&made))
    })
}

async fn secret(
    app: &App,
    actor: &Actor,
    wanted: Uuid,
    (name, days): (&Option<String>, u16),
) -> Result<Value, Error> {
    let moment = app.moment();
    let ends = moment.after_seconds(i64::from(days) * DAY);
    let new = NewSecret { display_name: name.clone(), starts: None, ends: Some(ends) };
    transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        let found = find(&mut inside, actor, wanted).await?;
        let (credential, secret) =
            add_secret::<Application>(app, &mut inside, actor, found.id, new.clone(), &moment).await?;
        Ok(json!({
            "appId": found.properties.app_id,
            "keyId": credential.key_id,
            "secretText": secret.expose(),
            "endDateTime": credential.end_date_time,
        }))
    })
}

/// A list as its columns, and where it goes on; anything else as it is.
fn written(value: &Value) -> String {
    match value["value"].as_array() {
        Some(rows) => {
            let next = value["next"].as_str().map(|next| format!("\nnext  {next}\n"));
            show::columns(&["appId", "displayName", "createdDateTime"], rows) + &next.unwrap_or_default()
        }
        None => show::table(value),
    }
}

fn shown(found: &Object<Application>) -> Value {
    json!({
        "id": found.id,
        "appId": found.properties.app_id,
        "displayName": found.display_name,
        "createdDateTime": found.created_at,
        "redirectUris": found.properties.settings.redirect_uris().map(|(_, uri)| uri).collect::<Vec<_>>(),
        "secrets": found.properties.password_credentials.len(),
        "certificates": found.properties.key_credentials.len(),
    })
}
