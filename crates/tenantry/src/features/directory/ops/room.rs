//! How many people a tenant may have. They are counted one by one as they come and go: counting a million anew for each
//! would make the last ones slow.

use model::refusal::{Code, Refusal};

use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::store;

/// How many more people the tenant may have.
///
/// # Errors
/// When the engine fails.
pub async fn room(app: &App, scope: &mut TenantScope<'_>) -> Result<usize, Error> {
    let left = app.config.accounts.people - store::count(scope).await?;
    Ok(usize::try_from(left).unwrap_or(0))
}

/// Counts a person who was just created or restored; refuses one too many.
pub(super) async fn take_room(app: &App, scope: &mut TenantScope<'_>) -> Result<(), Error> {
    let most = app.config.accounts.people;
    if store::count_on(scope, 1).await? > most {
        return Err(Refusal::new(Code::PeopleTooMany).with("max", most.to_string()).into());
    }
    Ok(())
}

/// Counts a person off who was just deleted.
pub(super) async fn free_room(scope: &mut TenantScope<'_>) -> Result<(), Error> {
    store::count_on(scope, -1).await.map(drop)
}
