//! Tables that finished answers in memory are made of. Whoever keeps such an answer compares how often this process has
//! committed a change to one of them ([`Db::watched`](super::Db::watched)).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// They change seldom, and every client reads what is made of them.
const WATCHED: [&str; 4] = ["tenant", "verified_domain", "token_key", "client_registration"];

/// Does a statement change one of them?
pub(super) fn is_changed_by(sql: &str) -> bool {
    let mut words = sql.split(|char: char| char.is_ascii_whitespace() || char == '(');
    let table = match words.next() {
        Some("SELECT") => return false,
        Some("UPDATE") => words.next(),
        Some("INSERT" | "DELETE") => words.nth(1),
        // What isn't understood here may change anything.
        _ => return true,
    };
    table.is_none_or(|table| WATCHED.contains(&table))
}

/// How often one of them was changed.
#[derive(Clone, Default)]
pub(super) struct Count(Arc<AtomicU64>);

impl Count {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Counts when it is dropped: after a commit whether that was answered or not, since it may have come to pass.
pub(super) struct Counting(Option<Count>);

impl Counting {
    pub(super) fn after(changed: bool, count: &Count) -> Self {
        Self(changed.then(|| count.clone()))
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        if let Some(count) = &self.0 {
            count.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_changed_by;

    #[test]
    fn a_statement_that_changes_a_watched_table_is_known() {
        for sql in [
            "UPDATE tenant SET deleted_at = 1 WHERE id = $1",
            "INSERT INTO verified_domain (name) VALUES ($1)",
            "INSERT INTO client_registration(tenant_id) VALUES ($1)",
            "DELETE FROM token_key WHERE active_at < $1",
            "WITH gone AS (SELECT 1) DELETE FROM token_key",
            "update tenant set deleted_at = 1",
            "",
        ] {
            assert!(is_changed_by(sql), "{sql}");
        }
        for sql in [
            "SELECT id FROM tenant WHERE id = $1",
            "UPDATE application_grant SET generation = generation + 1 WHERE tenant_id = $1",
            "INSERT INTO audit_event (tenant_id) VALUES ($1)",
        ] {
            assert!(!is_changed_by(sql), "{sql}");
        }
    }
}
