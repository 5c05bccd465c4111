//! Public keys of clients that lie at an address of theirs: fetched by the guarded client, and remembered for a while.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;
use model::applications::is_key_set;
use model::outbound::Target;
use serde_json::Value;

use crate::app::App;

/// Seconds that keys count without being asked for again, and after which they count no more.
const FRESH: i64 = 300;
const KEPT: i64 = 86_400;
/// Seconds between two questions to one address.
const APART: i64 = 2;
/// Addresses whose keys are remembered.
const MOST: usize = 1000;

#[derive(Clone, Default)]
struct Fetched {
    asked_at: Timestamp,
    got_at: Timestamp,
    keys: Vec<Value>,
}

/// What this process has fetched, by address.
#[derive(Default)]
pub struct ClientKeys(RwLock<HashMap<String, Fetched>>);

impl ClientKeys {
    fn find(&self, uri: &str) -> Option<Fetched> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(uri).cloned()
    }

    fn put(&self, uri: &str, fetched: Fetched) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(uri) {
            let oldest = known.iter().min_by_key(|(_, fetched)| fetched.asked_at).map(|(uri, _)| uri.clone());
            oldest.map(|uri| known.remove(&uri));
        }
        known.insert(uri.to_owned(), fetched);
    }

    /// The keys of an address, as they were fetched last.
    #[must_use]
    pub fn of(&self, uri: &str, now: Timestamp) -> Vec<Value> {
        let known = self.find(uri).filter(|fetched| age(fetched.got_at, now) < KEPT);
        known.map(|fetched| fetched.keys).unwrap_or_default()
    }

    /// Asks the address where its keys aren't known, are old, or lack the one that a token names. Where it doesn't answer, those
    /// that were known stay. Not within a transaction.
    pub async fn refresh(&self, app: &App, uri: &str, named: Option<&str>, now: Timestamp) {
        let known = self.find(uri).unwrap_or_default();
        let has =
            |name: &str| known.keys.iter().any(|key| key.get("kid").and_then(Value::as_str) == Some(name));
        let is_fresh = age(known.got_at, now) < FRESH && named.is_none_or(has);
        if is_fresh || age(known.asked_at, now) < APART {
            return;
        }
        self.put(uri, Fetched { asked_at: now, ..known.clone() });
        if let Some(keys) = fetch(app, uri).await {
            self.put(uri, Fetched { asked_at: now, got_at: now, keys });
        }
    }
}

fn age(since: Timestamp, now: Timestamp) -> i64 {
    now.duration_since(since).as_secs()
}

async fn fetch(app: &App, uri: &str) -> Option<Vec<Value>> {
    let target = Target::parse(uri, &app.config.outbound.rules()).ok()?;
    let answer = app.outside.http.get(&target).await.inspect_err(|error| {
        tracing::debug!(host = %target.host(), %error, "a client's keys can't be fetched");
    });
    let answer = answer.ok().filter(|answer| answer.status == 200)?;
    let set: Value = serde_json::from_slice(&answer.body).ok().filter(is_key_set)?;
    set.get("keys")?.as_array().cloned()
}
