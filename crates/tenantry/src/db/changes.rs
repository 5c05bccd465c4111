//! What this process has committed changes to, so that whoever keeps something in memory knows whether it may still say it.
//!
//! A change counts for its tenant, or for all where the statement may reach any: one through a scope of no tenant, one of a
//! table that tenants share, and whatever isn't understood. Only tables of [`PASSING`] never count.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::ids::TenantId;

/// Their rows come and go with requests. Nothing of them is kept in memory: each use reads them.
const PASSING: [&str; 22] = [
    "application_grant",
    "audit_event",
    "client_refusal",
    "device_request",
    "job",
    "last_sign_in",
    "local_mail",
    "lockout",
    "mail_code",
    "passkey_challenge",
    "password_reset",
    "proof_seen",
    "provider_answer_seen",
    "pushed_request",
    "session",
    "sign_in",
    "sign_up",
    "sign_up_funnel",
    "sign_up_reached",
    "unknown_name_attempt",
    "webhook_attempt",
    "webhook_delivery",
];

/// One row of them may matter to every tenant, whoever changes it.
const SHARED: [&str; 3] = ["tenant", "token_key", "verified_domain"];

/// The table that a statement changes.
#[derive(Debug, PartialEq, Eq)]
enum Table<'s> {
    /// It only reads.
    None,
    Named(&'s str),
    /// What isn't understood may change anything.
    Any,
}

fn table_of(sql: &str) -> Table<'_> {
    let mut words = sql.split(|char: char| char.is_ascii_whitespace() || char == '(');
    let table = match words.next() {
        Some("SELECT") => return Table::None,
        Some("WITH") if !words.any(is_change) => return Table::None,
        Some("UPDATE") => words.next(),
        Some("INSERT") => words.next().filter(|word| *word == "INTO").and_then(|_| words.next()),
        Some("DELETE") => words.next().filter(|word| *word == "FROM").and_then(|_| words.next()),
        _ => None,
    };
    let plain = |name: &&str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    table.filter(plain).map_or(Table::Any, Table::Named)
}

fn is_change(word: &str) -> bool {
    ["INSERT", "UPDATE", "DELETE", "REPLACE"].iter().any(|change| word.eq_ignore_ascii_case(change))
}

/// What one transaction changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    shared: bool,
    tenants: Vec<TenantId>,
}

impl Changes {
    /// Notes a statement that reaches rows of this tenant alone, or of any, and changed so many where that is known.
    pub(super) fn note(&mut self, of: Option<TenantId>, sql: &str, rows: Option<u64>) {
        match (table_of(sql), of) {
            (Table::None, _) => {}
            (Table::Named(_), _) if rows == Some(0) => {}
            (Table::Named(table), _) if PASSING.contains(&table) => {}
            (Table::Named(table), Some(tenant)) if !SHARED.contains(&table) => {
                if !self.tenants.contains(&tenant) {
                    self.tenants.push(tenant);
                }
            }
            _ => self.shared = true,
        }
    }

    fn is_nothing(&self) -> bool {
        !self.shared && self.tenants.is_empty()
    }
}

/// Tenants share places: then what one keeps may be read anew for a change of the other.
const PLACES: usize = 4096;

#[derive(Default)]
struct Counts {
    count: AtomicU64,
    /// The count after the last change to what all share, and to rows of the tenants of a place.
    shared: AtomicU64,
    tenants: Box<[AtomicU64]>,
}

/// How many changes were committed, and when the last to what was.
#[derive(Clone)]
pub(super) struct Changed(Arc<Counts>);

impl Default for Changed {
    fn default() -> Self {
        let tenants = std::iter::repeat_with(AtomicU64::default).take(PLACES).collect();
        Self(Arc::new(Counts { tenants, ..Counts::default() }))
    }
}

impl Changed {
    pub(super) fn count(&self) -> u64 {
        self.0.count.load(Ordering::SeqCst)
    }

    pub(super) fn is_unchanged(&self, tenant: Option<TenantId>, since: u64) -> bool {
        let until = |last: &AtomicU64| last.load(Ordering::SeqCst) <= since;
        let own = || tenant.and_then(|tenant| self.of(tenant)).is_none_or(until);
        until(&self.0.shared) && own()
    }

