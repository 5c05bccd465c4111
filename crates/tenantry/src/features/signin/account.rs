//! Finding the account that a user name speaks of.

use model::ids::{TenantId, UserId};
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::store;
use crate::app::App;
use crate::db::{GrantReason, Scope, TenantGrant};
use crate::error::Error;
use crate::features::credentials::{self, Context, Password, Subject};
use crate::features::directory::{SignInAccount, find_for_sign_in, find_person};
use crate::features::federation::{self, Provider, Trip};

/// An account of a living tenant, enabled or not.
pub struct Account {
    pub tenant: TenantId,
    pub tenant_name: String,
    pub person: SignInAccount,
    pub password: Option<Password>,
    /// The revision of the organisation's own provider, where that signs in everybody at the account's domain name: no
    /// password or passkey of ours opens it then.
    pub provider: Option<Uuid>,
}

impl Account {
    /// The right to check this account's credentials.
    #[must_use]
    pub fn grant(&self) -> TenantGrant {
        enter(self.tenant)
    }

    #[must_use]
    pub fn user_name(&self) -> String {
        format!("{}@{}", self.person.user_name, self.person.domain_name)
    }

    /// What a new password must not be made of.
    #[must_use]
    pub fn names(&self) -> Context {
        let person = &self.person;
        Context {
            person: vec![person.display_name.clone()],
            user_name: person.user_name.clone(),
            organization: vec![self.tenant_name.clone(), first_label(&person.domain_name)],
        }
    }
}

fn first_label(domain: &str) -> String {
    domain.split('.').next().unwrap_or_default().to_owned()
}

/// Whom an attempt with a name is about.
#[must_use]
pub fn subject_of(app: &App, account: Option<&Account>, user_name: &str) -> Subject {
    // Made for every name, so that knowing one saves no work.
    let nobody = Subject::nobody(app, user_name);
    account.map_or(nobody, |account| Subject { tenant: account.tenant, user: account.person.id })
}

/// The right to count an attempt where its subject stands.
#[must_use]
pub fn enter_for(subject: &Subject) -> TenantGrant {
    enter(subject.tenant)
}

fn enter(tenant: TenantId) -> TenantGrant {
    TenantGrant::issue(tenant, GrantReason::Authentication)
}

/// Looks an account up by its full user name. Known and unknown domains cost the same statements.
///
/// # Errors
/// When the engine fails.
pub async fn find(scope: &mut Scope, user_name: &str) -> Result<Option<Account>, Error> {
    let (user, domain) = user_name.rsplit_once('@').unwrap_or((user_name, ""));
    let home = store::home_of(scope, domain).await?;
    let nowhere = store::Home { tenant: TenantId(Uuid::nil()), name: String::new(), provider: None };
    let home = home.unwrap_or(nowhere);
    let mut tenant = scope.tenant(enter(home.tenant)).await?;
    let person = find_for_sign_in(&mut tenant, user, domain).await?;
    let id = person.as_ref().map_or(model::ids::UserId(Uuid::nil()), |person| person.id);
    let password = credentials::password_of(&mut tenant, id).await?;
    let (tenant, tenant_name, provider) = (home.tenant, home.name, home.provider);
    Ok(person.map(|person| Account { tenant, tenant_name, person, password, provider }))
}

/// The provider that signs in everybody at a domain name. The domain name alone decides, so it tells nothing of people.
///
/// # Errors
/// When the engine fails.
pub async fn provider_at(scope: &mut Scope, domain: &str) -> Result<Option<(TenantId, Provider)>, Error> {
    let Some(home) = store::home_of(scope, domain).await?.filter(|home| home.provider.is_some()) else {
        return Ok(None);
    };
    let provider = federation::enforced(&mut scope.tenant(enter(home.tenant)).await?, domain).await?;
    let provider = provider.filter(|provider| Some(provider.revision) == home.provider);
    Ok(provider.map(|provider| (home.tenant, provider)))
}

/// The right to end a trip that this service sent somebody on.
#[must_use]
pub fn enter_after(trip: &Trip) -> TenantGrant {
    enter(trip.tenant)
}

/// Looks an account up by its ids, as a passkey names it. Its user name must lead to it too, so that a domain name that left the tenant
/// opens nothing.
///
/// # Errors
/// When the engine fails.
pub async fn find_by_id(
    scope: &mut Scope,
    (tenant, user): (TenantId, UserId),
) -> Result<Option<Account>, Error> {
    let person = find_person(&mut scope.tenant(enter(tenant)).await?, user).await?;
    let Some(person) = person.filter(|person| person.deleted_at.is_none()) else { return Ok(None) };
    let found = find(scope, &person.sign_in_name()).await?;
    Ok(found.filter(|found| found.tenant == tenant && found.person.id == user))
}

/// A full user name as it is compared, judged by its form alone.
///
/// # Errors
/// [`Code::FieldRequired`], [`Code::SignInNameIncomplete`].
pub fn typed_name(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim().to_lowercase();
    let refuse = |code: Code| Err(Refusal::new(code).on("username"));
    let whole = name.rsplit_once('@').is_some_and(|(user, domain)| !user.is_empty() && domain.contains('.'));
    if name.is_empty() {
        refuse(Code::FieldRequired)
    } else if !whole || name.len() > 320 || name.chars().any(|c| c.is_control() || c.is_whitespace()) {
        refuse(Code::SignInNameIncomplete)
    } else {
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_judged_by_its_form_alone() {
        assert_eq!(typed_name(" Ana@Contoso.com ").unwrap(), "ana@contoso.com");
        for typed in ["ana", "@contoso.com", "ana@", "ana@localhost", "a na@contoso.com", "ana\0@contoso.com"]
        {
            assert_eq!(typed_name(typed).unwrap_err().code, Code::SignInNameIncomplete, "{typed:?}");
        }
        assert_eq!(typed_name("  ").unwrap_err().code, Code::FieldRequired);
        assert!(typed_name(&format!("{}@contoso.com", "a".repeat(1_000_000))).is_err());
    }
}
