//! Making a tenant, and what it says of itself.

use model::audit::{Activity, Change, TargetKind};
use model::ids::TenantId;
use model::organisation::Contacts;
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::store;
use crate::access::Actor;
use crate::app::App;
use crate::db::{DbError, Scope};
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::moment::Moment;

/// A tenant to be made.
pub struct NewTenant<'a> {
    pub id: TenantId,
    pub display_name: &'a str,
    /// ISO 3166-1 alpha-2.
    pub country: &'a str,
    pub technical_contact: &'a str,
    /// The whole initial domain, `<prefix>.<account domain>`.
    pub initial_domain: &'a str,
}

/// The initial domain of a prefix.
#[must_use]
pub fn initial_domain(app: &App, prefix: &str) -> String {
    format!("{prefix}.{}", app.config.accounts.account_domain)
}

/// Makes a tenant with its initial domain, verified and primary, in the present transaction. The prefix itself is
/// claimed by the caller, who holds it for a sign-up or takes it for the operator.
///
/// # Errors
/// A refusal when the initial domain is taken.
pub async fn create(
    scope: &mut Scope,
    actor: &Actor,
    new: &NewTenant<'_>,
    moment: &Moment,
) -> Result<(), Error> {
    store::insert_tenant(scope, new, moment.now).await?;
    store::insert_verified_domain(scope, new, moment.now).await.map_err(|error| match error {
        Error::Db(DbError::Unique) => Refusal::new(Code::DomainPrefixTaken).on("prefix").into(),
        other => other,
    })?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    store::insert_domain(&mut tenant, new, moment.now).await?;
    let event = Event::new(Activity::TenantCreated, TargetKind::Tenant, new.id, new.display_name)
        .changes([Change::set("initialDomain", new.initial_domain), Change::set("country", new.country)]);
    audit::record(&mut tenant, actor, event, moment).await
}

/// Changes whom the organisation names for news; lists that say nothing stay.
///
/// # Errors
/// Not allowed, not there, or entries that can't be addresses.
pub async fn set_contacts(
    scope: &mut Scope,
    actor: &Actor,
    change: &Contacts,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageOrganization)?;
    let change = change.clone().checked().map_err(Error::Refused)?;
    let found = store::find(scope, actor.tenant()).await?.ok_or_else(Error::not_found)?;
    let mut wanted = found.contacts.clone();
    let mut changes = Vec::new();
    for ((name, old), (_, new)) in wanted.lists_mut().into_iter().zip(change.lists()) {
        if let Some(new) = new {
            let told = |list: &[String]| list.join(", ").chars().take(500).collect::<String>();
            changes.extend(Change::between(name, &told(old.as_deref().unwrap_or_default()), &told(new)));
            *old = Some(new.clone());
        }
    }
    if wanted == found.contacts {
        return Ok(());
    }
    store::set_contacts(scope, found.id, &wanted).await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let event = Event::new(Activity::OrganizationUpdated, TargetKind::Tenant, found.id, &found.display_name);
    audit::record(&mut tenant, actor, event.changes(changes), moment).await
}
