//! Reads what the overview shows.

use jiff::Timestamp;
use model::roles::Permission;

use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::access_requests;
use crate::features::audit::{self, Entry, Log};
use crate::features::billing;
use crate::features::credentials;
use crate::features::directory::{self, Counts};
use crate::features::domains::{self, Departure, Listed, Name};
use crate::features::evidence::{self, Evidence};
use crate::features::tenants::{self, Tenant};
use crate::moment::Moment;

/// Events of the latest activity.
const EVENTS: usize = 8;
/// Days of the chart of sign-ins.
const DAYS: i64 = 30;

/// What a tenant's overview tells.
pub struct Overview {
    pub tenant: Tenant,
    /// The first page of domain names, and how many there are.
    pub domains: Vec<Listed>,
    pub domain_count: i64,
    /// Names about which somebody has to do or know something, and names that were lost lately.
    pub troubled: (Vec<Name>, Vec<Departure>),
    pub counts: Counts,
    pub evidence: Vec<Evidence>,
    /// Requests that wait, where the actor decides them.
    pub open_requests: Option<i64>,
    /// Whether the actor's own account has a second factor.
    pub second_factor: bool,
    /// How far billing is set up, where the actor may read it.
    pub billing: Option<Billing>,
    /// The latest events, where the actor may read them.
    pub latest: Option<Vec<Entry>>,
    /// Sign-ins as (day, succeeded, refused), where the actor may read them.
    pub sign_ins: Option<Vec<(Timestamp, i64, i64)>>,
}

/// How far billing is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Billing {
    NoAccount,
    NoCard,
    Ready,
}

/// The overview of the actor's tenant.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn overview(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    moment: &Moment,
) -> Result<Overview, Error> {
    actor.require(Permission::ReadDirectory)?;
    let id = scope.tenant();
    let tenant = tenants::find(scope.global(), id).await?.ok_or_else(Error::not_found)?;
    let names = domains::list(scope, actor, "").await?;
    let second_factor = match actor.user_id() {
        Some(user) => credentials::second_factors(scope, user).await?.any(),
        None => true,
    };
    let open_requests = if actor.may(Permission::DecideAccessRequests) {
        Some(access_requests::open_count(scope).await?)
    } else {
        None
    };
    let billing = match actor.may(Permission::ReadBilling) {
        true => Some(match billing::find(scope, actor).await? {
            None => Billing::NoAccount,
            Some((_, cards)) if cards.is_empty() => Billing::NoCard,
            Some(_) => Billing::Ready,
        }),
        false => None,
    };
    let (latest, sign_ins) = if actor.may(Permission::ReadAudit) {
        let latest = audit::latest(scope, actor, None, EVENTS).await?;
        (Some(latest), Some(audit::by_day(scope, actor, Log::SignIns, DAYS, moment.now).await?))
    } else {
        (None, None)
    };
    Ok(Overview {
        tenant,
        domains: names.listed,
        domain_count: names.count,
        troubled: domains::troubled(scope, actor, moment).await?,
        counts: directory::counts(scope).await?,
        evidence: evidence::current(scope, moment).await?,
        open_requests,
        billing,
        second_factor,
        latest,
        sign_ins,
    })
}
