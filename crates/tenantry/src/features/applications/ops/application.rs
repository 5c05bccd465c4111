//! Applications registered, read and changed.

use model::applications::{
    Application, ApplicationSettings, FromApplication, Home, Info, KeyCredential, PasswordCredential,
    ServicePrincipal, check, check_change, check_display_name, check_logo,
};
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::objects::{ObjectKind, Relation};
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use protocol::odata::{Comparison, Filter, Literal, Path};
use serde::Serialize;
use serde_json::Value;
use uuid::{Builder, Uuid};

use super::guard;
use super::home::identifiers_open;
use crate::access::Actor;
use crate::db::{Slice, TenantScope};
use crate::error::Error;
use crate::features::applications::certificates;
use crate::features::applications::resource::{APPLICATIONS, SERVICE_PRINCIPALS};
use crate::features::audit::{self, Event};
use crate::features::directory::{closed_domains, verified_domains};
use crate::features::objects::{self, Linked, Object};
use crate::graph::Resource;
use crate::graph::filter::Condition;
use crate::graph::query::ObjectQuery;
use crate::moment::Moment;

/// Characters of a value in the activity log.
const TOLD: usize = 500;

/// Applications of one name that are told by their ids.
const NAMED: usize = 10;

/// An application to register.
#[derive(Clone, Debug, Default)]
pub struct NewApplication {
    pub display_name: String,
    pub settings: ApplicationSettings,
    pub keys: Vec<KeyCredential>,
}

/// What an application shall be; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ApplicationUpdate {
    pub display_name: Option<String>,
    pub settings: Option<ApplicationSettings>,
    pub keys: Option<Vec<KeyCredential>>,
    /// Secrets that stay; the others are removed.
    pub passwords: Option<Vec<PasswordCredential>>,
}

/// One page of applications.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list_applications(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ObjectQuery,
) -> Result<Slice<Object<Application>>, Error> {
    actor.require(Permission::ReadDirectory)?;
    objects::list(scope, query).await
}

/// How many applications a query finds.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn count_applications(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ObjectQuery,
) -> Result<i64, Error> {
    actor.require(Permission::ReadDirectory)?;
    objects::count::<Application>(scope, query).await
}

/// An application, deleted or not.
///
/// # Errors
/// Not allowed, or not there.
pub async fn get_application(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
) -> Result<Object<Application>, Error> {
    guard::may_read(scope, actor, id).await?;
    objects::find(scope, id).await?.ok_or_else(Error::not_found)
}

/// A condition that one property has this value; lists are asked whether it is among theirs.
pub(super) fn having(
    resource: &Resource,
    property: &str,
    is_list: bool,
    value: &str,
) -> Result<Condition, Error> {
    let equal = |name: &str| Filter::Compare {
        property: Path(name.split('/').map(str::to_owned).collect()),
        comparison: Comparison::Equal,
        value: Literal::Text(value.to_owned()),
    };
    let filter = if is_list {
        let item = Some(("x".to_owned(), Box::new(equal("x"))));
        Filter::Any { collection: Path(vec![property.to_owned()]), item }
    } else {
        equal(property)
    };
    let mut condition = Condition::default();
    condition.of_filter(resource, &filter)?;
    Ok(condition)
}

/// The application with this client id, which isn't deleted.
///
/// # Errors
/// When the engine fails.
pub async fn find_by_app_id(
    scope: &mut TenantScope<'_>,
    app_id: Uuid,
) -> Result<Option<Object<Application>>, Error> {
    let query = ObjectQuery::of(having(&APPLICATIONS, "appId", false, &app_id.to_string())?, 1);
    Ok(objects::list(scope, &query).await?.items.pop())
}

