//! Imports and their rows, as pages and commands show them.

use jiff::Timestamp;
use model::ids::{ImportId, UserId};
use model::roles::Permission;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::features::imports::store;

/// Rows on one page.
pub const PAGE: usize = 50;
/// Imports that the page of imports shows.
const RECENT: usize = 20;

macro_rules! states {
    ($(#[$doc:meta])* $kind:ident { $($(#[$each:meta])* $name:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $kind { $($(#[$each])* $name,)* }

        impl $kind {
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

states! {
    /// How far an import is.
    ImportState {
        /// It was looked through and waits to be started.
        Draft = "draft",
        Running = "running",
        Done = "done",
        /// It ended before its end; the import says why.
        Stopped = "stopped",
    }
}

states! {
    /// How people get their first password.
    ImportWay {
        /// One is made for each, to hand over.
        Password = "password",
        /// A link by mail, to choose one.
        Invitation = "invitation",
    }
}

states! {
    /// What is thought of a row, and later what became of it.
    RowState {
        Good = "good",
        /// It will be created; something is worth a look.
        Warned = "warned",
        Refused = "refused",
        Created = "created",
        /// It was good, and couldn't be created when its turn came.
        Failed = "failed",
    }
}

/// A reason with its remedy, in the language of who sent the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub code: String,
    /// The column that it speaks of, in words; empty where it is the whole row.
    pub field: String,
    pub reason: String,
    pub remedy: String,
}

/// A file of people.
#[derive(Clone, Debug)]
pub struct Import {
    pub id: ImportId,
    pub file_name: String,
    pub state: ImportState,
    pub way: ImportWay,
    pub language: String,
    pub passed_over: Vec<String>,
    pub created_at: Timestamp,
    /// None: the operator.
    pub started_by: Option<UserId>,
    pub started_by_name: String,
    pub ended_at: Option<Timestamp>,
    pub stopped: Option<Shown>,
}

/// How many rows there are of each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub good: i64,
    pub warned: i64,
    pub refused: i64,
    pub created: i64,
    pub failed: i64,
    /// Initial passwords that wait to be fetched.
    pub passwords: i64,
}

impl Counts {
    /// Rows that aren't refused.
    #[must_use]
    pub fn wanted(&self) -> i64 {
        self.waiting() + self.ended()
    }

    /// Rows whose turn comes.
    #[must_use]
    pub fn waiting(&self) -> i64 {
        self.good + self.warned
    }

    /// Rows whose turn is over.
    #[must_use]
    pub fn ended(&self) -> i64 {
        self.created + self.failed
    }
}

/// A row of the file.
#[derive(Clone, Debug)]
pub struct Row {
    pub number: i64,
    /// The line of the file on which it begins.
    pub line: i64,
    pub content: String,
    pub sign_in_name: String,
    pub display_name: String,
    pub state: RowState,
    pub told: Vec<Shown>,
    pub user: Option<UserId>,
}

/// One import, with the counts of its rows.
///
/// # Errors
/// Not allowed, or not there.
pub async fn get(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ImportId,
) -> Result<(Import, Counts), Error> {
    actor.require(Permission::ManageUsers)?;
    let import = store::find(scope, id).await?.ok_or_else(Error::not_found)?;
    Ok((import, store::counts(scope, id).await?))
}

/// The newest imports.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn recent(scope: &mut TenantScope<'_>, actor: &Actor) -> Result<Vec<Import>, Error> {
    actor.require(Permission::ManageUsers)?;
    store::recent(scope, RECENT).await
}

/// A page of rows in the order of the file, of some states or of all.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn rows(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ImportId,
    states: &[RowState],
    from: Option<&Position>,
) -> Result<Slice<Row>, Error> {
    actor.require(Permission::ManageUsers)?;
    let rows = store::rows(scope, id, states, from, PAGE + 1).await?;
    Ok(Slice::new(rows, PAGE, from, |row| (row.number.to_string(), id.0)))
}
