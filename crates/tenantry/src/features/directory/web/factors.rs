//! Taking somebody's second factors away.

use axum::extract::{Path, State};
use axum::response::Response;
use model::ids::UserId;
use model::roles::Permission;

use super::change::ConfirmPage;
use super::{done, id_of};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::Factors;
use crate::features::directory::ops::factors::{reset_second_factors, second_factors};
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::Page;
use crate::web::locale::Locale;
use crate::{rehearse, transaction};

/// What of second factors somebody has, in words.
pub(super) fn told(l: &Locale, factors: Factors) -> Vec<String> {
    let mut told = Vec::new();
    if factors.authenticator {
        told.push(l.t("people-factor-app"));
    }
    if factors.passkeys > 0 {
        told.push(l.a("people-factor-passkeys", &[("count", factors.passkeys)]));
    }
    if factors.recovery_codes > 0 {
        told.push(l.a("people-factor-codes", &[("count", factors.recovery_codes)]));
    }
    told
}

/// So that a page that is sent again doesn't take away what was set up since.
fn state(mark: String) -> Fields {
    Fields::new().with("factors", mark)
}

fn form_of(user: UserId) -> String {
    format!("/people/{user}/second-factors")
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, user, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    if let Some(elsewhere) = stale(&signed_in, &form_of(user), &moment) {
        return Ok(elsewhere);
    }
    actor.require(Permission::ResetPasswords)?;
    let (mut factors, mut seen) = (Factors::default(), Fields::new());
    let rehearsed = rehearse!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let (present, mark) = second_factors(&mut tenant, actor, user).await?;
        (factors, seen) = (present, Fields::new().showing(&state(mark)));
        reset_second_factors(&app, &mut tenant, actor, user, &moment).await.map(|_| ())
    });
    ConfirmPage::show(&app, &signed_in, page, &id, std::future::ready(rehearsed), |l, detail| {
        let effects = match told(l, factors).as_slice() {
            [] => vec![l.t("people-factors-effect-none")],
            all => vec![
                l.a("people-factors-effect-gone", &[("factors", all.join(", "))]),
                l.a("people-effect-sessions", &[("count", detail.sessions)]),
                match (&detail.elsewhere, detail.must_change_password) {
                    (Some(_), _) => l.t("people-factors-effect-provider"),
                    (None, Some(_)) => l.t("people-factors-effect-next"),
                    (None, None) => l.t("people-factors-effect-no-password"),
                },
            ],
        };
        ConfirmPage {
            title: l.a("people-factors-title", &[("name", &detail.person.display_name)]),
            effects,
            button: l.t("people-factors-reset"),
            danger: true,
            hidden: seen.pairs().collect(),
            ..ConfirmPage::default()
        }
    })
    .await
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (actor, user, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    actor.require(Permission::ResetPasswords)?;
    if let Some(elsewhere) = stale(&signed_in, &form_of(user), &moment) {
        return Ok(elsewhere);
    }
    let had = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let (_, mark) = second_factors(&mut tenant, actor, user).await?;
        fields.require_unchanged(&state(mark))?;
        reset_second_factors(&app, &mut tenant, actor, user, &moment).await
    })?;
    Ok(done(user, if had.any() { "factors" } else { "no-factors" }))
}
