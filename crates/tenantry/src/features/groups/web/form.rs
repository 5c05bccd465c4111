//! The form of a group: what stands in it, and what is read from it.

use model::groups::{DYNAMIC, GroupProperties, ON, PAUSED, TEXTS, UNIFIED, check_name, nickname};
use model::refusal::{Code, Refusal};

use crate::features::groups::Group;
use crate::web::forms::Fields;

const TEXT_FIELDS: [&str; 3] = ["description", "mailNickname", "membershipRule"];

/// The form of a new group before anything is typed.
pub(super) fn empty() -> Fields {
    Fields::new().with("kind", "security").with("membership", "assigned")
}

/// The form filled with what is stored.
pub(super) fn filled(group: &Group) -> Fields {
    let properties = &group.properties;
    let mut fields = Fields::new()
        .with("displayName", &group.display_name)
        .with("kind", if properties.is_unified() { "together" } else { "security" })
        .with("membership", if properties.is_dynamic() { "rule" } else { "assigned" });
    for name in TEXT_FIELDS {
        fields.set(name, properties.text(name).unwrap_or_default());
    }
    if properties.text("membershipRuleProcessingState") == Some(PAUSED) {
        fields.set("paused", "yes");
    }
    fields
}

/// Reads and checks the form; what is refused is put beside its field.
pub(super) fn read(fields: &mut Fields, old: Option<&Group>) -> Option<(String, GroupProperties)> {
    let mut refusals = Vec::new();
    let name = check_name(fields.value("displayName"));
    let mut properties = old.map_or_else(GroupProperties::default, |group| group.properties.clone());
    if old.is_none() {
        new_kind(fields, &mut properties, &mut refusals);
    }
    for text in TEXTS.into_iter().filter(|text| TEXT_FIELDS.contains(&text.name)) {
        match text.check(fields.value(text.name)) {
            Ok(value) => properties.set(text, value),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if properties.text("mailNickname").is_none() && refusals.is_empty() {
        let made = nickname(fields.value("displayName"));
        properties.texts.insert("mailNickname".to_owned(), made);
    }
    membership(fields, &mut properties);
    refusals.extend(name.clone().err());
    if refusals.is_empty() {
        refusals.extend(properties.faults(old.map(|group| &group.properties)));
    }
    match name {
        Ok(name) if refusals.is_empty() => Some((name, properties)),
        _ => {
            fields.refuse_all(refusals);
            None
        }
    }
}

fn new_kind(fields: &Fields, properties: &mut GroupProperties, refusals: &mut Vec<Refusal>) {
    match fields.value("kind") {
        "security" => properties.security_enabled = true,
        "together" => {
            properties.mail_enabled = true;
            properties.group_types.push(UNIFIED.to_owned());
        }
        _ => refusals.push(Refusal::new(Code::FieldRequired).on("kind")),
    }
    if fields.has("isAssignableToRole") {
        properties.security_enabled = true;
        properties.is_assignable_to_role = Some(true);
        properties.texts.insert("visibility".to_owned(), "Private".to_owned());
    }
}

fn membership(fields: &Fields, properties: &mut GroupProperties) {
    properties.group_types.retain(|name| name != DYNAMIC);
    if fields.value("membership") == "rule" {
        properties.group_types.push(DYNAMIC.to_owned());
        let state = if fields.has("paused") { PAUSED } else { ON };
        properties.texts.insert("membershipRuleProcessingState".to_owned(), state.to_owned());
    } else {
        properties.texts.remove("membershipRule");
        properties.texts.remove("membershipRuleProcessingState");
    }
}
