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

/// A table of names and initial passwords; after this they are forgotten.
///
/// # Errors
/// Not allowed, not there, or [`Code::ImportPasswordsGone`]: fetched, too old, or started by somebody else.
pub async fn fetch(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ImportId,
    moment: &Moment,
) -> Result<Secret, Error> {
    let (import, _) = get(scope, actor, id).await?;
    let kept = if is_starter(&import, actor) { store::passwords(scope, id).await? } else { Vec::new() };
    if kept.is_empty() {
        return Err(Code::ImportPasswordsGone.into());
    }
    let mut text = csv::row(&["User principal name", "Display name", "Initial password"]);
    for row in &kept {
        let bound = bound_to(scope.tenant(), (id, row.number));
        let plain = app.keys.decrypt(&bound, &row.password).and_then(|plain| String::from_utf8(plain).ok());
        let password = Secret::new(plain.ok_or_else(|| Error::internal("an initial password can't be read"))?);
        text += &csv::row(&[row.sign_in_name.as_str(), &row.display_name, password.expose()]);
    }
    let count = store::forget_passwords(scope, id).await?;
    let event = Event::new(Activity::InitialPasswordsFetched, TargetKind::Import, id, &import.file_name)
        .changes([Change::set("people", count.to_string())]);
    audit::record(scope, actor, event, moment).await?;
    Ok(Secret::new(text))
}
