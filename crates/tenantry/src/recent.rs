//! What was read of late, kept in memory for a moment.
//!
//! It counts while this process has committed nothing that may change it ([`Db::is_unchanged`](crate::db::Db::is_unchanged)), and for
//! [`SECONDS`] at most, since other nodes and commands commit too: what is revoked, disabled or deleted stops at once on the
//! node that does so, and after this time on every other. What is used up once, and what a person or a session may do, isn't kept.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use model::ids::TenantId;

use crate::app::App;
use crate::db::Scope;

/// How long something is kept without asking whether it is still so.
pub const SECONDS: i64 = 1;

/// How old something is: taken before the view is opened that it is read in.
#[derive(Clone, Copy)]
pub struct AsOf {
    at: Timestamp,
    changes: u64,
}

impl AsOf {
    #[must_use]
    pub fn now(app: &App) -> Self {
        Self { at: app.clock.now(), changes: app.db.changes() }
    }

    /// What is read in a view is as old as the view, or as what was used in it that lay in memory. Nothing of a transaction that may
    /// still be undone is kept.
    #[must_use]
    pub fn of(app: &App, scope: &mut Scope) -> Option<Self> {
        let changes = scope.committed_before()?;
        Some(Self { at: scope.relies_on(app.clock.now()), changes })
    }

    fn is_current(self, app: &App, tenant: Option<TenantId>) -> bool {
        self.lasts(app.clock.now()) && app.db.is_unchanged(tenant, self.changes)
    }

    // A clock that was set back must not make anything last.
    fn lasts(self, now: Timestamp) -> bool {
        let until = self.at.checked_add(SignedDuration::from_secs(SECONDS)).unwrap_or(self.at);
        (self.at..until).contains(&now)
    }
}

struct Entry<V> {
    as_of: AsOf,
    tenant: Option<TenantId>,
    value: V,
}

/// Values by name, at most so many. What is kept of a tenant ends with a change to the tenant.
pub struct Recent<K, V> {
    most: usize,
    kept: RwLock<HashMap<K, Entry<V>>>,
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    #[must_use]
    pub fn at_most(most: usize) -> Self {
        Self { most, kept: RwLock::default() }
    }

    /// A value that counts still.
    #[must_use]
    pub fn find<Q: Eq + Hash + ?Sized>(&self, app: &App, name: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.find_aged(app, name).map(|(_, value)| value)
    }

    /// The same with the time that it is of.
    #[must_use]
    pub fn find_aged<Q: Eq + Hash + ?Sized>(&self, app: &App, name: &Q) -> Option<(Timestamp, V)>
    where
        K: Borrow<Q>,
    {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let entry = kept.get(name)?;
        entry.as_of.is_current(app, entry.tenant).then(|| (entry.as_of.at, entry.value.clone()))
    }

    /// Keeps what was read in a view, never what a transaction sees that may still be undone.
    pub fn keep(&self, name: K, as_of: AsOf, tenant: Option<TenantId>, value: V) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= self.most && !kept.contains_key(&name) {
            kept.retain(|_, entry| entry.as_of.lasts(as_of.at));
            if kept.len() >= self.most {
                kept.clear();
            }
        }
        kept.insert(name, Entry { as_of, tenant, value });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_of(second: i64) -> AsOf {
        AsOf { at: Timestamp::from_second(second).unwrap(), changes: 0 }
    }

    #[test]
    fn it_lasts_a_second_and_not_where_the_clock_was_set_back() {
        for (now, lasts) in [(10_000, true), (10_999, true), (11_000, false), (9_999, false)] {
            let now = Timestamp::from_millisecond(now).unwrap();
            assert_eq!(as_of(10).lasts(now), lasts, "{now}");
        }
    }

    #[test]
    fn no_more_are_kept_than_may_be() {
        let recent = Recent::at_most(100);
        for number in 0..=100 {
            recent.keep(number, as_of(10), None, ());
        }
        assert_eq!(recent.kept.read().unwrap().len(), 1);
        recent.keep(7, as_of(20), None, ());
        for number in 0..99 {
            recent.keep(number, as_of(21), None, ());
        }
        assert!(recent.kept.read().unwrap().len() <= 100);
    }
}
