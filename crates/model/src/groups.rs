//! Groups: what they are, and which properties fit together (facts §5.3, §5.5, §7.1).
//!
//! A group is a security group, which rights are given to, or a Microsoft 365 group (`Unified`), whose people work
//! together and have a mail address. Its members are assigned, or whoever a rule describes (`DynamicMembership`). Texts
//! stand in one table with their limits, so that API, pages and rules agree on what exists.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::membership::{self, Rule};
use crate::objects::ObjectKind;
use crate::refusal::{Code, Refusal};

/// Characters of a group's name.
pub const NAME: usize = 256;
/// Owners of one group.
pub const MOST_OWNERS: i64 = 100;
/// Groups of one tenant that roles can be granted to.
pub const MOST_ROLE_ASSIGNABLE: i64 = 500;
/// Members and owners that one request may name.
pub const MOST_BOUND: usize = 20;

pub const UNIFIED: &str = "Unified";
pub const DYNAMIC: &str = "DynamicMembership";
pub const HIDDEN: &str = "HiddenMembership";
const PRIVATE: &str = "Private";
pub const ON: &str = "On";
pub const PAUSED: &str = "Paused";

/// A text that a group may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupText {
    /// As Microsoft Graph spells it.
    pub name: &'static str,
    /// Characters.
    pub longest: usize,
    /// The only values, where there is a list of them.
    pub values: &'static [&'static str],
}

/// Every text, in the order of their names.
pub const TEXTS: [GroupText; 10] = [
    text("classification", 128),
    text("description", 1024),
    text("mailNickname", 64),
    text("membershipRule", membership::LONGEST),
    one_of("membershipRuleProcessingState", &[ON, PAUSED]),
    text("preferredDataLocation", 3),
    text("preferredLanguage", 35),
    one_of("theme", &["Teal", "Purple", "Green", "Blue", "Pink", "Orange", "Red"]),
    text("uniqueName", 128),
    one_of("visibility", &[PRIVATE, "Public", HIDDEN]),
];

const fn text(name: &'static str, longest: usize) -> GroupText {
    GroupText { name, longest, values: &[] }
}

const fn one_of(name: &'static str, values: &'static [&'static str]) -> GroupText {
    GroupText { name, longest: 32, values }
}

impl GroupText {
    /// The text as it is kept; `None` for an empty one, which clients send to take it away.
    ///
    /// # Errors
    /// Too long, with characters it can't have, or none of its values.
    pub fn check(self, value: &str) -> Result<Option<String>, Refusal> {
        let value = value.trim();
        if value.is_empty() {
            return Ok(None);
        }
        if value.chars().count() > self.longest {
            return Err(too_long(self.name, self.longest));
        }
        let several_lines = matches!(self.name, "description" | "membershipRule");
        let unfit =
            |found: char| found.is_control() && !(several_lines && matches!(found, '\n' | '\r' | '\t'));
        let is_nickname =
            || value.bytes().all(|byte| byte.is_ascii_graphic() && !b"@()\\[]\";:<>,".contains(&byte));
        if value.chars().any(unfit) || (self.name == "mailNickname" && !is_nickname()) {
            return Err(Refusal::new(Code::PropertyCharacters).on(self.name));
        }
        let meant = |known: &&&str| known.eq_ignore_ascii_case(value);
        match self.values.iter().find(meant) {
            Some(known) => Ok(Some((*known).to_owned())),
            None if self.values.is_empty() => Ok(Some(value.to_owned())),
            None => {
                let values = self.values.join(", ");
                let refusal = Refusal::new(Code::PropertyNotOneOf).on(self.name);
                Err(refusal.with("property", self.name).with("values", values))
            }
        }
    }
}

/// A group's name as it is kept.
///
/// # Errors
/// None, too long, or with characters that no line of text has.
pub fn check_name(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(Refusal::new(Code::FieldRequired).on("displayName"));
    }
    if name.chars().count() > NAME {
        return Err(too_long("displayName", NAME));
    }
    if name.chars().any(char::is_control) {
        return Err(Refusal::new(Code::PropertyCharacters).on("displayName"));
    }
    Ok(name.to_owned())
}

fn too_long(name: &'static str, most: usize) -> Refusal {
    Refusal::new(Code::FieldTooLong).on(name).with("max", most.to_string())
}

/// A nickname made from a name, for those who type none.
#[must_use]
pub fn nickname(name: &str) -> String {
    let plain = any_ascii::any_ascii(name).to_lowercase();
    let words: Vec<String> = plain
        .split_whitespace()
        .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    let made: String = words.join("-").chars().take(64).collect();
    if made.is_empty() { "group".to_owned() } else { made }
}

/// A group's properties beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupProperties {
    /// By the names of [`TEXTS`]; a text that isn't set isn't there.
    pub texts: BTreeMap<String, String>,
    /// Made from the nickname; groups for mail alone have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    pub mail_enabled: bool,
    pub security_enabled: bool,
    pub group_types: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_assignable_to_role: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_behavior_options: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_provisioning_options: Vec<String>,
    /// What applications added, by the whole names of their properties.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extensions: BTreeMap<String, serde_json::Value>,
}

impl GroupProperties {
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// Sets a text that was checked, or takes it away.
    pub fn set(&mut self, text: GroupText, value: Option<String>) {
        match value {
            Some(value) => self.texts.insert(text.name.to_owned(), value),
            None => self.texts.remove(text.name),
        };
    }

