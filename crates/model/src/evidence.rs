//! Evidence: a dated, sourced, expiring record that a verifier wrote, never the subject (SPEC §2, §3.5).
//!
//! "Verified" is the presence of evidence that is neither expired nor withdrawn; its absence means no.

use jiff::Timestamp;

/// What a piece of evidence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EvidenceKind {
    /// Somebody receives mail at an address.
    Mailbox,
    /// The organisation controls a domain name.
    Domain,
    /// A person stated the authority to sign, in an agreement.
    SignatoryAuthority,
}

impl EvidenceKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Domain => "domain",
            Self::SignatoryAuthority => "signatory-authority",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Mailbox, Self::Domain, Self::SignatoryAuthority].into_iter().find(|kind| kind.as_str() == text)
    }

    /// Days until evidence of this kind must be established anew; `None` where it stays.
    #[must_use]
    pub fn days_valid(self) -> Option<i64> {
        match self {
            Self::Mailbox => Some(365),
            Self::Domain => Some(30),
            Self::SignatoryAuthority => None,
        }
    }
}

/// Who established evidence. There is no variant for the subject: nobody vouches for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verifier {
    /// A code sent to the mailbox came back.
    MailCode,
    /// The record stood in DNS.
    DnsRecord,
    /// The signed agreement is kept with its receipt.
    Agreement,
}

impl Verifier {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MailCode => "mail-code",
            Self::DnsRecord => "dns-record",
            Self::Agreement => "agreement",
        }
    }
}

/// Does evidence count at this time?
#[must_use]
pub fn counts(expires_at: Option<Timestamp>, withdrawn_at: Option<Timestamp>, now: Timestamp) -> bool {
    withdrawn_at.is_none() && expires_at.is_none_or(|expires_at| now < expires_at)
}