    fn of(&self, tenant: TenantId) -> Option<&AtomicU64> {
        // The end of an id is random, whatever its version.
        let [.., high, low] = *tenant.0.as_bytes();
        self.0.tenants.get(usize::from(u16::from_be_bytes([high, low])) % PLACES)
    }

    fn add(&self, changes: &Changes) {
        let count = self.0.count.fetch_add(1, Ordering::SeqCst) + 1;
        if changes.shared {
            self.0.shared.fetch_max(count, Ordering::SeqCst);
        }
        for last in changes.tenants.iter().filter_map(|tenant| self.of(*tenant)) {
            last.fetch_max(count, Ordering::SeqCst);
        }
    }
}

/// Counts when it is dropped: after a commit whether that was answered or not, since it may have come to pass.
pub(super) struct Counting(Changes, Changed);

impl Counting {
    pub(super) fn after(changes: Changes, changed: &Changed) -> Self {
        Self(changes, changed.clone())
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        if !self.0.is_nothing() {
            self.1.add(&self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tenant(number: u128) -> TenantId {
        TenantId(Uuid::from_u128(number))
    }

    fn changes(of: Option<TenantId>, sql: &str) -> Changes {
        let mut changes = Changes::default();
        changes.note(of, sql, None);
        changes
    }

    #[test]
    fn a_statement_counts_for_its_tenant_or_for_all() {
        let own = tenant(7);
        for sql in [
            "UPDATE directory_object SET version = 2 WHERE tenant_id = $1",
            "INSERT INTO client_registration(tenant_id) VALUES ($1)",
            "DELETE FROM app_role_assignment WHERE tenant_id = $1",
        ] {
            assert_eq!(changes(Some(own), sql), Changes { shared: false, tenants: vec![own] }, "{sql}");
            assert!(changes(None, sql).shared, "{sql}");
        }
        for sql in [
            "UPDATE tenant SET deleted_at = 1 WHERE id = $1",
            "INSERT INTO verified_domain (name) VALUES ($1)",
            "DELETE FROM token_key WHERE active_at < $1",
            "WITH gone AS (SELECT 1) DELETE FROM token_key",
            "update tenant set deleted_at = 1",
            "INSERT OR REPLACE INTO tenant (id) VALUES ($1)",
            "UPDATE ONLY tenant SET deleted_at = 1",
            "UPDATE \"tenant\" SET deleted_at = 1",
            "UPDATE  tenant SET deleted_at = 1",
            "DELETE FROM tenant;",
            "",
        ] {
            assert!(changes(Some(own), sql).shared, "{sql}");
        }
        for sql in [
            "SELECT id FROM tenant WHERE id = $1",
            "WITH RECURSIVE up AS (SELECT 1) SELECT * FROM up",
            "UPDATE application_grant SET generation = generation + 1 WHERE tenant_id = $1",
            "INSERT INTO audit_event (tenant_id) VALUES ($1)",
        ] {
            assert!(changes(Some(own), sql).is_nothing() && changes(None, sql).is_nothing(), "{sql}");
        }
    }

    #[test]
    fn a_statement_that_found_no_row_changed_nothing() {
        let noted = |sql: &str, rows| {
            let mut changes = Changes::default();
            changes.note(Some(tenant(7)), sql, rows);
            !changes.is_nothing()
        };
        let sql = "DELETE FROM app_role_assignment WHERE tenant_id = $1";
        assert_eq!([Some(0), Some(1), None].map(|rows| noted(sql, rows)), [false, true, true]);
        assert!(noted("ALTER TABLE users ADD COLUMN x text", Some(0)), "it has no rows to count");
    }

    #[test]
    fn what_was_read_before_a_change_counts_no_more() {
        let (changed, own, other) = (Changed::default(), tenant(1), tenant(2));
        let commit = |changes: Changes| drop(Counting::after(changes, &changed));
        let current =
            |since| (changed.is_unchanged(Some(own), since), changed.is_unchanged(Some(other), since));
        let first = changed.count();
        commit(Changes::default());
        assert_eq!((current(first), changed.count()), ((true, true), first));
        commit(Changes { shared: false, tenants: vec![own] });
        assert_eq!(current(first), (false, true));
        let second = changed.count();
        assert_eq!(current(second), (true, true));
        commit(Changes { shared: true, tenants: Vec::new() });
        assert_eq!(current(second), (false, false));
        assert!(!changed.is_unchanged(None, second) && changed.is_unchanged(None, changed.count()));
    }
}