/// The one application with this object id, client id or display name, among those that are deleted or among the others.
///
/// # Errors
/// Not there, [`Code::ApplicationNameAmbiguous`] where several have the name, or the engine fails.
pub async fn find_meant(
    scope: &mut TenantScope<'_>,
    typed: &str,
    deleted: bool,
) -> Result<Object<Application>, Error> {
    let id = typed.trim().parse::<Uuid>().ok();
    if let Some(id) = id
        && let Some(found) = objects::find::<Application>(scope, ObjectId(id)).await?
        && found.deleted_at.is_some() == deleted
    {
        return Ok(found);
    }
    let condition = match id {
        Some(id) => having(&APPLICATIONS, "appId", false, &id.to_string())?,
        None => having(&APPLICATIONS, "displayName", false, typed)?,
    };
    let query = ObjectQuery { deleted, ..ObjectQuery::of(condition, NAMED) };
    let mut found = objects::list::<Application>(scope, &query).await?.items;
    if found.len() > 1 {
        let ids: Vec<_> = found.iter().map(|application| application.id.to_string()).collect();
        return Err(Refusal::new(Code::ApplicationNameAmbiguous).with("ids", ids.join(", ")).into());
    }
    found.pop().ok_or_else(Error::not_found)
}

/// The application with this unique name, which isn't deleted.
///
/// # Errors
/// When the engine fails.
pub async fn find_by_unique_name(
    scope: &mut TenantScope<'_>,
    name: &str,
) -> Result<Option<Object<Application>>, Error> {
    let query = ObjectQuery::of(having(&APPLICATIONS, "uniqueName", false, name)?, 1);
    Ok(objects::list(scope, &query).await?.items.pop())
}

/// What identifiers of the tenant's applications may name; those that they have already stay where nobody new comes.
///
/// # Errors
/// When the engine fails.
pub async fn settings_home(scope: &mut TenantScope<'_>) -> Result<Vec<String>, Error> {
    let mut names = verified_domains(scope).await?;
    names.extend(closed_domains(scope).await?);
    Ok(names)
}

async fn accepted(
    scope: &mut TenantScope<'_>,
    (own, before): (Option<ObjectId>, &[String]),
    app_id: Uuid,
    settings: &ApplicationSettings,
) -> Result<(), Error> {
    let verified = settings_home(scope).await?;
    let home = Home { tenant: scope.tenant().0, app_id, verified_domains: &verified };
    check(settings, &home).map_err(Error::Refused)?;
    identifiers_open(scope, before, &settings.identifier_uris).await?;
    identifiers_free(scope, own, settings).await
}

/// Refuses identifiers and a unique name that another application has which isn't deleted.
pub(super) async fn identifiers_free(
    scope: &mut TenantScope<'_>,
    own: Option<ObjectId>,
    settings: &ApplicationSettings,
) -> Result<(), Error> {
    if let Some(name) = &settings.unique_name {
        let found = find_by_unique_name(scope, name).await?;
        if found.is_some_and(|other| Some(other.id) != own) {
            return Err(Refusal::new(Code::UniqueNameTaken).on("uniqueName").with("name", name).into());
        }
    }
    for uri in &settings.identifier_uris {
        let query = ObjectQuery::of(having(&APPLICATIONS, "identifierUris", true, uri)?, 2);
        let found = objects::list::<Application>(scope, &query).await?.items;
        if found.iter().any(|other| Some(other.id) != own) {
            return Err(Refusal::new(Code::IdentifierUriTaken).on("identifierUris").with("uri", uri).into());
        }
    }
    Ok(())
}

