//! People of a tenant: the words they are found by, and who may act on whom.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::roles::{Permission, Role};

/// Days that a deleted person can be restored.
pub const DAYS_KEPT: i64 = 30;
/// Global administrators that a tenant should have.
pub const RECOMMENDED_GLOBAL_ADMINISTRATORS: i64 = 2;
/// Characters of a word that search looks at, and words of one person or query.
const WORD: usize = 40;
const WORDS: usize = 24;

/// The words of a text as search compares them: lower case, without accents, at most 40 characters each.
#[must_use]
pub fn search_words(text: &str) -> BTreeSet<String> {
    let short: String = text.chars().take(WORD * WORDS).collect();
    let folded: String =
        short.nfkd().filter(|character| !is_combining_mark(*character)).collect::<String>().to_lowercase();
    folded
        .split(|character: char| character.is_whitespace() || ",;()\"".contains(character))
        .map(|word| word.chars().take(WORD).collect::<String>())
        .filter(|word| !word.is_empty())
        .take(WORDS)
        .collect()
}

/// May somebody with these roles grant, or take away, this role? No grant exceeds the grantor's own rights.
#[must_use]
pub fn covers(own: &[Role], role: Role) -> bool {
    role.permissions().iter().all(|permission| allows(own, *permission))
}

/// May somebody with these roles manage a person with those? Whoever resets a password could sign in as that person,
/// so it needs all their rights, and [`Permission::ManageAdministrators`] where they administrate.
#[must_use]
pub fn may_manage(own: &[Role], theirs: &[Role]) -> bool {
    let administrator = theirs.iter().any(|role| role.is_administrative());
    (!administrator || allows(own, Permission::ManageAdministrators))
        && theirs.iter().all(|role| covers(own, *role))
}

/// A password of 80 random bits that can be read out on the phone: no letter looks or sounds like a digit.
#[must_use]
pub fn temporary_password(random: [u8; 16]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letters: Vec<char> = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn allows(roles: &[Role], permission: Permission) -> bool {
    roles.iter().any(|role| role.allows(permission))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_bounded() {
        assert_eq!(search_words("Åsa  Ñúñez, (HR)").into_iter().collect::<Vec<_>>(), ["asa", "hr", "nunez"]);
        assert_eq!(search_words("Αθηνά").into_iter().next().unwrap(), "αθηνα");
        assert!(search_words(&"word ".repeat(100_000)).len() <= WORDS);
        assert!(search_words(&"é".repeat(100_000)).iter().all(|word| word.chars().count() <= WORD));
        assert!(search_words(" \t\n").is_empty());
    }

    #[test]
    fn temporary_passwords_are_four_groups() {
        assert_eq!(temporary_password([0; 16]), "aaaa-aaaa-aaaa-aaaa");
        assert_eq!(temporary_password(std::array::from_fn(|at| at as u8 + 24)), "2345-6789-abcd-efgh");
    }

    #[test]
    fn nobody_grants_more_than_they_have() {
        use Role::{GlobalAdministrator, GlobalReader, HelpdeskAdministrator, UserAdministrator};
        assert!(Role::ALL.iter().all(|role| covers(&[GlobalAdministrator], *role)));
        assert!(covers(&[UserAdministrator], HelpdeskAdministrator));
        assert!(!covers(&[UserAdministrator], GlobalReader));
        assert!(!covers(&[], HelpdeskAdministrator));
    }

    #[test]
    fn administrators_and_those_who_see_more_are_out_of_reach() {
        use Role::{GlobalAdministrator, HelpdeskAdministrator, SecurityReader, UserAdministrator};
        assert!(may_manage(&[HelpdeskAdministrator], &[]));
        assert!(!may_manage(&[UserAdministrator], &[HelpdeskAdministrator]));
        assert!(!may_manage(&[HelpdeskAdministrator], &[SecurityReader]));
        assert!(may_manage(&[GlobalAdministrator], &[GlobalAdministrator, SecurityReader]));
    }
}
