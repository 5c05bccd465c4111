//! What a list asks, compiled to one statement: a condition, an order, and where the page starts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::filter::{Condition, Lead};
use crate::db::{DbError, Position, Row, Value};

/// In which order a list comes. Ties are broken by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Id,
    /// Whatever costs least: along the condition's lead, or by id.
    Any,
    /// An SQL expression of texts, with an index.
    Text(&'static str),
    /// A column of moments, with an index.
    Moment(&'static str),
}

/// Which objects to list.
#[derive(Clone, Debug, Default)]
pub struct ObjectQuery {
    pub condition: Condition,
    /// Those that were deleted, instead of the others.
    pub deleted: bool,
    pub order: Order,
    pub descending: bool,
    pub from: Option<Position>,
    pub limit: usize,
}

impl ObjectQuery {
    /// Every object that a condition describes, in the order of ids.
    #[must_use]
    pub fn of(condition: Condition, limit: usize) -> Self {
        Self { condition, limit, ..Self::default() }
    }

    fn matching(&self, condition: &str) -> String {
        let deleted = if self.deleted { "deleted_at IS NOT NULL" } else { "deleted_at IS NULL" };
        match condition {
            "" => deleted.into(),
            sql => format!("{deleted} AND {sql}"),
        }
    }

    /// The statement that counts them, with its parameters.
    #[must_use]
    pub fn counting(&self, table: &str) -> (String, Vec<Value>) {
        let matching = self.matching(&self.condition.whole());
        let sql = format!("SELECT count(*) FROM {table} WHERE tenant_id = $1 AND {matching}");
        (sql, self.condition.params.clone())
    }

    /// The statement that reads one row more than the page holds, with its parameters. Of each row, [`sort_key`] is what
    /// [`Position::key`] keeps.
    #[must_use]
    pub fn reading(&self, columns: &str, table: &str) -> (String, Vec<Value>) {
        let lead = self.condition.lead().filter(|_| self.order == Order::Any && !self.deleted);
        let (key, id) = match (lead, self.order) {
            (Some(_), _) => ("found_value", "found_id"),
            (None, Order::Id | Order::Any) => ("''", "id"),
            (None, Order::Text(expression) | Order::Moment(expression)) => (expression, "id"),
        };
        let mut sql = match lead {
            None => format!(
                "SELECT {columns}, CAST({key} AS text) AS sort_key FROM {table} WHERE tenant_id = $1 AND {}",
                self.matching(&self.condition.whole())
            ),
            Some(lead) => format!(
                "SELECT {columns}, {key} AS sort_key FROM {} CROSS JOIN {table} WHERE tenant_id = $1 AND id = found_id AND {}",
                found_along(lead),
                self.matching(&self.condition.sql)
            ),
        };
        let mut params = self.condition.params.clone();
        // Towards the start of the list everything is the other way round.
        let backward = self.from.as_ref().is_some_and(|from| from.backward);
        let (sign, order) = if self.descending == backward { (">", "ASC") } else { ("<", "DESC") };
        let is_keyed = key != "''";
        if let Some(from) = &self.from {
            let first = params.len() + 2;
            if is_keyed {
                sql.push_str(&format!(" AND ({key}, {id}) {sign} (${first}, ${})", first + 1));
                params.push(self.starting_key(from, lead.is_some()));
            } else {
                sql.push_str(&format!(" AND id {sign} ${first}"));
            }
            params.push(from.id.into());
        }
        let keys = if is_keyed { format!("{key} {order}, {id} {order}") } else { format!("id {order}") };
        sql.push_str(&format!(" ORDER BY {keys} LIMIT {}", self.limit + 1));
        (sql, params)
    }

    fn starting_key(&self, from: &Position, leads: bool) -> Value {
        match self.order {
            _ if leads => URL_SAFE_NO_PAD.decode(&from.key).unwrap_or_default().into(),
            Order::Moment(_) => {
                let at = from.key.parse().unwrap_or(Timestamp::UNIX_EPOCH.as_microsecond());
                Value::Int(at)
            }
            Order::Id | Order::Any | Order::Text(_) => from.key.as_str().into(),
        }
    }
}

/// The rows of the index that a list is read along, each object once. CROSS JOIN keeps SQLite from reading the other way
/// round, which would read everything that matches before the first row.
fn found_along(lead: &Lead) -> String {
    let once = match lead.repeats {
        false => String::new(),
        true => format!(
            " AND NOT EXISTS (SELECT 1 FROM directory_index WHERE tenant_id = $1 AND object_id = found.object_id \
             AND {} AND value < found.value)",
            lead.range
        ),
    };
    format!(
        "(SELECT found.value AS found_value, found.object_id AS found_id FROM directory_index found \
         WHERE tenant_id = $1 AND {}{once}) AS along",
        lead.range
    )
}

/// What a row of [`ObjectQuery::reading`] is ordered by, beside its id.
///
/// # Errors
/// The row comes of another statement.
pub fn sort_key(row: &Row) -> Result<String, DbError> {
    let bytes: Result<Vec<u8>, DbError> = row.get("sort_key");
    bytes.map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).or_else(|_| row.get("sort_key"))
}