/// Registers an application. A person who does so owns it.
///
/// # Errors
/// Not allowed, a property that breaks a rule, or an identifier that is taken.
pub async fn create(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    new: NewApplication,
    moment: &Moment,
) -> Result<Object<Application>, Error> {
    actor.require(Permission::ManageApplications)?;
    let display_name = check_display_name(&new.display_name)?;
    let app_id = Builder::from_random_bytes(moment.bytes()).into_uuid();
    let mut settings = new.settings;
    check_logo(&Info::default(), &settings.info)?;
    settings.settle();
    accepted(scope, (None, &[]), app_id, &settings).await?;
    let application = Application {
        app_id,
        publisher_domain: verified_domains(scope).await?.into_iter().next(),
        settings,
        password_credentials: Vec::new(),
        key_credentials: certificates::settled(&[], new.keys, moment)?,
        federated_credentials: Vec::new(),
    };
    let made = objects::create(scope, &display_name, application, moment).await?;
    if let Some(user) = actor.user_id() {
        let owner = Linked { id: user.0, kind: ObjectKind::User };
        objects::link(scope, (ObjectKind::Application, made.id), Relation::Owner, owner, moment).await?;
    }
    let event = Event::new(Activity::ApplicationCreated, TargetKind::Application, made.id, &display_name)
        .changes([Change::set("displayName", &display_name), Change::set("appId", app_id.to_string())]);
    audit::record(scope, actor, event, moment).await?;
    Ok(made)
}

/// Changes an application, and what its service principal shows of it.
///
/// # Errors
/// Not allowed, not there, a property that breaks a rule, or an identifier that is taken.
pub async fn update(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    change: ApplicationUpdate,
    moment: &Moment,
) -> Result<(), Error> {
    let mut found = guard::application(scope, actor, id).await?;
    let mut changes = Vec::new();
    if let Some(name) = change.display_name {
        let name = check_display_name(&name)?;
        changes.extend(Change::between("displayName", &found.display_name, &name));
        found.display_name = name;
    }
    if let Some(mut settings) = change.settings {
        settings.settle();
        // Clients send back the nothing that they read before there was a logo.
        let address = found.properties.settings.info.logo_url.clone();
        settings.info.logo_url = settings.info.logo_url.or(address);
        check_change(&found.properties, &settings)?;
        let before = found.properties.settings.identifier_uris.clone();
        accepted(scope, (Some(id), &before), found.properties.app_id, &settings).await?;
        changes.extend(differences(&found.properties.settings, &settings));
        found.properties.settings = settings;
    }
    let credentials =
        super::secrets::keep(scope, actor, &mut found, (change.passwords, change.keys), moment).await?;
    if changes.is_empty() && !credentials {
        return Ok(());
    }
    objects::save(scope, &mut found, moment).await?;
    follow(scope, &found, moment).await?;
    if changes.is_empty() {
        return Ok(());
    }
    let event = Event::new(Activity::ApplicationUpdated, TargetKind::Application, id, &found.display_name);
    audit::record(scope, actor, event.changes(changes), moment).await
}

/// Writes what the service principal shows of its application.
pub(super) async fn follow(
    scope: &mut TenantScope<'_>,
    application: &Object<Application>,
    moment: &Moment,
) -> Result<(), Error> {
    let app_id = application.properties.app_id.to_string();
    let query = ObjectQuery::of(having(&SERVICE_PRINCIPALS, "appId", false, &app_id)?, 1);
    let Some(mut principal) = objects::list::<ServicePrincipal>(scope, &query).await?.items.pop() else {
        return Ok(());
    };
    let shown = FromApplication::of(&application.display_name, &application.properties);
    if principal.properties.from_application == shown {
        return Ok(());
    }
    principal.display_name.clone_from(&application.display_name);
    principal.properties.from_application = shown;
    objects::save(scope, &mut principal, moment).await
}

/// The properties that differ, as the activity log tells them.
pub(super) fn differences<T: Serialize>(old: &T, new: &T) -> Vec<Change> {
    let (Ok(Value::Object(old)), Ok(Value::Object(new))) =
        (serde_json::to_value(old), serde_json::to_value(new))
    else {
        return Vec::new();
    };
    let told = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.chars().take(TOLD).collect(),
        Some(other) => other.to_string().chars().take(TOLD).collect(),
    };
    let differ = new.iter().filter(|(name, value)| old.get(*name) != Some(value));
    differ
        .map(|(name, value)| Change {
            property: name.clone(),
            old: Some(told(old.get(name))),
            new: Some(told(Some(value))),
        })
        .collect()
}
