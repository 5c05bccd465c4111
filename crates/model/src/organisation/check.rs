//! Is what was entered of an organisation acceptable, and is there something to confirm?

use serde::Deserialize;

use super::{Contact, Organisation, PostalAddress};
use crate::eligibility::address::{self, AddressInput};
use crate::eligibility::organization::check_person;
use crate::eligibility::western::{is_western, propose};
use crate::eligibility::{organization, phone, registration};
use crate::refusal::{Code, Refusal};

/// The form of an organisation as it was typed. Absent fields are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OrganisationInput {
    pub legal_name: String,
    pub legal_name_western: String,
    pub country: String,
    /// One line of the address a line.
    pub address_lines: String,
    pub address_lines_western: String,
    pub city: String,
    pub city_western: String,
    pub region: String,
    pub postal_code: String,
    pub given_name: String,
    pub surname: String,
    pub phone: String,
    pub website: String,
    pub registration_id: String,
}

/// A Western form to confirm or change before going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToConfirm {
    /// The form field for it, such as `legal_name_western`.
    pub field: &'static str,
    pub proposal: String,
}

/// What came of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Nothing refused, nothing left to confirm; warnings are told and don't stop.
    Accepted {
        organisation: Box<Organisation>,
        warnings: Vec<Refusal>,
    },
    /// Everything is acceptable once these are confirmed.
    Confirm(Vec<ToConfirm>),
    Refused(Vec<Refusal>),
}

/// The longest website address.
const LONGEST_WEBSITE: usize = 300;

/// Checks the form; `email` is the proven mailbox of the contact.
#[must_use]
pub fn check(input: &OrganisationInput, email: &str) -> Checked {
    let mut refusals = Vec::new();
    let country = input.country.trim().to_ascii_uppercase();
    let name = organization::check(&input.legal_name);
    refusals.extend(name.answer.refusals.into_iter().map(|refusal| refusal.on("legal_name")));
    let address = address::check(&AddressInput {
        country: country.clone(),
        address_lines: input.address_lines.lines().map(str::to_owned).collect(),
        suburb: String::new(),
        city: input.city.clone(),
        region: input.region.clone(),
        postal_code: input.postal_code.clone(),
    });
    refusals.extend(address.refusals);
    let given_name = check_person(&input.given_name, "given_name");
    let surname = check_person(&input.surname, "surname");
    let phone = phone::check(&input.phone, Some(&country));
    let registration = registration::check(&country, &input.registration_id);
    refusals.extend(given_name.answer.refusals);
    refusals.extend(surname.answer.refusals);
    refusals.extend(phone.answer.refusals);
    refusals.extend(registration.answer.refusals.into_iter().map(|refusal| refusal.on("registration_id")));
    let website = website(&input.website).unwrap_or_else(|refusal| {
        refusals.push(refusal);
        None
    });

    let lines = address.normalised.address_lines.join("\n");
    let mut western = WesternForms { country: &country, to_confirm: Vec::new(), refusals: Vec::new() };
    let name_western = western.of(&name.name, &input.legal_name_western, "legal_name_western");
    let lines_western = western.of(&lines, &input.address_lines_western, "address_lines_western");
    let city_western = western.of(&address.normalised.city, &input.city_western, "city_western");
    refusals.extend(western.refusals);
    if !refusals.is_empty() {
        return Checked::Refused(refusals);
    }
    if !western.to_confirm.is_empty() {
        return Checked::Confirm(western.to_confirm);
    }
    let address = postal_address(address.normalised, &lines_western, city_western);
    let contact = Contact {
        given_name: given_name.name,
        surname: surname.name,
        email: email.to_owned(),
        phone: phone.number.unwrap_or_default(),
    };
    let organisation = Organisation {
        legal_name: name.name,
        legal_name_western: name_western,
        address,
        contact,
        website,
        registration_id: registration.number,
    };
    Checked::Accepted { organisation: Box::new(organisation), warnings: name.answer.warnings }
}

fn postal_address(entered: AddressInput, lines_western: &str, western_city: String) -> PostalAddress {
    PostalAddress {
        country: entered.country,
        lines: entered.address_lines,
        city: entered.city,
        region: entered.region,
        postal_code: entered.postal_code,
        western_lines: lines_western.lines().map(str::to_owned).collect(),
        western_city,
    }
}

