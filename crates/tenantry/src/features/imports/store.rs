//! The tables `people_import` and `people_import_row`.

use jiff::Timestamp;
use model::ids::{ImportId, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ops::read::{Counts, Import, ImportState, ImportWay, Row, RowState, Shown};
use crate::db::{self, DbError, FromRow, Position, TenantScope, Value};
use crate::error::Error;
use crate::params;

fn read<T: DeserializeOwned>(text: &str) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|error| DbError::Shape(error.to_string()))
}

fn written(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(Error::internal)
}

fn known<T>(parsed: Option<T>, text: &str) -> Result<T, DbError> {
    parsed.ok_or_else(|| DbError::Shape(format!("a state that isn't known: {text}")))
}

impl FromRow for Import {
    fn from_row(row: &db::Row) -> Result<Self, DbError> {
        let (state, way): (String, String) = (row.get("state")?, row.get("way")?);
        let (passed_over, stopped): (String, Option<String>) = (row.get("passed_over")?, row.get("stopped")?);
        Ok(Self {
            id: row.get("id")?,
            file_name: row.get("file_name")?,
            state: known(ImportState::parse(&state), &state)?,
            way: known(ImportWay::parse(&way), &way)?,
            language: row.get("language")?,
            passed_over: read(&passed_over)?,
            created_at: row.get("created_at")?,
            started_by: row.get("started_by")?,
            started_by_name: row.get("started_by_name")?,
            ended_at: row.get("ended_at")?,
            stopped: stopped.map(|text| read(&text)).transpose()?,
        })
    }
}

impl FromRow for Row {
    fn from_row(row: &db::Row) -> Result<Self, DbError> {
        let (state, told): (String, String) = (row.get("state")?, row.get("told")?);
        Ok(Self {
            number: row.get("number")?,
            line: row.get("line")?,
            content: row.get("content")?,
            sign_in_name: row.get("sign_in_name")?,
            display_name: row.get("display_name")?,
            state: known(RowState::parse(&state), &state)?,
            told: read(&told)?,
            user: row.get("user_id")?,
        })
    }
}

const COLUMNS: &str = "id, file_name, state, way, language, passed_over, created_at, started_by, started_by_name, \
    ended_at, stopped";
const ROW: &str = "number, line, content, sign_in_name, display_name, state, told, user_id";
/// Rows that one statement stores.
const AT_ONCE: usize = 100;

pub async fn insert(scope: &mut TenantScope<'_>, import: &Import) -> Result<(), Error> {
    let sql = "INSERT INTO people_import (tenant_id, id, file_name, state, way, language, passed_over, created_at, \
               started_by, started_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let params = params![
        import.id,
        &import.file_name,
        import.state.as_str(),
        import.way.as_str(),
        &import.language,
        written(&import.passed_over)?,
        import.created_at,
        import.started_by,
        &import.started_by_name,
    ];
    scope.execute(sql, params).await?;
    Ok(())
}

pub async fn insert_rows(scope: &mut TenantScope<'_>, id: ImportId, rows: &[Row]) -> Result<(), Error> {
    for chunk in rows.chunks(AT_ONCE) {
        let mut params: Vec<Value> = vec![id.into()];
        let mut places = Vec::with_capacity(chunk.len());
        for row in chunk {
            let first = params.len() + 2;
            let own: Vec<String> = (first..first + 7).map(|number| format!("${number}")).collect();
            places.push(format!("($1, $2, {})", own.join(", ")));
            params.extend([
                row.number.into(),
                row.line.into(),
                row.content.as_str().into(),
                row.sign_in_name.as_str().into(),
                row.display_name.as_str().into(),
                row.state.as_str().into(),
                written(&row.told)?.into(),
            ]);
        }
        let sql = format!(
            "INSERT INTO people_import_row (tenant_id, import_id, number, line, content, sign_in_name, display_name, \
             state, told) VALUES {}",
            places.join(", ")
        );
        scope.execute(&sql, &params).await?;
    }
    Ok(())
}

pub async fn find(scope: &mut TenantScope<'_>, id: ImportId) -> Result<Option<Import>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM people_import WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![id]).await?)
}

pub async fn recent(scope: &mut TenantScope<'_>, limit: usize) -> Result<Vec<Import>, Error> {
    let sql =
        format!("SELECT {COLUMNS} FROM people_import WHERE tenant_id = $1 ORDER BY id DESC LIMIT {limit}");
    Ok(scope.all(&sql, params![]).await?)
}

pub async fn counts(scope: &mut TenantScope<'_>, id: ImportId) -> Result<Counts, Error> {
    let sql = "SELECT state, count(*) AS found, count(password) AS passwords FROM people_import_row \
               WHERE tenant_id = $1 AND import_id = $2 GROUP BY state";
    let rows: Vec<db::Row> = scope.all(sql, params![id]).await?;
    let mut counts = Counts::default();
    for row in &rows {
        let (state, found): (String, i64) = (row.get("state")?, row.get("found")?);
        counts.passwords += row.get::<i64>("passwords")?;
        match known(RowState::parse(&state), &state)? {
            RowState::Good => counts.good = found,
            RowState::Warned => counts.warned = found,
            RowState::Refused => counts.refused = found,
            RowState::Created => counts.created = found,
            RowState::Failed => counts.failed = found,
        }
    }
    Ok(counts)
}

