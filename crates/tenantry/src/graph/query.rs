//! What a list asks, compiled to one statement: a condition, an order, and where the page starts.

use jiff::Timestamp;

use super::filter::Condition;
use crate::db::{Position, Value};

/// In which order a list comes. Ties are broken by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Id,
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

    fn matching(&self) -> String {
        let deleted = if self.deleted { "deleted_at IS NOT NULL" } else { "deleted_at IS NULL" };
        match self.condition.sql.as_str() {
            "" => deleted.into(),
            sql => format!("{deleted} AND {sql}"),
        }
    }

    /// The statement that counts them, with its parameters.
    #[must_use]
    pub fn counting(&self, table: &str) -> (String, Vec<Value>) {
        let sql = format!("SELECT count(*) FROM {table} WHERE tenant_id = $1 AND {}", self.matching());
        (sql, self.condition.params.clone())
    }

    /// The statement that reads one row more than the page holds, with its parameters. Each row has a `sort_key`, which
    /// [`Position::key`] keeps.
    #[must_use]
    pub fn reading(&self, columns: &str, table: &str) -> (String, Vec<Value>) {
        let key = match self.order {
            Order::Id => "''",
            Order::Text(expression) | Order::Moment(expression) => expression,
        };
        // Towards the start of the list everything is the other way round.
        let backward = self.from.as_ref().is_some_and(|from| from.backward);
        let (sign, order) = if self.descending == backward { (">", "ASC") } else { ("<", "DESC") };
        let mut params = self.condition.params.clone();
        let mut sql = format!(
            "SELECT {columns}, CAST({key} AS text) AS sort_key FROM {table} WHERE tenant_id = $1 AND {}",
            self.matching()
        );
        if let Some(from) = &self.from {
            let first = params.len() + 2;
            match self.order {
                Order::Id => sql.push_str(&format!(" AND id {sign} ${first}")),
                Order::Text(_) | Order::Moment(_) => {
                    sql.push_str(&format!(" AND ({key}, id) {sign} (${first}, ${})", first + 1));
                    params.push(self.starting_key(from));
                }
            }
            params.push(from.id.into());
        }
        let keys = match self.order {
            Order::Id => format!("id {order}"),
            Order::Text(_) | Order::Moment(_) => format!("{key} {order}, id {order}"),
        };
        sql.push_str(&format!(" ORDER BY {keys} LIMIT {}", self.limit + 1));
        (sql, params)
    }

    fn starting_key(&self, from: &Position) -> Value {
        match self.order {
            Order::Moment(_) => {
                let at = from.key.parse().unwrap_or(Timestamp::UNIX_EPOCH.as_microsecond());
                Value::Int(at)
            }
            Order::Id | Order::Text(_) => from.key.as_str().into(),
        }
    }
}
