//! What uses a name: people, groups, applications, and names that are verified with it.

use model::domains::rename::{belongs, host};
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::life::with_below;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::domains::store::uses::Using;
use crate::features::domains::store::{self, Name};
use crate::graph::filter::Condition;

/// How many of those that use a name are named.
const NAMED: usize = 10;

/// What keeps a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Use {
    pub is_initial: bool,
    pub is_primary: bool,
    /// How many people sign in under it.
    pub people: i64,
    /// The sign-in names of the first ten.
    pub first_people: Vec<String>,
    /// Groups with an address at it.
    pub groups: Vec<String>,
    /// Applications with an identifier under it.
    pub applications: Vec<String>,
    /// The names that are verified with it.
    pub below: Vec<String>,
}

impl Use {
    /// One reason for each use; none where the name can go.
    #[must_use]
    pub fn refusals(&self, name: &str) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        if self.is_initial {
            refusals.push(Refusal::new(Code::DomainNameInitial).with("name", name));
        }
        if self.is_primary {
            refusals.push(Refusal::new(Code::DomainNamePrimary).with("name", name));
        }
        if self.people > 0 {
            let refusal = Refusal::new(Code::DomainNameUsedByPeople).with("count", self.people.to_string());
            refusals.push(refusal.with("people", self.first_people.join(", ")).with("name", name));
        }
        for (code, used_by, argument) in [
            (Code::DomainNameUsedByGroups, &self.groups, "groups"),
            (Code::DomainNameUsedByApplications, &self.applications, "applications"),
            (Code::DomainNameUsedByNames, &self.below, "names"),
        ] {
            if !used_by.is_empty() {
                let first: Vec<_> = used_by.iter().take(NAMED).map(String::as_str).collect();
                let refusal = Refusal::new(code).with("count", used_by.len().to_string()).with("name", name);
                refusals.push(refusal.with(argument, first.join(", ")));
            }
        }
        refusals
    }
}

/// What uses a name of the tenant.
///
/// # Errors
/// [`Code::NotAllowed`], [`Code::NotFound`].
pub async fn uses(scope: &mut TenantScope<'_>, actor: &Actor, name: &str) -> Result<Use, Error> {
    actor.require(Permission::ManageDomains)?;
    let found = store::find(scope, name).await?.ok_or_else(Error::not_found)?;
    uses_of(scope, &found).await
}

/// The same, of a name that was read.
pub(super) async fn uses_of(scope: &mut TenantScope<'_>, found: &Name) -> Result<Use, Error> {
    let people = store::first_people(scope, &found.name, NAMED as i64).await?;
    let names = |using: Vec<Using>| -> Vec<String> {
        using.into_iter().filter(|using| !using.is_deleted).map(|using| using.display_name).collect()
    };
    Ok(Use {
        is_initial: found.is_initial,
        is_primary: found.is_primary,
        people: store::count_people(scope, &found.name).await?,
        first_people: people.into_iter().map(|user| format!("{user}@{}", found.name)).collect(),
        groups: names(store::uses::groups(scope, &found.name).await?),
        applications: names(applications(scope, &found.name).await?),
        below: store::verified_with(scope, &found.name).await?,
    })
}

/// The verified names below a name that stand for themselves.
pub(super) async fn apart(scope: &mut TenantScope<'_>, name: &str) -> Result<Vec<String>, Error> {
    let with = with_below(scope, name).await?;
    let below = |other: &String| other.ends_with(&format!(".{name}")) && !with.contains(other);
    Ok(store::all_verified(scope).await?.into_iter().filter(below).collect())
}

/// Applications, deleted or not, with an identifier under a name; each once.
pub(super) async fn applications(scope: &mut TenantScope<'_>, name: &str) -> Result<Vec<Using>, Error> {
    let apart = apart(scope, name).await?;
    let mut found = store::uses::identifiers(scope).await?;
    found.retain(|using| host(&using.value).is_some_and(|host| belongs(&host, name, &apart)));
    found.dedup_by(|one, other| one.id == other.id);
    Ok(found)
}

/// Narrows a list of people, groups and applications to those that use a name.
///
/// # Errors
/// When the engine fails.
pub async fn narrow_to_references(
    scope: &mut TenantScope<'_>,
    condition: &mut Condition,
    name: &str,
) -> Result<(), Error> {
    let found = applications(scope, name).await?;
    let ids: Vec<_> = found.iter().filter(|using| !using.is_deleted).map(|using| using.id).collect();
    store::uses::narrow(condition, name, &ids);
    Ok(())
}
