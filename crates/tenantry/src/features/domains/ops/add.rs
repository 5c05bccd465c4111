//! Adding a name.

use model::audit::{Activity, Change};
use model::domains::parents;
use model::eligibility::domain_name::{self, Rules};
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::note::note;
use super::verify::{Basis, take};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::domains::store;
use crate::moment::Moment;

/// A name that may be added: canonical, and nobody else's by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewName(String);

impl NewName {
    /// Checks a name as entered; pure.
    ///
    /// # Errors
    /// Not a name, or a public suffix, an e-mail provider's, a reserved one, or the account domain's.
    pub fn parse(app: &App, entered: &str) -> Result<Self, Error> {
        let rules = Rules {
            account_domain: &app.config.accounts.account_domain,
            allow_test_names: app.config.sign_up.allow_test_names,
            is_consumer: &|name| app.email_rules.is_consumer_domain(name),
        };
        let verdict = domain_name::check(entered, &rules);
        if verdict.answer.valid {
            Ok(Self(verdict.name))
        } else {
            Err(Error::Refused(verdict.answer.refusals))
        }
    }
}

/// Adds a name to the actor's tenant and gives it in its canonical form. Whether another tenant has it, proven or
/// not, makes no difference that could be seen. Below a name that this tenant has proven it is verified at once.
///
/// # Errors
/// [`Code::NotAllowed`], [`Code::DomainNameAdded`], [`Code::DomainNamesTooMany`].
pub async fn add(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    new: &NewName,
    moment: &Moment,
) -> Result<String, Error> {
    actor.require(Permission::ManageDomains)?;
    let (NewName(name), limit) = (new, app.config.accounts.domain_names);
    if store::find(scope, name).await?.is_some() {
        return Err(Refusal::new(Code::DomainNameAdded).on("domain").with("name", name).into());
    }
    if store::count(scope).await? >= limit {
        return Err(Refusal::new(Code::DomainNamesTooMany)
            .on("domain")
            .with("max", limit.to_string())
            .into());
    }
    store::insert(scope, name, &token(moment), moment.now).await?;
    note(scope, actor, (Activity::DomainAdded, name), [Change::set("name", name)], moment).await?;
    if let Some(parent) = proven_above(scope, name).await? {
        take(app, scope, actor, name, Basis::Above(&parent), moment).await?;
    }
    Ok(name.clone())
}

/// 128 random bits in lower-case letters and digits: DNS doesn't keep upper case.
pub(super) fn token(moment: &Moment) -> String {
    format!("{:032x}", u128::from_be_bytes(moment.bytes()))
}

/// The nearest name above this one that the tenant has proven by a record of its own.
async fn proven_above(scope: &mut TenantScope<'_>, name: &str) -> Result<Option<String>, Error> {
    for parent in parents(name) {
        let found = store::find(scope, parent).await?;
        if found.is_some_and(|found| found.is_proven_itself()) {
            return Ok(Some(parent.to_owned()));
        }
    }
    Ok(None)
}
