//! Questions to DNS, asked now: nothing is remembered between two questions, so that a page shows what stands there.
//!
//! [`Dns`] asks a [`Resolver`]: the network's ([`network`]) or, in tests, one in memory ([`memory`]). An answer carries
//! its time to live; a "no" tells apart a name that doesn't exist, a name without such a record, a server that failed
//! and one that didn't answer. Only the first two say something about the name.

pub mod memory;
pub mod network;

use std::net::IpAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;

/// How many records of an answer are looked at. What a message of DNS can hold is bounded too: 64 KiB (RFC 1035 §4.2.2).
const RECORDS: usize = 200;

/// Which records are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Txt,
    Mx,
    A,
    Aaaa,
}

/// What one record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// The strings of a TXT record, joined without a space between (RFC 7208 §3.3).
    Text(String),
    /// The host of an MX record without its last dot: empty for the null MX (RFC 7505).
    MailExchange(String),
    Address(IpAddr),
}

/// Records that were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub records: Vec<Record>,
    /// Seconds that others may remember the answer.
    pub ttl: u32,
}

/// Why there are no records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookUpError {
    #[error("the name doesn't exist")]
    NoSuchName {
        /// Seconds that others may remember this; `None` where the answer doesn't say.
        ttl: Option<u32>,
    },
    #[error("the name has no such record")]
    NoRecord {
        /// Seconds that others may remember this; `None` where the answer doesn't say.
        ttl: Option<u32>,
    },
    /// A server answered that it failed or refuses, or its answer can't be read, or there is no server to ask.
    #[error("the server failed")]
    ServerFailure,
    #[error("no answer came in time")]
    Timeout,
}

impl LookUpError {
    /// Does the answer say that nothing is there, in contrast to saying nothing?
    #[must_use]
    pub fn is_absence(self) -> bool {
        matches!(self, Self::NoSuchName { .. } | Self::NoRecord { .. })
    }
}

/// Whether a domain takes mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deliverable {
    Yes,
    No,
    /// DNS didn't tell; that must block nobody.
    Unknown,
}

/// Somebody who answers questions about names.
pub trait Resolver: Send + Sync {
    /// Asks for the records of a name, which is absolute whether or not it ends in a dot.
    fn ask<'a>(&'a self, name: &'a str, kind: Kind) -> BoxFuture<'a, Result<Answer, LookUpError>>;
}

/// DNS as the service uses it. Cheap to clone.
#[derive(Clone)]
pub struct Dns(Arc<dyn Resolver>);

impl Dns {
    pub fn new(resolver: impl Resolver + 'static) -> Self {
        Self(Arc::new(resolver))
    }

    /// Asks for the records of a name.
    ///
    /// # Errors
    /// A [`LookUpError`] that says why there are none.
    pub async fn ask(&self, name: &str, kind: Kind) -> Result<Answer, LookUpError> {
        let mut answer = self.0.ask(name, kind).await?;
        answer.records.truncate(RECORDS);
        Ok(answer)
    }

    /// Does a domain take mail? Its MX records say so; without any its addresses do (RFC 5321 §5.1).
    pub async fn deliverable(&self, domain: &str) -> Deliverable {
        match self.ask(domain, Kind::Mx).await {
            Ok(answer) => {
                let named =
                    |record: &Record| matches!(record, Record::MailExchange(host) if !host.is_empty());
                if answer.records.iter().any(named) { Deliverable::Yes } else { Deliverable::No }
            }
            Err(LookUpError::NoSuchName { .. }) => Deliverable::No,
            Err(LookUpError::NoRecord { .. }) => self.has_address(domain).await,
            Err(LookUpError::ServerFailure | LookUpError::Timeout) => Deliverable::Unknown,
        }
    }

    async fn has_address(&self, domain: &str) -> Deliverable {
        let (four, six) = tokio::join!(self.ask(domain, Kind::A), self.ask(domain, Kind::Aaaa));
        match (four, six) {
            (Ok(_), _) | (_, Ok(_)) => Deliverable::Yes,
            (Err(four), Err(six)) if four.is_absence() && six.is_absence() => Deliverable::No,
            _ => Deliverable::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::memory::MemoryDns;
    use super::*;

    const FAILED: Result<Answer, LookUpError> = Err(LookUpError::ServerFailure);

    fn mail(hosts: &[&str]) -> Result<Answer, LookUpError> {
        let records = hosts.iter().map(|host| Record::MailExchange((*host).to_owned())).collect();
        Ok(Answer { records, ttl: 300 })
    }

    fn address() -> Result<Answer, LookUpError> {
        Ok(Answer { records: vec![Record::Address(IpAddr::from([192, 0, 2, 1]))], ttl: 300 })
    }

    #[tokio::test]
    async fn mail_goes_where_mx_or_addresses_say_and_a_failure_says_nothing() {
        let zone = MemoryDns::default();
        zone.put("mx.example", Kind::Mx, mail(&["mail.mx.example"]));
        zone.put("null.example", Kind::Mx, mail(&[""]));
        zone.put("null.example", Kind::A, address());
        zone.put("six.example", Kind::Aaaa, address());
        zone.text("text.example", &["v=spf1 -all"]);
        zone.put("half.example", Kind::A, FAILED);
        zone.put("failing.example", Kind::Mx, FAILED);
        zone.put("failing.example", Kind::A, address());
        zone.put("slow.example", Kind::Mx, Err(LookUpError::Timeout));
        let dns = Dns::new(zone);
        for (name, expected) in [
            ("mx.example", Deliverable::Yes),
            ("six.example", Deliverable::Yes),
            ("null.example", Deliverable::No),
            ("text.example", Deliverable::No),
            ("absent.example", Deliverable::No),
            ("half.example", Deliverable::Unknown),
            ("failing.example", Deliverable::Unknown),
            ("slow.example", Deliverable::Unknown),
        ] {
            assert_eq!(dns.deliverable(name).await, expected, "{name}");
        }
    }

    #[tokio::test]
    async fn an_endless_answer_is_cut() {
        let zone = MemoryDns::default();
        zone.text("long.example", &vec!["x"; 5_000]);
        let answer = Dns::new(zone).ask("long.example", Kind::Txt).await;
        assert_eq!(answer.map(|answer| answer.records.len()), Ok(RECORDS));
    }
}
