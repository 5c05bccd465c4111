//! What the logs of a tenant tell: who did what to what, with old and new values, and who signed in.

mod names;
mod sign_in;

pub use names::Category;
pub use sign_in::{PORTAL, SignInResult};

use serde::{Deserialize, Serialize};

use crate::objects::ObjectKind;

macro_rules! activities {
    ($($name:ident = $text:literal;)*) => {
        /// Something that changed a tenant. Names are stable; pages take their words from the text files under
        /// `activity-<name>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Activity { $($name,)* }

        impl Activity {
            pub const ALL: &'static [Activity] = &[$(Activity::$name,)*];

            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Activity::$name => $text,)* }
            }
        }

        impl std::str::FromStr for Activity {
            type Err = UnknownActivity;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($text => Ok(Activity::$name),)* _ => Err(UnknownActivity) }
            }
        }
    };
}

/// The text names no activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownActivity;

activities! {
    TenantCreated = "tenant-created";
    OrganizationUpdated = "organization-updated";
    OperatorLooked = "operator-looked";
    AgreementAccepted = "agreement-accepted";
    BillingAccountCreated = "billing-account-created";
    BillingAccountUpdated = "billing-account-updated";
    PaymentMethodAdded = "payment-method-added";
    PaymentMethodRemoved = "payment-method-removed";
    PaymentMethodMadeDefault = "payment-method-made-default";
    EvidenceEstablished = "evidence-established";
    EvidenceWithdrawn = "evidence-withdrawn";
    UserCreated = "user-created";
    UserUpdated = "user-updated";
    UserDisabled = "user-disabled";
    UserEnabled = "user-enabled";
    UserDeleted = "user-deleted";
    UserRestored = "user-restored";
    UserRemoved = "user-removed";
    PeopleImportStarted = "people-import-started";
    PeopleImported = "people-imported";
    PeopleExported = "people-exported";
    InitialPasswordsFetched = "initial-passwords-fetched";
    PasswordResetByAdministrator = "password-reset-by-administrator";
    PasswordResetBySelf = "password-reset-by-self";
    PasswordChanged = "password-changed";
    RoleAssigned = "role-assigned";
    RoleRemoved = "role-removed";
    RoleCreated = "role-created";
    RoleUpdated = "role-updated";
    RoleDeleted = "role-deleted";
    SecondFactorAdded = "second-factor-added";
    SecondFactorRemoved = "second-factor-removed";
    SecondFactorsReset = "second-factors-reset";
    PasskeyAdded = "passkey-added";
    PasskeyRenamed = "passkey-renamed";
    PasskeyRemoved = "passkey-removed";
    PasskeySuspected = "passkey-suspected";
    RecoveryCodesMade = "recovery-codes-made";
    RecoveryCodeUsed = "recovery-code-used";
    SignedIn = "signed-in";
    SignInRefused = "sign-in-refused";
    SignedOut = "signed-out";
    SessionRevoked = "session-revoked";
    SessionsRevoked = "sessions-revoked";
    DomainAdded = "domain-added";
    DomainVerified = "domain-verified";
    DomainMadePrimary = "domain-made-primary";
    DomainRemoved = "domain-removed";
    DomainUpdated = "domain-updated";
    DomainPromoted = "domain-promoted";
    DomainProofMissing = "domain-proof-missing";
    DomainWarned = "domain-warned";
    DomainLapsed = "domain-lapsed";
    DomainRestored = "domain-restored";
    DomainContested = "domain-contested";
    DomainContestEnded = "domain-contest-ended";
    DomainKept = "domain-kept";
    DomainLost = "domain-lost";
    DomainClaimOpened = "domain-claim-opened";
    DomainClaimEnded = "domain-claim-ended";
    DomainRemovalStarted = "domain-removal-started";
    IdentityProviderSaved = "identity-provider-saved";
    IdentityProviderTested = "identity-provider-tested";
    IdentityProviderEnforced = "identity-provider-enforced";
    IdentityProviderSwitchedOff = "identity-provider-switched-off";
    IdentityLinked = "identity-linked";
    IdentityForgotten = "identity-forgotten";
    AccessRequested = "access-requested";
    AccessApproved = "access-approved";
    AccessRefused = "access-refused";
    AccessRequestExpired = "access-request-expired";
    InvitationSent = "invitation-sent";
    InvitationRevoked = "invitation-revoked";
    InvitationAccepted = "invitation-accepted";
    AccessTokenIssued = "access-token-issued";
    AccessTokenRevoked = "access-token-revoked";
    ApplicationCreated = "application-created";
    ApplicationUpdated = "application-updated";
    ApplicationDeleted = "application-deleted";
    ApplicationRestored = "application-restored";
    ApplicationRemoved = "application-removed";
    ApplicationCredentialRefused = "application-credential-refused";
    ApplicationSignInCopied = "application-sign-in-copied";
    ApplicationSecretAdded = "application-secret-added";
    ApplicationSecretRemoved = "application-secret-removed";
    ApplicationCertificatesChanged = "application-certificates-changed";
    ApplicationOwnerAdded = "application-owner-added";
    ApplicationOwnerRemoved = "application-owner-removed";
    FederatedCredentialAdded = "federated-credential-added";
    FederatedCredentialChanged = "federated-credential-changed";
    FederatedCredentialRemoved = "federated-credential-removed";
    ServicePrincipalCreated = "service-principal-created";
    ServicePrincipalUpdated = "service-principal-updated";
    ServicePrincipalDeleted = "service-principal-deleted";
    ServicePrincipalRestored = "service-principal-restored";
    ServicePrincipalRemoved = "service-principal-removed";
    AppRoleAssigned = "app-role-assigned";
    AppRoleAssignmentRemoved = "app-role-assignment-removed";
    PermissionGranted = "permission-granted";
    PermissionGrantChanged = "permission-grant-changed";
    PermissionGrantRemoved = "permission-grant-removed";
    PolicyCreated = "policy-created";
    PolicyUpdated = "policy-updated";
    PolicyDeleted = "policy-deleted";
    PolicyAssigned = "policy-assigned";
    PolicyUnassigned = "policy-unassigned";
    GroupCreated = "group-created";
    GroupUpdated = "group-updated";
    GroupDeleted = "group-deleted";
    GroupRestored = "group-restored";
    GroupRemoved = "group-removed";
    GroupMemberAdded = "group-member-added";
    GroupMemberRemoved = "group-member-removed";
    GroupOwnerAdded = "group-owner-added";
    GroupOwnerRemoved = "group-owner-removed";
    AdministrativeUnitCreated = "administrative-unit-created";
    AdministrativeUnitUpdated = "administrative-unit-updated";
    AdministrativeUnitRemoved = "administrative-unit-removed";
    AdministrativeUnitMemberAdded = "administrative-unit-member-added";
    AdministrativeUnitMemberRemoved = "administrative-unit-member-removed";
    WebhookAdded = "webhook-added";
    WebhookUpdated = "webhook-updated";
    WebhookEnabled = "webhook-enabled";
    WebhookDisabled = "webhook-disabled";
    WebhookRemoved = "webhook-removed";
    WebhookSecretRotated = "webhook-secret-rotated";
    WebhookTested = "webhook-tested";
    WebhookReplayed = "webhook-replayed";
}