    fn has_type(&self, name: &str) -> bool {
        self.group_types.iter().any(|known| known == name)
    }

    #[must_use]
    pub fn is_unified(&self) -> bool {
        self.has_type(UNIFIED)
    }

    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        self.has_type(DYNAMIC)
    }

    #[must_use]
    pub fn is_role_assignable(&self) -> bool {
        self.is_assignable_to_role == Some(true)
    }

    /// Whether only those who are in it, own it or manage groups may see who is in it.
    #[must_use]
    pub fn hides_members(&self) -> bool {
        self.text("visibility") == Some(HIDDEN)
    }

    /// Fills in what follows from the rest.
    pub fn complete(&mut self) {
        if self.is_dynamic() {
            self.texts.entry("membershipRuleProcessingState".into()).or_insert_with(|| ON.into());
        }
        if self.is_unified() {
            self.texts.entry("visibility".into()).or_insert_with(|| "Public".into());
        } else if self.is_role_assignable() {
            self.texts.entry("visibility".into()).or_insert_with(|| PRIVATE.into());
        }
    }

    /// What doesn't fit together; `old` is the group as it was, where it was there already.
    #[must_use]
    pub fn faults(&self, old: Option<&Self>) -> Vec<Refusal> {
        let mut faults = Vec::new();
        if self.text("mailNickname").is_none() {
            faults.push(Refusal::new(Code::FieldRequired).on("mailNickname"));
        }
        self.kind_faults(&mut faults);
        self.role_faults(&mut faults);
        faults.extend(self.rule_fault());
        if let Some(old) = old {
            faults.extend(self.fixed_faults(old));
        }
        faults
    }

    fn kind_faults(&self, faults: &mut Vec<Refusal>) {
        let unknown = self.group_types.iter().any(|name| name != UNIFIED && name != DYNAMIC);
        if unknown {
            let refusal =
                Refusal::new(Code::PropertyNotOneOf).on("groupTypes").with("property", "groupTypes");
            faults.push(refusal.with("values", [UNIFIED, DYNAMIC].join(", ")));
        }
        let fits =
            if self.is_unified() { self.mail_enabled } else { !self.mail_enabled && self.security_enabled };
        if !fits {
            faults.push(Refusal::new(Code::GroupKindUnfit).on("mailEnabled"));
        }
        if !self.is_unified() && self.text("theme").is_some() {
            faults.push(unified_alone("theme"));
        }
        if !self.is_unified() && self.hides_members() {
            faults.push(unified_alone("visibility"));
        }
    }

    fn role_faults(&self, faults: &mut Vec<Refusal>) {
        let public = self.text("visibility").is_some_and(|visibility| visibility != PRIVATE);
        if self.is_role_assignable() && (self.is_dynamic() || !self.security_enabled || public) {
            faults.push(Refusal::new(Code::GroupRolesUnfit).on("isAssignableToRole"));
        }
    }

    fn rule_fault(&self) -> Option<Refusal> {
        match (self.is_dynamic(), self.text("membershipRule")) {
            (true, None) => Some(Refusal::new(Code::GroupRuleMissing).on("membershipRule")),
            (true, Some(rule)) => Rule::parse(rule).err().map(|fault| fault.refusal()),
            (false, Some(_)) => Some(Refusal::new(Code::GroupRuleUnfit).on("membershipRule")),
            (false, None) => None,
        }
    }

    fn fixed_faults(&self, old: &Self) -> Vec<Refusal> {
        let fixed = |name: &'static str| Refusal::new(Code::PropertyFixed).on(name).with("property", name);
        let mut faults = Vec::new();
        if self.is_role_assignable() != old.is_role_assignable() {
            faults.push(fixed("isAssignableToRole"));
        }
        if self.is_unified() != old.is_unified() {
            faults.push(fixed("groupTypes"));
        }
        if self.hides_members() != old.hides_members() {
            faults.push(fixed("visibility"));
        }
        if old.text("uniqueName").is_some() && self.text("uniqueName") != old.text("uniqueName") {
            faults.push(fixed("uniqueName"));
        }
        faults
    }

    /// May something of this kind be a member? A group says what it is itself.
    #[must_use]
    pub fn takes(&self, kind: ObjectKind, group: Option<&Self>) -> bool {
        match kind {
            ObjectKind::User => true,
            ObjectKind::Group => {
                !self.is_unified()
                    && !self.is_role_assignable()
                    && group.is_some_and(|member| !member.is_unified())
            }
            ObjectKind::ServicePrincipal => !self.is_unified(),
            ObjectKind::Application | ObjectKind::AdministrativeUnit => false,
        }
    }
}

fn unified_alone(name: &'static str) -> Refusal {
    Refusal::new(Code::GroupUnifiedAlone).on(name).with("property", name)
}

/// May something of this kind own a group?
#[must_use]
pub fn may_own(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::User | ObjectKind::ServicePrincipal)
}

/// The `securityIdentifier` of an object: `S-1-12-1-` and the four numbers of its id, as Entra writes them.
#[must_use]
pub fn security_identifier(id: Uuid) -> String {
    let (first, second, third, rest) = id.as_fields();
    let middle = u32::from(third) << 16 | u32::from(second);
    let [a, b, c, d, e, f, g, h] = *rest;
    let (fourth, fifth) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    format!("S-1-12-1-{first}-{middle}-{fourth}-{fifth}")
}

#[cfg(test)]
mod tests;
