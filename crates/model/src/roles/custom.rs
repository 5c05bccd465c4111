//! Roles that a tenant makes for itself.

use serde::{Deserialize, Serialize};

use super::actions::permission_of;
use super::permission::{Permission, Permissions};
use crate::refusal::{Code, Refusal};

/// Characters of a role's name, of what it says about itself, and of its version.
pub const NAME: usize = 256;
pub const DESCRIPTION: usize = 1024;
pub const VERSION: usize = 128;
/// Blocks of a role, and actions in one of them.
pub const MOST_BLOCKS: usize = 20;
pub const MOST_ACTIONS: usize = 200;

/// Actions that belong together, as the API writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RolePermission {
    pub allowed_resource_actions: Vec<String>,
}

/// What somebody wants a role to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDraft {
    pub display_name: String,
    pub description: String,
    pub is_enabled: bool,
    pub version: Option<String>,
    pub blocks: Vec<RolePermission>,
}

fn too_long(name: &'static str, most: usize) -> Refusal {
    Refusal::new(Code::FieldTooLong).on(name).with("max", most.to_string())
}

impl RoleDraft {
    /// One block with the actions of these permissions.
    #[must_use]
    pub fn block(permissions: Permissions) -> Vec<RolePermission> {
        let actions = permissions.iter().map(|permission| permission.resource_action().to_owned());
        vec![RolePermission { allowed_resource_actions: actions.collect() }]
    }

    /// The role without spaces around its texts, and what it allows.
    ///
    /// # Errors
    /// A text that is missing, too long or has characters that no line has; no action, too many, or one that stands for
    /// nothing here.
    pub fn check(mut self) -> Result<(Self, Permissions), Vec<Refusal>> {
        let mut faults = Vec::new();
        self.display_name = self.display_name.trim().to_owned();
        self.description = self.description.trim().to_owned();
        let version = self.version.take().map(|version| version.trim().to_owned());
        self.version = version.filter(|version| !version.is_empty());
        if self.display_name.is_empty() {
            faults.push(Refusal::new(Code::FieldRequired).on("displayName"));
        }
        let version = self.version.as_deref().unwrap_or_default();
        for (name, text, most, lines) in [
            ("displayName", self.display_name.as_str(), NAME, false),
            ("description", self.description.as_str(), DESCRIPTION, true),
            ("version", version, VERSION, false),
        ] {
            if text.chars().count() > most {
                faults.push(too_long(name, most));
            }
            let unfit = |found: char| found.is_control() && !(lines && matches!(found, '\n' | '\r' | '\t'));
            if text.chars().any(unfit) {
                faults.push(Refusal::new(Code::PropertyCharacters).on(name));
            }
        }
        let permissions = allowed(&self.blocks, &mut faults);
        if faults.is_empty() { Ok((self, permissions)) } else { Err(faults) }
    }
}

fn allowed(blocks: &[RolePermission], faults: &mut Vec<Refusal>) -> Permissions {
    let on = "rolePermissions";
    let too_many = |most: usize| Refusal::new(Code::PropertyTooMany).on(on).with("max", most.to_string());
    if blocks.len() > MOST_BLOCKS {
        faults.push(too_many(MOST_BLOCKS));
        return Permissions::default();
    }
    let mut permissions: Vec<Permission> = Vec::new();
    for block in blocks {
        if block.allowed_resource_actions.len() > MOST_ACTIONS {
            faults.push(too_many(MOST_ACTIONS));
            return Permissions::default();
        }
        for action in &block.allowed_resource_actions {
            match permission_of(action) {
                Some(permission) => permissions.push(permission),
                None => {
                    let shown: String = action.chars().take(100).collect();
                    faults.push(Refusal::new(Code::RoleActionUnknown).on(on).with("action", shown));
                }
            }
        }
    }
    faults.truncate(20);
    if permissions.is_empty() && faults.is_empty() {
        faults.push(Refusal::new(Code::RoleAllowsNothing).on(on));
    }
    permissions.into_iter().collect()
}
