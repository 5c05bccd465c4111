//! Whom an organisation names for news of a kind, with the properties of a Microsoft Graph organization. They are kept
//! and shown; nothing is sent to an address that nobody proved.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::properties::check_entry;
use crate::refusal::{Code, Refusal};

/// Entries of each list.
pub const CONTACTS: usize = 100;

/// Each `None` says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Contacts {
    pub marketing_notification_emails: Option<Vec<String>>,
    pub security_compliance_notification_mails: Option<Vec<String>>,
    pub security_compliance_notification_phones: Option<Vec<String>>,
    pub technical_notification_mails: Option<Vec<String>>,
}

impl Contacts {
    /// Every list by its name.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &Option<Vec<String>>); 4] {
        [
            ("marketingNotificationEmails", &self.marketing_notification_emails),
            ("securityComplianceNotificationMails", &self.security_compliance_notification_mails),
            ("securityComplianceNotificationPhones", &self.security_compliance_notification_phones),
            ("technicalNotificationMails", &self.technical_notification_mails),
        ]
    }

    pub fn lists_mut(&mut self) -> [(&'static str, &mut Option<Vec<String>>); 4] {
        [
            ("marketingNotificationEmails", &mut self.marketing_notification_emails),
            ("securityComplianceNotificationMails", &mut self.security_compliance_notification_mails),
            ("securityComplianceNotificationPhones", &mut self.security_compliance_notification_phones),
            ("technicalNotificationMails", &mut self.technical_notification_mails),
        ]
    }

    /// The same as it is kept: without space around entries.
    ///
    /// # Errors
    /// The first rule that each list breaks.
    pub fn checked(mut self) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        for (name, list) in self.lists_mut() {
            if let Some(entries) = list {
                match checked(name, entries) {
                    Ok(kept) => *entries = kept,
                    Err(refusal) => refusals.push(refusal),
                }
            }
        }
        if refusals.is_empty() { Ok(self) } else { Err(refusals) }
    }
}

fn checked(name: &'static str, entries: &[String]) -> Result<Vec<String>, Refusal> {
    if entries.len() > CONTACTS {
        return Err(Refusal::new(Code::PropertyTooMany).on(name).with("max", CONTACTS.to_string()));
    }
    let kept = entries.iter().map(|entry| check_entry(name, entry)).collect::<Result<Vec<_>, _>>()?;
    if kept.iter().map(|entry| entry.to_lowercase()).collect::<BTreeSet<_>>().len() < kept.len() {
        return Err(Refusal::new(Code::PropertyRepeated).on(name));
    }
    let is_phone = name.ends_with("Phones");
    match kept.iter().find(|entry| !is_phone && !is_mail(entry)) {
        Some(entry) if entry.contains('@') => Err(Refusal::new(Code::EmailCharacters).on(name)),
        Some(_) => Err(Refusal::new(Code::EmailNoAt).on(name)),
        None => Ok(kept),
    }
}

/// Something, one at sign, something; the rest is for whoever writes to it.
fn is_mail(entry: &str) -> bool {
    let parts = entry.split_once('@');
    parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'))
        && !entry.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn technical(entries: &[&str]) -> Result<Contacts, Code> {
        let list = entries.iter().map(|entry| (*entry).to_owned()).collect();
        let contacts = Contacts { technical_notification_mails: Some(list), ..Contacts::default() };
        contacts.checked().map_err(|refusals| refusals[0].code)
    }

    #[test]
    fn addresses_have_a_form_and_stand_once() {
        let kept = technical(&[" it@contoso.com ", "ops@contoso.com"]).unwrap();
        assert_eq!(kept.technical_notification_mails.unwrap()[0], "it@contoso.com");
        assert_eq!(
            technical(&[]),
            Ok(Contacts { technical_notification_mails: Some(vec![]), ..Contacts::default() })
        );
        assert_eq!(technical(&["it"]), Err(Code::EmailNoAt));
        assert_eq!(technical(&["i t@contoso.com"]), Err(Code::EmailCharacters));
        assert_eq!(technical(&["it@contoso.com", "IT@contoso.com"]), Err(Code::PropertyRepeated));
        let many: Vec<_> = (0..=CONTACTS).map(|number| format!("a{number}@b.c")).collect();
        assert_eq!(
            technical(&many.iter().map(String::as_str).collect::<Vec<_>>()),
            Err(Code::PropertyTooMany)
        );
    }
}