/// One property that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub property: String,
    #[serde(default)]
    pub old: Option<String>,
    #[serde(default)]
    pub new: Option<String>,
}

impl Change {
    /// A property that had no value before.
    #[must_use]
    pub fn set(property: &str, new: impl Into<String>) -> Self {
        Self { property: property.to_owned(), old: None, new: Some(new.into()) }
    }

    /// A property whose value differs from the one before; `None` where it is the same.
    #[must_use]
    pub fn between(property: &str, old: &str, new: &str) -> Option<Self> {
        (old != new).then(|| Self {
            property: property.to_owned(),
            old: Some(old.to_owned()),
            new: Some(new.to_owned()),
        })
    }
}

/// What kind of thing an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    Tenant,
    User,
    Domain,
    BillingAccount,
    PaymentMethod,
    Agreement,
    Session,
    AccessRequest,
    Import,
    Evidence,
    Application,
    ServicePrincipal,
    Group,
    AdministrativeUnit,
    Policy,
    Role,
    Webhook,
}

impl From<ObjectKind> for TargetKind {
    fn from(kind: ObjectKind) -> Self {
        match kind {
            ObjectKind::User => Self::User,
            ObjectKind::Group => Self::Group,
            ObjectKind::Application => Self::Application,
            ObjectKind::ServicePrincipal => Self::ServicePrincipal,
            ObjectKind::AdministrativeUnit => Self::AdministrativeUnit,
        }
    }
}

impl TargetKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::User => "user",
            Self::Domain => "domain",
            Self::BillingAccount => "billing-account",
            Self::PaymentMethod => "payment-method",
            Self::Agreement => "agreement",
            Self::Session => "session",
            Self::AccessRequest => "access-request",
            Self::Import => "import",
            Self::Evidence => "evidence",
            Self::Application => "application",
            Self::ServicePrincipal => "service-principal",
            Self::Group => "group",
            Self::AdministrativeUnit => "administrative-unit",
            Self::Policy => "policy",
            Self::Role => "role",
            Self::Webhook => "webhook",
        }
    }
}
