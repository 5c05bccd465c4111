//! Custom domain names of a tenant: the record that proves one, whose proof covers which, which to make primary.
//!
//! A name is claimed by any number of tenants and proven by one. The record holds a token that is made for one claim,
//! so a record that proves it for one tenant proves nothing for another. What becomes of a proven name whose record is
//! gone is [`life`]'s to say.

pub mod life;
pub mod rename;

/// The record to publish for one claim, in either of two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationRecord {
    name: String,
    token: String,
    account_domain: String,
}

impl VerificationRecord {
    /// `name` is canonical; `token` has letters and digits only, at most 63, since it becomes a label of a name.
    #[must_use]
    pub fn new(name: &str, token: &str, account_domain: &str) -> Self {
        Self { name: name.to_owned(), token: token.to_owned(), account_domain: account_domain.to_owned() }
    }

    /// The value of the TXT record.
    #[must_use]
    pub fn text(&self) -> String {
        format!("tenantry-verification={}", self.token)
    }

    /// The host of the MX record, for DNS editors that offer no TXT. It leads nowhere.
    #[must_use]
    pub fn mail_exchange(&self) -> String {
        format!("{}.verification.{}", self.token, self.account_domain)
    }

    /// What DNS editors want in the field "name": `@` for the zone's own name, otherwise the part before the zone.
    #[must_use]
    pub fn label(&self) -> &str {
        match self.name.strip_suffix(&self.zone()).map(|rest| rest.trim_end_matches('.')) {
            Some(label) if !label.is_empty() => label,
            _ => "@",
        }
    }

    /// The registered name, where the zone usually begins.
    #[must_use]
    pub fn zone(&self) -> String {
        psl::domain_str(&self.name).unwrap_or(&self.name).to_owned()
    }

    /// Where the record ends up when an editor adds the zone to a full name.
    #[must_use]
    pub fn doubled(&self) -> String {
        format!("{}.{}", self.name, self.zone())
    }
}

/// The names above this one that a proof may be inherited from, the nearest first; never a public suffix.
pub fn parents(name: &str) -> impl Iterator<Item = &str> {
    let registered = psl::domain_str(name).map_or(name.len(), str::len);
    std::iter::successors(Some(name), |name| name.split_once('.').map(|(_, parent)| parent))
        .skip(1)
        .take_while(move |parent| parent.len() >= registered)
}

/// The name that suits an organisation's head office best: the shortest one that is neither a part of another nor of a
/// country other than its own. `country` is ISO 3166-1 alpha-2.
#[must_use]
pub fn advised_primary<'a>(names: &[&'a str], country: &str) -> Option<&'a str> {
    let own = country.to_ascii_lowercase();
    let rank = |name: &str| {
        let ending = name.rsplit('.').next().unwrap_or_default();
        // The one country whose ending isn't its code (IANA root zone database).
        let is_own = ending == own || (ending == "uk" && own == "gb");
        let is_part = psl::domain_str(name).is_some_and(|registered| registered != name);
        (is_part, ending.len() == 2 && !is_own, name.len())
    };
    names.iter().copied().min_by(|one, two| rank(one).cmp(&rank(two)).then_with(|| one.cmp(two)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_is_what_stands_before_the_zone() {
        for (name, label, doubled) in [
            ("contoso.com", "@", "contoso.com.contoso.com"),
            ("contoso.co.uk", "@", "contoso.co.uk.contoso.co.uk"),
            ("mail.contoso.co.uk", "mail", "mail.contoso.co.uk.contoso.co.uk"),
            ("a.b.contoso.com", "a.b", "a.b.contoso.com.contoso.com"),
        ] {
            let record = VerificationRecord::new(name, "t0ken", "onwork.example");
            assert_eq!((record.label(), record.doubled().as_str()), (label, doubled), "{name}");
        }
    }

    #[test]
    fn both_forms_carry_the_token() {
        let record = VerificationRecord::new("contoso.com", "t0ken", "onwork.example");
        assert_eq!(record.text(), "tenantry-verification=t0ken");
        assert_eq!(record.mail_exchange(), "t0ken.verification.onwork.example");
    }

    #[test]
    fn a_proof_comes_down_from_registered_names_alone() {
        let above = |name| parents(name).collect::<Vec<_>>();
        assert_eq!(above("a.b.contoso.co.uk"), ["b.contoso.co.uk", "contoso.co.uk"]);
        assert_eq!(above("contoso.co.uk"), [""; 0]);
        assert_eq!(above("co.uk"), [""; 0]);
    }

    #[test]
    fn the_head_office_goes_before_regions() {
        for (names, country, advised) in [
            (&["contoso.co.uk", "contoso.com", "shop.contoso.com"][..], "US", Some("contoso.com")),
            (&["contoso.co.uk", "contoso-international.com"], "GB", Some("contoso.co.uk")),
            (&["contoso.fr", "contoso.de"], "DE", Some("contoso.de")),
            (&["eu.c.com", "contoso.com"], "DE", Some("contoso.com")),
            (&[], "DE", None),
        ] {
            assert_eq!(advised_primary(names, country), advised, "{names:?} {country}");
        }
    }
}
