//! A part of a log, so narrowed that an index finds it: pages by id, which is by time, and counts.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::db::{Position, Value};

/// Conditions of a log, with parameters from `$2` on.
#[derive(Clone, Debug, Default)]
pub(super) struct Narrowed {
    conditions: String,
    params: Vec<Value>,
    /// Each has an index of its own; a row is wanted where one of them holds.
    alternatives: Option<Vec<String>>,
}

impl Narrowed {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len() + 1)
    }

    pub(super) fn and(&mut self, condition: &str) {
        self.conditions.push_str(" AND ");
        self.conditions.push_str(condition);
    }

    /// A column and what it is compared with: `actor_id =`.
    pub(super) fn compare(&mut self, column: &str, value: impl Into<Value>) {
        let place = self.bind(value);
        self.and(&format!("{column} {place}"));
    }

    /// Rows whose bytes begin so.
    pub(super) fn begins(&mut self, column: &str, beginning: &str) {
        let from = beginning.as_bytes().to_vec();
        // 0xFF stands in no UTF-8 text, so it is above every value that begins so.
        let to = [from.as_slice(), &[0xFF]].concat();
        self.compare(&format!("{column} >="), from);
        self.compare(&format!("{column} <"), to);
    }

    /// Rows of which one of two columns has a part. No index knows parts: this looks at row after row of the rest.
    pub(super) fn holds(&mut self, columns: [&str; 2], part: &str) {
        let part = part.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let place = self.bind(format!("%{part}%"));
        let sides = columns.map(|column| format!("lower({column}) LIKE {place} ESCAPE '\\'"));
        self.and(&format!("({})", sides.join(" OR ")));
    }

    /// Rows for which one of these holds.
    pub(super) fn one_of<V: Into<Value>>(&mut self, compared: impl IntoIterator<Item = (&'static str, V)>) {
        let sides: Vec<String> =
            compared.into_iter().map(|(column, value)| format!("{column} {}", self.bind(value))).collect();
        match sides.as_slice() {
            [] => self.and("1 = 0"),
            [only] => self.and(only),
            _ if self.alternatives.is_none() => self.alternatives = Some(sides),
            _ => self.and(&format!("({})", sides.join(" OR "))),
        }
    }

    /// From this instant on. Ids carry their time, so a range of time is a range of the primary key.
    pub(super) fn since(&mut self, since: Timestamp) {
        self.compare("id >=", first_id(since));
        self.compare("at >=", since);
    }

    /// Up to this instant, without it.
    pub(super) fn until(&mut self, until: Timestamp) {
        let after = until.checked_add(SignedDuration::from_millis(1)).unwrap_or(Timestamp::MAX);
        self.compare("id <", first_id(after));
        self.compare("at <", until);
    }

    /// A page's statement. Rows come newest first, or oldest first, or the other way round before a position that looks
    /// backward.
    pub(super) fn page(
        mut self,
        (table, columns): (&str, &str),
        from: Option<&Position>,
        oldest_first: bool,
        limit: usize,
    ) -> (String, Vec<Value>) {
        let up = oldest_first != from.is_some_and(|from| from.backward);
        let (sign, order) = if up { (">", "ASC") } else { ("<", "DESC") };
        if let Some(from) = from {
            self.compare(&format!("id {sign}"), from.id);
        }
        let end = format!("ORDER BY id {order} LIMIT {limit}");
        let part = |also: &str| {
            let conditions = &self.conditions;
            format!("SELECT {columns} FROM {table} WHERE tenant_id = $1{conditions}{also} {end}")
        };
        let sql = match &self.alternatives {
            None => part(""),
            Some(sides) => {
                let parts = sides
                    .iter()
                    .map(|side| format!("SELECT * FROM ({}) AS part", part(&format!(" AND {side}"))));
                format!("SELECT * FROM ({}) AS found {end}", parts.collect::<Vec<_>>().join(" UNION "))
            }
        };
        (sql, self.params)
    }

    pub(super) fn count(self, table: &str) -> (String, Vec<Value>) {
        let sides =
            self.alternatives.map_or_else(String::new, |sides| format!(" AND ({})", sides.join(" OR ")));
        let sql = format!("SELECT count(*) FROM {table} WHERE tenant_id = $1{}{sides}", self.conditions);
        (sql, self.params)
    }
}

/// The least id of version 7 that a row of this instant can have (RFC 9562).
pub(super) fn first_id(at: Timestamp) -> Uuid {
    let millis = u128::try_from(at.as_millisecond()).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}
