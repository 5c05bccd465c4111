//! What DNS says about a claim, now. Looking changes nothing.

use jiff::Timestamp;
use model::domains::VerificationRecord;
use model::eligibility::domain_name::{Answers, Finding, usual_mistakes};
use model::refusal::{Code, Refusal};

use crate::features::domains::store::Name;
use crate::outside::dns::{Answer, Dns, Kind, LookUpError, Record};

/// Which record proves the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Txt,
    Mx,
}

impl Proof {
    pub(in crate::features::domains) fn source(self) -> &'static str {
        match self {
            Self::Txt => "TXT",
            Self::Mx => "MX",
        }
    }
}

/// What DNS says about the record of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    Proven,
    /// It answered, without the record.
    Missing,
    /// It failed, or was asked about something else.
    Nothing,
}

/// One look at DNS. Made by [`observe`] and [`glance`] alone, so that nobody can state a proof that DNS didn't give.
#[derive(Clone, Debug)]
pub struct Observation {
    name: String,
    token: String,
    proof: Option<Proof>,
    finding: Finding,
    text: Result<Answer, LookUpError>,
    /// DNS said what MX records there are, or that there are none.
    knows_mail: bool,
    pub at: Timestamp,
}

/// Asks DNS for the record of a claim and, where it isn't there, at the places where it usually ends up.
pub async fn observe(dns: &Dns, claim: &Name, account_domain: &str, at: Timestamp) -> Observation {
    let mut seen = glance(dns, claim, account_domain, at).await;
    if seen.proof.is_some() || seen.absence().is_some_and(|error| !error.is_absence()) {
        return seen;
    }
    let record = VerificationRecord::new(&claim.name, &claim.token, account_domain);
    let (apex, expected) = (seen.texts(), record.text());
    let (www, doubled) = (format!("www.{}", claim.name), record.doubled());
    let (at_www, at_doubled) = tokio::join!(dns.ask(&www, Kind::Txt), dns.ask(&doubled, Kind::Txt));
    let (at_www, at_doubled) = (texts(&at_www), texts(&at_doubled));
    let answers = Answers { apex: &apex, www: &at_www, doubled: &at_doubled };
    seen.finding = match usual_mistakes(&expected, &claim.name, answers) {
        // Within a zone that starts higher, the name of that zone is what gets added.
        Finding::DoubledSuffix { .. } => Finding::DoubledSuffix { at: doubled },
        other => other,
    };
    seen
}

/// Asks DNS for the record of a claim where it belongs, and nowhere else.
pub async fn glance(dns: &Dns, claim: &Name, account_domain: &str, at: Timestamp) -> Observation {
    let record = VerificationRecord::new(&claim.name, &claim.token, account_domain);
    let (text, mail) = tokio::join!(dns.ask(&claim.name, Kind::Txt), dns.ask(&claim.name, Kind::Mx));
    let expected = record.text();
    let apex = texts(&text);
    let exchange = Record::MailExchange(record.mail_exchange().to_ascii_lowercase());
    let finding = usual_mistakes(&expected, &claim.name, Answers { apex: &apex, ..Answers::default() });
    let knows_mail = mail.as_ref().map_or_else(|error| error.is_absence(), |_| true);
    let proof = if finding == Finding::Found {
        Some(Proof::Txt)
    } else if mail.is_ok_and(|answer| answer.records.contains(&exchange)) {
        Some(Proof::Mx)
    } else {
        None
    };
    Observation { name: claim.name.clone(), token: claim.token.clone(), proof, finding, text, knows_mail, at }
}

fn texts(answer: &Result<Answer, LookUpError>) -> Vec<String> {
    let records = answer.as_ref().map_or(&[][..], |answer| &answer.records);
    let text = |record: &Record| match record {
        Record::Text(text) => Some(text.clone()),
        _ => None,
    };
    records.iter().filter_map(text).collect()
}

impl Observation {
    /// The record that stands there, if it proves this very claim: the same name, the same token.
    #[must_use]
    pub fn proof_of(&self, claim: &Name) -> Option<Proof> {
        self.proof.filter(|_| self.name == claim.name && self.token == claim.token)
    }

    /// The name that was asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it says about this very claim. Trouble of DNS says nothing.
    #[must_use]
    pub fn says_of(&self, claim: &Name) -> Says {
        if self.proof_of(claim).is_some() {
            return Says::Proven;
        }
        let is_of_claim = self.name == claim.name && self.token == claim.token;
        let knows_text = self.text.as_ref().map_or_else(|error| error.is_absence(), |_| true);
        if is_of_claim && knows_text && self.knows_mail { Says::Missing } else { Says::Nothing }
    }

    #[must_use]
    pub fn proof(&self) -> Option<Proof> {
        self.proof
    }

    #[must_use]
    pub fn finding(&self) -> &Finding {
        &self.finding
    }

    /// The TXT values at the name.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        texts(&self.text)
    }

    /// Why DNS gave no TXT values at the name.
    #[must_use]
    pub fn absence(&self) -> Option<LookUpError> {
        self.text.as_ref().err().copied()
    }

    /// Seconds that others may go on giving the present answer, also that there is none.
    #[must_use]
    pub fn ttl(&self) -> Option<u32> {
        match &self.text {
            Ok(answer) => Some(answer.ttl),
            Err(LookUpError::NoSuchName { ttl } | LookUpError::NoRecord { ttl }) => *ttl,
            Err(_) => None,
        }
    }

    /// Why this look proves nothing.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match &self.finding {
            _ if self.absence().is_some_and(|error| !error.is_absence()) => {
                Refusal::new(Code::DomainLookUpFailed).with("seconds", "10")
            }
            Finding::Found | Finding::Missing => Code::DomainRecordMissing.into(),
            Finding::Quotes { .. }
            | Finding::KeyMissing { .. }
            | Finding::Typo { .. }
            | Finding::OldValue { .. } => Code::DomainRecordDiffers.into(),
            Finding::AtWww { at } | Finding::DoubledSuffix { at } => {
                Refusal::new(Code::DomainRecordElsewhere).with("place", at).with("name", &self.name)
            }
        }
    }
}
