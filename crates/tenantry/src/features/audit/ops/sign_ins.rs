//! The log of sign-ins, written by whoever checks a password or a code.

use jiff::Timestamp;
use model::audit::SignInResult;
use model::ids::UserId;
use model::roles::Permission;
use uuid::Uuid;

use crate::access::Actor;
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::features::audit::store::sign_ins::{self as store, SignIn};

/// Which sign-ins.
#[derive(Clone, Debug, Default)]
pub struct SignInFilter {
    pub id: Option<Uuid>,
    pub user: Option<UserId>,
    pub user_name: Option<String>,
    pub user_name_begins: Option<String>,
    pub application: Option<Uuid>,
    pub ip: Option<String>,
    pub ip_begins: Option<String>,
    pub result: Option<SignInResult>,
    pub succeeded: Option<bool>,
    pub correlation: Option<Uuid>,
    pub since: Option<Timestamp>,
    /// Up to this instant, without it.
    pub until: Option<Timestamp>,
    /// Asks for what no sign-in has.
    pub nothing: bool,
    pub oldest_first: bool,
}

/// Appends a sign-in. It is written once, also where a job that tells of it runs twice.
///
/// # Errors
/// When the engine fails.
pub async fn record_sign_in(scope: &mut TenantScope<'_>, new: &SignIn) -> Result<(), Error> {
    store::insert(scope, new).await
}

/// One page of the log.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list_sign_ins(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    filter: &SignInFilter,
    from: Option<&Position>,
    limit: usize,
) -> Result<Slice<SignIn>, Error> {
    actor.require(Permission::ReadAudit)?;
    let rows = store::list(scope, filter, from, limit + 1).await?;
    Ok(Slice::new(rows, limit, from, |row| (String::new(), row.id)))
}

/// # Errors
/// Not allowed, or the engine fails.
pub async fn count_sign_ins(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    filter: &SignInFilter,
) -> Result<i64, Error> {
    actor.require(Permission::ReadAudit)?;
    store::count(scope, filter).await
}

/// One sign-in.
///
/// # Errors
/// Not allowed, or not there.
pub async fn get_sign_in(scope: &mut TenantScope<'_>, actor: &Actor, id: Uuid) -> Result<SignIn, Error> {
    let filter = SignInFilter { id: Some(id), ..SignInFilter::default() };
    let found = list_sign_ins(scope, actor, &filter, None, 1).await?;
    found.items.into_iter().next().ok_or_else(Error::not_found)
}
