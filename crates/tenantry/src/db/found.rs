//! What is found in a database that is looked at without changing anything.

use super::postgres::from_postgres;
use super::sqlite::from_sqlite;
use super::{DbError, migrate};

/// How the schema of a database stands to the migrations of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Nothing was ever applied, or there is no database: the next start makes it.
    None,
    /// It lacks migrations of this program: the next start applies them.
    Older,
    Current,
    /// It has migrations that this program doesn't know.
    Newer,
}

/// What an operator should know of a database before the service uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub schema: Schema,
    /// The mark that was asked for, if it was ever left.
    pub mark: Option<Vec<u8>>,
    /// As [`super::Db::ignores_row_security`] tells it.
    pub ignores_row_security: bool,
}

const MARKS: &str = "deployment_mark";

pub(super) fn sqlite(connection: &rusqlite::Connection, mark: &str) -> Result<Found, DbError> {
    let schema = migrate::schema_sqlite(connection)?;
    let found = match migrate::has_sqlite(connection, MARKS)? {
        true => {
            let sql = "SELECT mark FROM deployment_mark WHERE name = ?1";
            let mut statement = connection.prepare(sql).map_err(from_sqlite)?;
            let mut marks = statement.query_map([mark], |row| row.get(0)).map_err(from_sqlite)?;
            marks.next().transpose().map_err(from_sqlite)?
        }
        false => None,
    };
    Ok(Found { schema, mark: found, ignores_row_security: false })
}

pub(super) async fn postgres(client: &tokio_postgres::Client, mark: &str) -> Result<Found, DbError> {
    let schema = migrate::schema_postgres(client).await?;
    let found = match migrate::has_postgres(client, MARKS).await? {
        true => {
            let sql = "SELECT mark FROM deployment_mark WHERE name = $1";
            client.query_opt(sql, &[&mark]).await.map_err(from_postgres)?.map(|row| row.get(0))
        }
        false => None,
    };
    Ok(Found { schema, mark: found, ignores_row_security: ignores_row_security(client).await? })
}

pub(super) async fn ignores_row_security(client: &tokio_postgres::Client) -> Result<bool, DbError> {
    let sql = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
    Ok(client.query_one(sql, &[]).await.map_err(from_postgres)?.get(0))
}