struct WesternForms<'a> {
    country: &'a str,
    to_confirm: Vec<ToConfirm>,
    refusals: Vec<Refusal>,
}

impl WesternForms<'_> {
    fn of(&mut self, entered: &str, confirmed: &str, field: &'static str) -> String {
        if is_western(entered) {
            return entered.to_owned();
        }
        let confirmed = confirmed.trim();
        if confirmed.is_empty() {
            let lines = entered.lines().map(|line| propose(line, Some(self.country), None).western);
            let proposal = lines.collect::<Vec<_>>().join("\n");
            self.to_confirm.push(ToConfirm { field, proposal });
        } else if confirmed.chars().count() > 1024 {
            self.refusals.push(Refusal::new(Code::FieldTooLong).on(field).with("max", "1024"));
        } else if !is_western(confirmed)
            || confirmed.chars().any(|char| char.is_control() && char != '\n' && char != '\r')
        {
            self.refusals.push(Refusal::new(Code::WesternFormInvalid).on(field));
        }
        confirmed.lines().map(str::trim).collect::<Vec<_>>().join("\n")
    }
}

fn website(typed: &str) -> Result<Option<String>, Refusal> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if typed.len() > LONGEST_WEBSITE {
        return Err(Refusal::new(Code::FieldTooLong).on("website").with("max", LONGEST_WEBSITE.to_string()));
    }
    let lower = typed.to_ascii_lowercase();
    let full = if lower.starts_with("https://") || lower.starts_with("http://") {
        typed.to_owned()
    } else {
        format!("https://{typed}")
    };
    let host =
        full.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let is_host = host.contains('.')
        && !host.contains(['@', ':', ' ', '<', '>', '"', '\\'])
        && host.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|char| char.is_alphanumeric() || char == '-')
        });
    let plain =
        !full.chars().any(|char| char.is_whitespace() || char.is_control() || "<>\"'\\`".contains(char));
    if is_host && plain { Ok(Some(full)) } else { Err(Refusal::new(Code::WebsiteInvalid).on("website")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greek() -> OrganisationInput {
        OrganisationInput {
            legal_name: "Ελληνικά Λιμάνια Α.Ε.".into(),
            country: "GR".into(),
            address_lines: "Ερμού 12".into(),
            city: "Αθήνα".into(),
            postal_code: "10557".into(),
            given_name: "Ana".into(),
            surname: "Torres".into(),
            phone: "210 1234567".into(),
            ..OrganisationInput::default()
        }
    }

    #[test]
    fn western_forms_are_proposed_and_then_confirmed() {
        let mut input = greek();
        let Checked::Confirm(proposals) = check(&input, "ana@contoso.com") else {
            panic!("nothing to confirm")
        };
        let city = proposals.iter().find(|to_confirm| to_confirm.field == "city_western").unwrap();
        assert_eq!(city.proposal, "Athens");
        for to_confirm in proposals {
            match to_confirm.field {
                "legal_name_western" => input.legal_name_western = to_confirm.proposal,
                "address_lines_western" => input.address_lines_western = to_confirm.proposal,
                _ => input.city_western = to_confirm.proposal,
            }
        }
        let Checked::Accepted { organisation, .. } = check(&input, "ana@contoso.com") else {
            panic!("not accepted")
        };
        assert_eq!(organisation.legal_name, "Ελληνικά Λιμάνια Α.Ε.");
        assert_eq!(organisation.address.western_city, "Athens");
        assert_eq!(organisation.contact.phone, "+302101234567");
        input.city_western = "Αθήνα".into();
        assert!(
            matches!(check(&input, "ana@contoso.com"), Checked::Refused(refusals) if refusals[0].code == Code::WesternFormInvalid)
        );
    }

    #[test]
    fn websites_are_hosts_over_http() {
        assert_eq!(website("contoso.com/about").unwrap().as_deref(), Some("https://contoso.com/about"));
        assert_eq!(website(" ").unwrap(), None);
        for bad in [
            "javascript:alert(1)",
            "https://",
            "contoso",
            "https://a@b.com",
            "a b.com",
            "http://x.com/<script>",
        ] {
            assert!(website(bad).is_err(), "{bad}");
        }
    }
}
