//! The initial passwords of an import, given out once.

use model::audit::{Activity, Change, TargetKind};
use model::ids::{ImportId, TenantId};
use model::refusal::Code;
use protocol::csv;

use super::read::get;
use super::run::is_starter;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::imports::store;
use crate::moment::Moment;
use crate::secrets::Secret;

/// What the password of a row is bound to: in another row it can't be read.
pub(super) fn bound_to(tenant: TenantId, (import, number): (ImportId, i64)) -> Vec<u8> {
    [b"import password ".as_slice(), tenant.0.as_bytes(), import.0.as_bytes(), &number.to_le_bytes()].concat()
}

/// One person's initial password.
pub struct Initial {
    pub sign_in_name: String,
    pub display_name: String,
    pub password: Secret,
}

/// Names and initial passwords; after this they are forgotten.
///
/// # Errors
/// As [`show`].
pub async fn fetch(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ImportId,
    moment: &Moment,
) -> Result<Vec<Initial>, Error> {
    let initial = show(app, scope, actor, id, moment).await?;
    store::forget_passwords(scope, id).await?;
    Ok(initial)
}

/// Forgets the initial passwords that [`show`] gave, now that they have arrived.
///
/// # Errors
/// Not allowed, not there, or the engine fails.
pub async fn forget(scope: &mut TenantScope<'_>, actor: &Actor, id: ImportId) -> Result<(), Error> {
    let (import, _) = get(scope, actor, id).await?;
    if is_starter(&import, actor) {
        store::forget_passwords(scope, id).await?;
    }
    Ok(())
}

/// Names and initial passwords, which stay until [`forget`] or their day is over: for whoever doesn't know yet whether they
/// arrive. That they were shown is written first, each time.
///
/// # Errors
/// Not allowed, not there, or [`Code::ImportPasswordsGone`]: fetched, too old, or started by somebody else.
pub async fn show(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ImportId,
    moment: &Moment,
) -> Result<Vec<Initial>, Error> {
    let (import, _) = get(scope, actor, id).await?;
    let kept = if is_starter(&import, actor) { store::passwords(scope, id).await? } else { Vec::new() };
    if kept.is_empty() {
        return Err(Code::ImportPasswordsGone.into());
    }
    let mut initial = Vec::with_capacity(kept.len());
    for row in kept {
        let bound = bound_to(scope.tenant(), (id, row.number));
        let plain = app.keys.decrypt(&bound, &row.password).and_then(|plain| String::from_utf8(plain).ok());
        let password =
            Secret::new(plain.ok_or_else(|| Error::internal("an initial password can't be read"))?);
        initial.push(Initial { sign_in_name: row.sign_in_name, display_name: row.display_name, password });
    }
    let event = Event::new(Activity::InitialPasswordsFetched, TargetKind::Import, id, &import.file_name)
        .changes([Change::set("people", initial.len().to_string())]);
    audit::record(scope, actor, event, moment).await?;
    Ok(initial)
}

/// The same as a table to hand on.
#[must_use]
pub fn passwords_csv(initial: &[Initial]) -> Secret {
    let mut text = csv::row(&["User principal name", "Display name", "Initial password"]);
    for one in initial {
        text += &csv::row(&[one.sign_in_name.as_str(), &one.display_name, one.password.expose()]);
    }
    Secret::new(text)
}
