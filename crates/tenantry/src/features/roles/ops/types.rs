//! Roles and assignments as they are read.

use jiff::Timestamp;
use model::objects::ObjectKind;
use model::roles::custom::{RoleDraft, RolePermission};
use model::roles::{Permissions, Role};
use uuid::Uuid;

use crate::web::locale::Locale;
use crate::web::roles;

/// A role by its name: a built-in one's is translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleName {
    BuiltIn(Role),
    Own(String),
}

impl RoleName {
    /// As the API and the log give it.
    #[must_use]
    pub fn plain(&self) -> &str {
        match self {
            Self::BuiltIn(role) => role.name(),
            Self::Own(name) => name,
        }
    }

    #[must_use]
    pub fn shown(&self, l: &Locale) -> String {
        match self {
            Self::BuiltIn(role) => roles::name(l, *role),
            Self::Own(name) => name.clone(),
        }
    }
}

/// A role, built-in or the tenant's own.
#[derive(Clone, Debug)]
pub struct RoleDefinition {
    pub id: Uuid,
    pub template_id: Uuid,
    pub name: RoleName,
    /// Empty for a built-in role, whose words stand in the text files.
    pub description: String,
    pub version: Option<String>,
    pub is_enabled: bool,
    /// What it allows while it is enabled.
    pub permissions: Permissions,
    pub blocks: Vec<RolePermission>,
}

impl RoleDefinition {
    #[must_use]
    pub fn built_in(role: Role) -> Self {
        Self {
            id: role.template_id(),
            template_id: role.template_id(),
            name: RoleName::BuiltIn(role),
            description: String::new(),
            version: Some("1".to_owned()),
            is_enabled: true,
            permissions: role.permissions(),
            blocks: RoleDraft::block(role.permissions()),
        }
    }

    #[must_use]
    pub fn is_built_in(&self) -> bool {
        matches!(self.name, RoleName::BuiltIn(_))
    }

    /// What it does, in one line or more.
    #[must_use]
    pub fn does(&self, l: &Locale) -> String {
        match self.name {
            RoleName::BuiltIn(role) => roles::does(l, role),
            RoleName::Own(_) => self.description.clone(),
        }
    }

    /// The role as a client would send it, to be changed.
    #[must_use]
    pub fn draft(&self) -> RoleDraft {
        RoleDraft {
            display_name: self.name.plain().to_owned(),
            description: self.description.clone(),
            is_enabled: self.is_enabled,
            version: self.version.clone(),
            blocks: self.blocks.clone(),
        }
    }
}

/// Who may hold roles.
#[derive(Clone, Debug)]
pub struct Holder {
    pub id: Uuid,
    pub kind: ObjectKind,
    pub name: String,
    /// The name that a person signs in with; empty for the others.
    pub sign_in_name: String,
}

/// A role that somebody holds.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub holder: Holder,
    pub role: Uuid,
    pub at: Timestamp,
    pub by: String,
}
