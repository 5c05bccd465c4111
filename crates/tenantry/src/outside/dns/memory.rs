//! DNS in memory, for tests: records are put and taken away while the service runs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};

use super::{Answer, Kind, LookUpError, Record, Resolver};

type Zone = BTreeMap<(String, Kind), Result<Answer, LookUpError>>;

/// Answers from what it was given; any other name doesn't exist. Clones share their records.
#[derive(Clone, Default)]
pub struct MemoryDns(Arc<Mutex<Zone>>);

impl MemoryDns {
    /// Puts the TXT records of a name, in place of those before.
    pub fn text(&self, name: &str, values: &[&str]) {
        let records = values.iter().map(|value| Record::Text((*value).to_owned())).collect();
        self.put(name, Kind::Txt, Ok(Answer { records, ttl: 300 }));
    }

    /// Puts what a question is answered with.
    pub fn put(&self, name: &str, kind: Kind, answer: Result<Answer, LookUpError>) {
        self.zone().insert((key(name), kind), answer);
    }

    /// Takes all records of a name away.
    pub fn clear(&self, name: &str) {
        self.zone().retain(|(known, _), _| *known != key(name));
    }

    fn zone(&self) -> std::sync::MutexGuard<'_, Zone> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, name: &str, kind: Kind) -> Result<Answer, LookUpError> {
        let (zone, name) = (self.zone(), key(name));
        match zone.get(&(name.clone(), kind)) {
            Some(answer) => answer.clone(),
            None if zone.keys().any(|(known, _)| *known == name) => {
                Err(LookUpError::NoRecord { ttl: Some(300) })
            }
            None => Err(LookUpError::NoSuchName { ttl: Some(300) }),
        }
    }
}

fn key(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

impl Resolver for MemoryDns {
    fn ask<'a>(&'a self, name: &'a str, kind: Kind) -> BoxFuture<'a, Result<Answer, LookUpError>> {
        ready(self.find(name, kind)).boxed()
    }
}
