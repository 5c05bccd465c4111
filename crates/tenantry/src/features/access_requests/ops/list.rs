//! Requests as administrators see them.

use jiff::Timestamp;
use model::ids::{AccessRequestId, UserId};
use model::roles::Permission;

use crate::access::Actor;
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::features::access_requests::store;

/// Requests on one page.
const PAGE: usize = 25;

/// What has become of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Approved,
    Refused,
    /// Nobody answered in time.
    Expired,
}

impl State {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Expired => "expired",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Approved, Self::Refused, Self::Expired]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A request for access.
#[derive(Clone, Debug)]
pub struct AccessRequest {
    pub id: AccessRequestId,
    pub email: String,
    pub email_canonical: String,
    pub name: String,
    pub message: String,
    pub language: String,
    pub state: State,
    pub requested_at: Timestamp,
    pub decided_at: Option<Timestamp>,
    pub decided_by: Option<String>,
    pub reason: Option<String>,
    /// Whom an approval made.
    pub user: Option<UserId>,
}

/// Open requests, or those that are settled, newest first.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    open: bool,
    from: Option<&Position>,
) -> Result<Slice<AccessRequest>, Error> {
    actor.require(Permission::DecideAccessRequests)?;
    let rows = store::list(scope, open, from, PAGE + 1).await?;
    Ok(Slice::new(rows, PAGE, from, |request| (String::new(), request.id.0)))
}

/// One request.
///
/// # Errors
/// Not allowed, or not there.
pub async fn get(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: AccessRequestId,
) -> Result<AccessRequest, Error> {
    actor.require(Permission::DecideAccessRequests)?;
    store::find(scope, id).await?.ok_or_else(Error::not_found)
}

/// How many requests wait for an answer.
///
/// # Errors
/// When the engine fails.
pub async fn open_count(scope: &mut TenantScope<'_>) -> Result<i64, Error> {
    store::open_count(scope).await
}
