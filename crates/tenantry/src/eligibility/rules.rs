//! The rules of eligibility as this deployment sets them: built-in lists, the operator's lists in their place, and the
//! operator's own allow and deny lists above all.

use std::path::Path;

use model::eligibility::email::{EmailList, EmailRules};

use crate::config;

/// The files that replace a built-in list, one name a line, `#` for comments.
const FILES: [(&str, EmailList); 4] = [
    ("disposable.txt", EmailList::Disposable),
    ("personal.txt", EmailList::Personal),
    ("relays.txt", EmailList::Relay),
    ("role-words.txt", EmailList::RoleWords),
];

/// Reads the rules for e-mail addresses.
///
/// # Errors
/// When the folder of lists is named but can't be read. A file that isn't there leaves its built-in list.
pub fn email_rules(settings: &config::Eligibility, allow_test_names: bool) -> std::io::Result<EmailRules> {
    let mut rules = EmailRules::built_in()
        .with_allow(settings.allow.iter().map(String::as_str))
        .with_deny(settings.deny.iter().map(String::as_str))
        .allow_test_names(allow_test_names);
    if settings.lists.is_empty() {
        return Ok(rules);
    }
    let folder = Path::new(&settings.lists);
    std::fs::read_dir(folder)?;
    for (name, list) in FILES {
        match std::fs::read_to_string(folder.join(name)) {
            Ok(text) => rules.replace_list(
                list,
                text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')),
            ),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(rules)
}
