//! Objects of the directory: their kinds, and how one belongs to another.

use std::str::FromStr;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKind {
    User,
    Group,
    Application,
    ServicePrincipal,
    AdministrativeUnit,
}

/// The text names no kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownKind;

impl ObjectKind {
    pub const ALL: [Self; 5] =
        [Self::User, Self::Group, Self::Application, Self::ServicePrincipal, Self::AdministrativeUnit];

    /// As Microsoft Graph names the type.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Application => "application",
            Self::ServicePrincipal => "servicePrincipal",
            Self::AdministrativeUnit => "administrativeUnit",
        }
    }

    /// The collection of the API that holds it.
    #[must_use]
    pub fn collection(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Group => "groups",
            Self::Application => "applications",
            Self::ServicePrincipal => "servicePrincipals",
            Self::AdministrativeUnit => "administrativeUnits",
        }
    }

    /// What `@odata.type` says of it where a list holds several kinds.
    #[must_use]
    pub fn odata_type(self) -> String {
        format!("#microsoft.graph.{}", self.as_str())
    }
}

impl FromStr for ObjectKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

/// What a change is told of: objects of the directory, and domain names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangedKind {
    Object(ObjectKind),
    /// Known by its name, where objects have an id.
    Domain,
}

impl ChangedKind {
    pub const ALL: [Self; 6] = [
        Self::Object(ObjectKind::User),
        Self::Object(ObjectKind::Group),
        Self::Object(ObjectKind::Application),
        Self::Object(ObjectKind::ServicePrincipal),
        Self::Object(ObjectKind::AdministrativeUnit),
        Self::Domain,
    ];

    /// As Microsoft Graph names the type.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.as_str(),
            Self::Domain => "domain",
        }
    }

    /// The collection of the API that holds it.
    #[must_use]
    pub fn collection(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.collection(),
            Self::Domain => "domains",
        }
    }

    /// Whether such a change can happen to it.
    #[must_use]
    pub fn can(self, change: ChangeKind) -> bool {
        match change {
            ChangeKind::Created | ChangeKind::Updated | ChangeKind::Removed => true,
            ChangeKind::Deleted | ChangeKind::Restored => {
                !matches!(self, Self::Domain | Self::Object(ObjectKind::AdministrativeUnit))
            }
            ChangeKind::MemberAdded | ChangeKind::MemberRemoved => self == Self::Object(ObjectKind::Group),
        }
    }
}

impl FromStr for ChangedKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

/// How an object belongs to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// A member of a group.
    Member,
    /// Who may change a group or an application without a role.
    Owner,
    /// In an administrative unit. It is none of the others, so that whatever gives rights to members never meets it.
    UnitMember,
}

impl Relation {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Owner => "owner",
            Self::UnitMember => "unitMember",
        }
    }
}

/// What happened to an object or a domain name, for those who follow changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    Created,
    Updated,
    /// Deleted, and restorable for 30 days.
    Deleted,
    Restored,
    /// Gone for good.
    Removed,
    MemberAdded,
    MemberRemoved,
}

impl ChangeKind {
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::Updated,
        Self::Deleted,
        Self::Restored,
        Self::Removed,
        Self::MemberAdded,
        Self::MemberRemoved,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
            Self::Removed => "removed",
            Self::MemberAdded => "member-added",
            Self::MemberRemoved => "member-removed",
        }
    }
}

impl FromStr for ChangeKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}
