//! Administrative units: people and groups of a tenant that belong together. Being in one gives nobody any right.

use serde::{Deserialize, Serialize};

use crate::objects::ObjectKind;
use crate::refusal::{Code, Refusal};

/// Characters of a description.
pub const DESCRIPTION: usize = 1024;
/// The only visibility but none: who is in the unit is told to those who are, and to who manages units.
pub const HIDDEN: &str = "HiddenMembership";

/// What the tenant keeps of a unit beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdministrativeUnit {
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub visibility: Option<String>,
}

impl AdministrativeUnit {
    #[must_use]
    pub fn hides_members(&self) -> bool {
        self.visibility.is_some()
    }
}

/// Whether a unit may hold such an object.
#[must_use]
pub fn takes(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::User | ObjectKind::Group)
}

/// A description as it is kept; `None` for an empty one, which clients send to take it away.
///
/// # Errors
/// Too long, or with characters that no text has.
pub fn check_description(text: &str) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if text.chars().count() > DESCRIPTION {
        return Err(Refusal::new(Code::FieldTooLong).on("description").with("max", DESCRIPTION.to_string()));
    }
    if text.chars().any(|found| found.is_control() && !matches!(found, '\n' | '\r' | '\t')) {
        return Err(Refusal::new(Code::PropertyCharacters).on("description"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A visibility as it is kept; `Public` is none.
///
/// # Errors
/// Any other.
pub fn check_visibility(text: &str) -> Result<Option<String>, Refusal> {
    match text.trim() {
        "" => Ok(None),
        text if text.eq_ignore_ascii_case("public") => Ok(None),
        text if text.eq_ignore_ascii_case(HIDDEN) => Ok(Some(HIDDEN.to_owned())),
        _ => {
            let refusal = Refusal::new(Code::PropertyNotOneOf).on("visibility");
            Err(refusal.with("property", "visibility").with("values", format!("Public, {HIDDEN}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_hidden_or_not() {
        assert_eq!(check_visibility("hiddenmembership"), Ok(Some(HIDDEN.to_owned())));
        assert_eq!(check_visibility("Public"), Ok(None));
        assert!(check_visibility("Private").is_err());
        assert_eq!(check_description("  "), Ok(None));
        assert!(check_description(&"x".repeat(DESCRIPTION + 1)).is_err());
        assert!(takes(ObjectKind::Group) && !takes(ObjectKind::ServicePrincipal));
    }
}
