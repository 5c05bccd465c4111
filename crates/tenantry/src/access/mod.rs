//! Who acts, in which tenant, and whether they may: the one admission gate of pages, API and jobs.
//!
//! An [`Actor`] is made here alone: from a session that passed [`session::admit`] or a token that passed
//! [`token::admit`] (tenant, person and credential all alive), for the operator's commands, or for a job. Operations take it and call [`Actor::require`].

mod application;
pub mod ended;
pub mod grants;
pub mod rights;
pub mod session;
pub mod token;

use model::ids::{ObjectId, TenantId, UserId};
use model::refusal::{Code, Refusal};
use model::roles::{Permission, Permissions, Role};
use uuid::Uuid;

pub use crate::db::Credential;
use crate::db::{Footing, GrantReason, TenantGrant};
use crate::error::Error;

/// Where a request came from: for rate limits, sessions, audit.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The client's address, as text; empty for commands and jobs.
    pub ip: String,
    pub user_agent: String,
    /// The request that all it causes belongs to; none for commands and jobs.
    pub request: Option<Uuid>,
}

impl Origin {
    /// A command or a job of this machine.
    #[must_use]
    pub fn local() -> Self {
        Self { ip: String::new(), user_agent: String::new(), request: None }
    }
}

/// Who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    User {
        id: UserId,
        /// What they were admitted with; none while they are just proving who they are.
        credential: Option<Credential>,
    },
    /// An application that acts for itself.
    Application {
        principal: ObjectId,
        app_id: Uuid,
        /// The secret or certificate that it showed.
        credential: Uuid,
    },
    Operator,
    System,
    /// Somebody who has proven a mailbox and has no account here: they may do nothing but ask.
    Outsider,
}

/// Somebody who acts in one tenant.
#[derive(Clone, Debug)]
pub struct Actor {
    tenant: TenantId,
    kind: ActorKind,
    name: String,
    rights: Permissions,
    /// Of an application that acts for the person: what it was granted. `None` is the person themselves.
    granted: Option<Permissions>,
    pub origin: Origin,
}

impl Actor {
    /// The person who has just proven who they are.
    #[must_use]
    pub fn user(
        tenant: TenantId,
        id: UserId,
        name: impl Into<String>,
        rights: Permissions,
        origin: Origin,
    ) -> Self {
        let kind = ActorKind::User { id, credential: None };
        Self { tenant, kind, name: name.into(), rights, granted: None, origin }
    }

    /// The operator at the command line, who may do everything; it shows in the tenant's log.
    #[must_use]
    pub fn operator(tenant: TenantId) -> Self {
        let kind = ActorKind::Operator;
        let (name, rights) = ("Operator".into(), Permissions::all());
        Self { tenant, kind, name, rights, granted: None, origin: Origin::local() }
    }

    /// The service itself, in a job.
    #[must_use]
    pub fn system(tenant: TenantId) -> Self {
        let kind = ActorKind::System;
        let (name, rights) = ("Tenantry".into(), Permissions::all());
        Self { tenant, kind, name, rights, granted: None, origin: Origin::local() }
    }

    /// Somebody outside the tenant, known by a proven mailbox, who asks it for something.
    #[must_use]
    pub fn outsider(tenant: TenantId, mailbox: impl Into<String>, origin: Origin) -> Self {
        Self {
            tenant,
            kind: ActorKind::Outsider,
            name: mailbox.into(),
            rights: Permissions::default(),
            granted: None,
            origin,
        }
    }

    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    #[must_use]
    pub fn kind(&self) -> ActorKind {
        self.kind
    }

    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        match self.kind {
            ActorKind::User { id, .. } => Some(id),
            ActorKind::Application { .. } | ActorKind::Operator | ActorKind::System | ActorKind::Outsider => {
                None
            }
        }
    }

    /// Whoever acts, as an object of the directory: a person or a service principal.
    #[must_use]
    pub fn object_id(&self) -> Option<Uuid> {
        match self.kind {
            ActorKind::User { id, .. } => Some(id.0),
            ActorKind::Application { principal, .. } => Some(principal.0),
            ActorKind::Operator | ActorKind::System | ActorKind::Outsider => None,
        }
    }

    /// The person whose ownership counts, where it takes the place of a permission. An application acts as the owner for
    /// whom it was granted that permission alone.
    #[must_use]
    pub fn owner(&self, instead_of: Permission) -> Option<UserId> {
        let counts = self.granted.is_none_or(|granted| granted.contains(instead_of));
        self.user_id().filter(|_| counts)
    }

    /// The person who asks for what is theirs.
    ///
    /// # Errors
    /// [`Code::PersonNeeded`] for an application that acts for itself.
    pub fn person(&self) -> Result<UserId, Error> {
        self.user_id().ok_or_else(|| Code::PersonNeeded.into())
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub fn rights(&self) -> Permissions {
        self.rights
    }

    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.rights.contains(permission)
    }

    /// Refuses what the actor's roles don't allow, and says which roles would.
    ///
    /// # Errors
    /// [`Code::NotAllowed`] of the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        if self.may(permission) { Ok(()) } else { Err(not_allowed(permission).into()) }
    }

    /// Refuses to give, or take away, rights beyond the actor's own (SPEC §3.10). `what` gives them: a role, a group.
    ///
    /// # Errors
    /// [`Code::RightsBeyondOwn`].
    pub fn require_to_cover(&self, rights: Permissions, what: &str) -> Result<(), Error> {
        if self.rights.covers(rights) {
            return Ok(());
        }
        let missing = rights.iter().find(|permission| !self.may(*permission));
        let missing = missing.map_or("", Permission::as_str);
        Err(Refusal::new(Code::RightsBeyondOwn).with("what", what).with("permission", missing).into())
    }

    /// The right to enter the tenant that the actor acts in, and no other.
    #[must_use]
    pub fn grant(&self) -> TenantGrant {
        let reason = match self.kind {
            ActorKind::User { .. } | ActorKind::Application { .. } => GrantReason::Authentication,
            ActorKind::Operator => GrantReason::Operator,
            ActorKind::System => GrantReason::Job,
            ActorKind::Outsider => GrantReason::SignUp,
        };
        let grant = TenantGrant::issue(self.tenant, reason);
        match self.kind {
            ActorKind::User { id, credential: Some(credential) } => {
                grant.while_it_lasts(Footing { holder: id.0, credential, rights: self.rights })
            }
            ActorKind::Application { principal, credential, .. } => grant.while_it_lasts(Footing {
                holder: principal.0,
                credential: Credential::Application(credential),
                rights: self.rights,
            }),
            _ => grant,
        }
    }
}

/// The refusal of what a permission would allow. The answer that tells it adds the tenant's own roles.
#[must_use]
pub fn not_allowed(permission: Permission) -> Refusal {
    let roles: Vec<_> = Role::that_allow(permission).map(Role::name).collect();
    Refusal::new(Code::NotAllowed).with("permission", permission.as_str()).with("roles", roles.join(", "))
}
