//! People of a tenant: the words they are found by, and who may act on whom.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::roles::{Permission, Permissions};

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

/// May somebody with these rights manage a person with those? Whoever resets a password could sign in as that person,
/// so it needs all their rights, and [`Permission::ManageAdministrators`] where they administrate.
#[must_use]
pub fn may_manage(own: Permissions, theirs: Permissions) -> bool {
    (!theirs.are_administrative() || own.contains(Permission::ManageAdministrators)) && own.covers(theirs)
}

/// A password of 80 random bits that can be read out on the phone: no letter looks or sounds like a digit.
#[must_use]
pub fn temporary_password(random: [u8; 16]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letters: Vec<char> = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::Role;

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
        let covers = |own: Role, other: Role| own.permissions().covers(other.permissions());
        assert!(Role::ALL.iter().all(|role| covers(GlobalAdministrator, *role)));
        assert!(covers(UserAdministrator, HelpdeskAdministrator));
        assert!(!covers(UserAdministrator, GlobalReader));
        assert!(!Permissions::default().covers(HelpdeskAdministrator.permissions()));
    }

    #[test]
    fn administrators_and_those_who_see_more_are_out_of_reach() {
        use Role::{GlobalAdministrator, HelpdeskAdministrator, SecurityReader, UserAdministrator};
        let may_manage = |own: Role, theirs: &[Role]| {
            let theirs = theirs.iter().fold(Permissions::default(), |all, role| all.and(role.permissions()));
            super::may_manage(own.permissions(), theirs)
        };
        assert!(may_manage(HelpdeskAdministrator, &[]));
        assert!(!may_manage(UserAdministrator, &[HelpdeskAdministrator]));
        assert!(!may_manage(HelpdeskAdministrator, &[SecurityReader]));
        assert!(may_manage(GlobalAdministrator, &[GlobalAdministrator, SecurityReader]));
        let keys = [Permission::ManageAdministrators, Permission::ResetPasswords].into_iter().collect();
        assert!(!super::may_manage(keys, GlobalAdministrator.permissions()));
    }
}
