//! Making a tenant.

use model::audit::{Activity, Change, TargetKind};
use model::ids::TenantId;
use model::refusal::{Code, Refusal};

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
