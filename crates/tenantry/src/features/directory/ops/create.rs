//! Creating a person.

use model::audit::{Activity, Change, TargetKind};
use model::ids::UserId;
use model::objects::ChangeKind;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use uuid::Uuid;

use super::directory_user::noted;
use super::room::take_room;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials;
use crate::features::directory::store::{self, Standing};
use crate::features::roles;
use crate::moment::Moment;

/// Where a person is written to. Contact data, never identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactEmail {
    /// As its owner writes it, plus tag included.
    pub address: String,
    /// What spellings of one mailbox have in common.
    pub canonical: String,
}

/// A person to create. Names were checked by `model::eligibility`.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// The part before the @.
    pub user_name: String,
    /// One of the tenant's verified domain names.
    pub domain_name: String,
    pub display_name: String,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    pub contact_email: Option<ContactEmail>,
    /// An Argon2id hash, and whether the person must change the password at the first sign-in.
    pub password: Option<(String, bool)>,
    /// By their ids.
    pub roles: Vec<Uuid>,
}

/// Creates a person in the actor's tenant.
///
/// # Errors
/// [`Code::NotAllowed`], [`Code::UsernameTaken`], [`Code::PeopleTooMany`], [`Code::RoleBeyondOwn`], or as [`require_open`].
pub async fn create_user(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    new: &NewUser,
    moment: &Moment,
) -> Result<UserId, Error> {
    actor.require(Permission::ManageUsers)?;
    let name = SignInName::new(&new.user_name, &new.domain_name);
    name.free_for(scope, None).await?;
    let id = UserId(moment.uuid());
    store::insert(scope, id, new, &name, actor.name(), moment.now).await?;
    take_room(app, scope).await?;
    noted(scope, id, ChangeKind::Created, moment).await?;
    if let Some((hash, must_change)) = &new.password {
        credentials::set_password(scope, id, hash, *must_change, moment).await?;
    }
    let mut changes = vec![Change::set("displayName", &new.display_name)];
    changes.extend(new.contact_email.as_ref().map(|email| Change::set("contactEmail", &email.address)));
    let event = Event::new(Activity::UserCreated, TargetKind::User, id, name.to_string()).changes(changes);
    audit::record(scope, actor, event, moment).await?;
    for role in &new.roles {
        roles::assign(scope, actor, id.0, *role, moment).await?;
    }
    Ok(id)
}

/// The name that a person signs in with, in lower case as it is kept and compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SignInName {
    pub user: String,
    pub domain: String,
}

impl SignInName {
    #[must_use]
    pub fn new(user: &str, domain: &str) -> Self {
        Self { user: user.trim().to_lowercase(), domain: domain.trim().to_lowercase() }
    }

    /// Refuses a name at a domain that takes nobody new, and one that somebody else than `holder` has.
    pub(in crate::features::directory) async fn free_for(
        &self,
        scope: &mut TenantScope<'_>,
        holder: Option<UserId>,
    ) -> Result<(), Error> {
        require_open(scope, &self.domain).await?;
        match store::holder_of(scope, self).await? {
            Some(other) if Some(other) != holder => Err(self.taken().into()),
            _ => Ok(()),
        }
    }

    pub(in crate::features::directory) fn taken(&self) -> Refusal {
        Refusal::new(Code::UsernameTaken).on("username").with("name", self.to_string())
    }
}

/// The one rule of what comes newly under a domain name, for people, groups and applications alike.
///
/// # Errors
/// [`Code::UserDomainNotVerified`], [`Code::DomainNameLapsed`], [`Code::DomainNameLeaving`].
pub async fn require_open(scope: &mut TenantScope<'_>, domain: &str) -> Result<(), Error> {
    let code = match store::standing_of(scope, domain).await? {
        Standing::Usable => return Ok(()),
        Standing::NotVerified => Code::UserDomainNotVerified,
        Standing::Lapsed => Code::DomainNameLapsed,
        Standing::Leaving => Code::DomainNameLeaving,
    };
    Err(Refusal::new(code).on("domain").with("domain", domain).into())
}

impl std::fmt::Display for SignInName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.user, self.domain)
    }
}