pub async fn rows(
    scope: &mut TenantScope<'_>,
    id: ImportId,
    states: &[RowState],
    from: Option<&Position>,
    limit: usize,
) -> Result<Vec<Row>, Error> {
    let backward = from.is_some_and(|from| from.backward);
    let (sign, order) = if backward { ("<", "DESC") } else { (">", "ASC") };
    let mut sql = format!("SELECT {ROW} FROM people_import_row WHERE tenant_id = $1 AND import_id = $2");
    let mut params: Vec<Value> = vec![id.into()];
    if !states.is_empty() {
        let places: Vec<String> = (0..states.len()).map(|index| format!("${}", index + 3)).collect();
        sql.push_str(&format!(" AND state IN ({})", places.join(", ")));
        params.extend(states.iter().map(|state| Value::from(state.as_str())));
    }
    if let Some(number) = from.map(|from| from.key.parse::<i64>().unwrap_or_default()) {
        sql.push_str(&format!(" AND number {sign} ${}", params.len() + 2));
        params.push(number.into());
    }
    sql.push_str(&format!(" ORDER BY number {order} LIMIT {limit}"));
    Ok(scope.all(&sql, &params).await?)
}

/// Starts an import that waits.
pub async fn start(
    scope: &mut TenantScope<'_>,
    id: ImportId,
    (by, by_name): (Option<UserId>, &str),
    now: Timestamp,
) -> Result<bool, Error> {
    let sql = "UPDATE people_import SET state = 'running', started_by = $3, started_by_name = $4, started_at = $5 \
               WHERE tenant_id = $1 AND id = $2 AND state = 'draft'";
    Ok(scope.execute(sql, params![id, by, by_name, now]).await? > 0)
}

/// Ends an import that runs.
pub async fn end(
    scope: &mut TenantScope<'_>,
    id: ImportId,
    stopped: Option<&Shown>,
    now: Timestamp,
) -> Result<bool, Error> {
    let state = if stopped.is_some() { ImportState::Stopped } else { ImportState::Done };
    let stopped = stopped.map(written).transpose()?;
    let sql = "UPDATE people_import SET state = $3, stopped = $4, ended_at = $5 \
               WHERE tenant_id = $1 AND id = $2 AND state = 'running'";
    Ok(scope.execute(sql, params![id, state.as_str(), stopped, now]).await? > 0)
}

/// Takes a row whose turn has come; `false` where somebody else did.
pub async fn settle(
    scope: &mut TenantScope<'_>,
    (id, number): (ImportId, i64),
    state: RowState,
    told: Option<&[Shown]>,
) -> Result<bool, Error> {
    let told = told.map(|told| written(&told)).transpose()?;
    let sql = "UPDATE people_import_row SET state = $4, told = coalesce($5, told) WHERE tenant_id = $1 \
               AND import_id = $2 AND number = $3 AND state IN ('good', 'warned')";
    Ok(scope.execute(sql, params![id, number, state.as_str(), told]).await? > 0)
}

pub async fn note_user(
    scope: &mut TenantScope<'_>,
    (id, number): (ImportId, i64),
    user: UserId,
    password: Option<Vec<u8>>,
) -> Result<(), Error> {
    let sql = "UPDATE people_import_row SET user_id = $4, password = $5 \
               WHERE tenant_id = $1 AND import_id = $2 AND number = $3";
    scope.execute(sql, params![id, number, user, password]).await?;
    Ok(())
}

/// A row's number, its sign-in name, its display name and its encrypted password.
pub struct Kept {
    pub number: i64,
    pub sign_in_name: String,
    pub display_name: String,
    pub password: Vec<u8>,
}

impl FromRow for Kept {
    fn from_row(row: &db::Row) -> Result<Self, DbError> {
        Ok(Self {
            number: row.get("number")?,
            sign_in_name: row.get("sign_in_name")?,
            display_name: row.get("display_name")?,
            password: row.get("password")?,
        })
    }
}

pub async fn passwords(scope: &mut TenantScope<'_>, id: ImportId) -> Result<Vec<Kept>, Error> {
    let sql = "SELECT number, sign_in_name, display_name, password FROM people_import_row \
               WHERE tenant_id = $1 AND import_id = $2 AND password IS NOT NULL ORDER BY number";
    Ok(scope.all(sql, params![id]).await?)
}

pub async fn forget_passwords(scope: &mut TenantScope<'_>, id: ImportId) -> Result<u64, Error> {
    let sql = "UPDATE people_import_row SET password = NULL \
               WHERE tenant_id = $1 AND import_id = $2 AND password IS NOT NULL";
    Ok(scope.execute(sql, params![id]).await?)
}

/// Removes an import with its rows, unless it runs.
pub async fn remove(scope: &mut TenantScope<'_>, id: ImportId, only_draft: bool) -> Result<bool, Error> {
    let states = if only_draft { "state = 'draft'" } else { "state <> 'running'" };
    let sql = format!("DELETE FROM people_import WHERE tenant_id = $1 AND id = $2 AND {states}");
    Ok(scope.execute(&sql, params![id]).await? > 0)
}

/// Rows whose turn has come, the first so many.
pub async fn waiting(scope: &mut TenantScope<'_>, id: ImportId, limit: usize) -> Result<Vec<Row>, Error> {
    rows(scope, id, &[RowState::Good, RowState::Warned], None, limit).await
}
