//! Whom somebody reports to.

use model::audit::{Activity, Change, TargetKind};
use model::ids::UserId;
use model::objects::ChangeKind;
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::directory_user::{get_user, noted};
use super::guard::target;
use super::lookup::Person;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::store;
use crate::graph::filter::Condition;
use crate::graph::query::{ObjectQuery, Order};
use crate::moment::Moment;

/// Managers above somebody, before a chain is taken for a circle.
const LONGEST_CHAIN: usize = 100;
/// Direct reports that the page of a person shows.
const REPORTS: usize = 50;

/// Says whom a person reports to; `None` is nobody.
///
/// # Errors
/// Not allowed, not there, or somebody who reports to this person, directly or over others.
pub async fn set_manager(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    manager: Option<UserId>,
    moment: &Moment,
) -> Result<(), Error> {
    let found = target(scope, actor, Permission::ManageUsers, user, false).await?;
    let old = store::manager_of(scope, user).await?;
    if old == manager {
        return Ok(());
    }
    let new_name = match manager {
        Some(manager) => {
            let person = get_user(scope, actor, manager).await?.person;
            if person.deleted_at.is_some() {
                return Err(Error::not_found());
            }
            reports_to_nobody_below(scope, user, manager).await?;
            person.sign_in_name()
        }
        None => String::new(),
    };
    let old_name = match old {
        Some(old) => store::person(scope, old).await?.map(|person| person.sign_in_name()).unwrap_or_default(),
        None => String::new(),
    };
    store::set_manager(scope, user, manager).await?;
    noted(scope, user, ChangeKind::Updated, moment).await?;
    let event = Event::new(Activity::UserUpdated, TargetKind::User, user, found.sign_in_name())
        .changes(Change::between("manager", &old_name, &new_name));
    audit::record(scope, actor, event, moment).await
}

async fn reports_to_nobody_below(
    scope: &mut TenantScope<'_>,
    user: UserId,
    manager: UserId,
) -> Result<(), Error> {
    let mut above = Some(manager);
    for _ in 0..LONGEST_CHAIN {
        match above {
            None => return Ok(()),
            Some(above) if above == user => break,
            Some(next) => above = store::manager_of(scope, next).await?,
        }
    }
    Err(Refusal::new(Code::ManagerCircle).on("manager").into())
}

/// Whom a person reports to, unless that one is deleted.
///
/// # Errors
/// Not allowed, or not there.
pub async fn manager_of(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
) -> Result<Option<UserId>, Error> {
    get_user(scope, actor, user).await?;
    let Some(manager) = store::manager_of(scope, user).await? else { return Ok(None) };
    let person = store::person(scope, manager).await?;
    Ok(person.filter(|person| person.deleted_at.is_none()).map(|person| person.id))
}

/// Who reports to a person, and whom they report to; the first so many.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn line_of(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
) -> Result<(Option<Person>, Vec<Person>), Error> {
    let manager = match manager_of(scope, actor, user).await? {
        Some(manager) => store::person(scope, manager).await?,
        None => None,
    };
    let mut condition = Condition::default();
    store::reports_of(&mut condition, user.0);
    let order = Order::Text("lower(display_name)");
    let query = ObjectQuery { order, ..ObjectQuery::of(condition, REPORTS) };
    let mut reports = store::query(scope, &query).await?;
    reports.truncate(REPORTS);
    Ok((manager, reports.into_iter().map(|(user, _)| user.person).collect()))
}
