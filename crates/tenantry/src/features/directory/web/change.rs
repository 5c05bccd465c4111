//! Disabling, enabling, deleting, restoring, ending sessions.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::MethodRouter;
use http::StatusCode;
use model::directory::DAYS_KEPT;
use model::ids::UserId;
use model::roles::Permission;

use super::{done, id_of};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::credentials::only_of_the_form;
use crate::features::directory::ops::create::SignInName;
use crate::features::directory::ops::lookup::{PersonDetail, get, verified_domains};
use crate::features::directory::ops::{delete as deletion, enable as enabling, sessions};
use crate::moment::Moment;
use crate::web::foreseen::foreseen;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section, render};
use crate::web::locale::{Locale, Told};
use crate::{rehearse, transaction};

/// What a change will do, before it is done.
#[derive(Default)]
pub(super) struct ConfirmPage {
    pub title: String,
    pub effects: Vec<String>,
    pub button: String,
    pub danger: bool,
    /// Values that the form sends on, and where to.
    pub hidden: Vec<(String, String)>,
    pub action: String,
    /// Why it would be refused.
    pub refused: Vec<Told>,
}

#[derive(Template)]
#[template(path = "people/confirm.html")]
struct Confirm {
    page: Page,
    user: String,
    name: String,
    display_name: String,
    ask: ConfirmPage,
}

impl ConfirmPage {
    /// Shows the question about somebody who isn't deleted, or why the answer yes would be refused.
    pub(super) async fn show(
        app: &App,
        signed_in: &SignedIn,
        page: Page,
        id: &str,
        rehearsed: impl Future<Output = Result<(), Error>>,
        ask: impl FnOnce(&Locale, &PersonDetail) -> Self,
    ) -> Result<Response, Error> {
        let page = signed_in.on(page).in_section(Section::People);
        let detail = load(app, signed_in, id).await?;
        if detail.person.deleted_at.is_some() {
            return Err(Error::not_found());
        }
        let refused = foreseen(&page.l, rehearsed.await)?;
        let view = Confirm {
            ask: Self { refused, ..ask(&page.l, &detail) },
            user: detail.person.id.to_string(),
            name: detail.person.sign_in_name(),
            display_name: detail.person.display_name,
            page,
        };
        Ok(render(&view, StatusCode::OK))
    }
}

pub(super) async fn load(app: &App, signed_in: &SignedIn, id: &str) -> Result<PersonDetail, Error> {
    let user = id_of(id)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    get(&mut tenant, &signed_in.actor, user, app.moment().now).await
}

pub(super) async fn show_disable(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    signed_in.actor.require(Permission::ManageUsers)?;
    let rehearsed = rehearse(&app, &signed_in.actor, Change::Disable, id_of(&id)?);
    ConfirmPage::show(&app, &signed_in, page, &id, rehearsed, |l, detail| ConfirmPage {
        title: l.a("people-disable-title", &[("name", &detail.person.display_name)]),
        effects: vec![
            l.t("people-disable-effect-sign-in"),
            l.a("people-effect-sessions", &[("count", detail.sessions)]),
            l.t("people-disable-effect-keeps"),
        ],
        button: l.t("people-disable"),
        ..ConfirmPage::default()
    })
    .await
}

/// What is done to somebody at once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Disable,
    Enable,
    EndSessions,
    Delete,
}

impl Change {
    async fn make(
        self,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        user: UserId,
        moment: &Moment,
    ) -> Result<(), Error> {
        match self {
            Self::Disable => enabling::disable(scope, actor, user, moment).await,
            Self::Enable => enabling::enable(scope, actor, user, moment).await,
            Self::EndSessions => sessions::revoke_sessions(scope, actor, user, moment).await,
            Self::Delete => deletion::delete(scope, actor, user, moment).await,
        }
    }
}

/// Makes the change in a transaction of its own.
pub(super) async fn make(app: &App, actor: &Actor, change: Change, user: UserId) -> Result<(), Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        change.make(&mut tenant, actor, user, &moment).await
    })
}

async fn rehearse(app: &App, actor: &Actor, change: Change, user: UserId) -> Result<(), Error> {
    let moment = app.moment();
    rehearse!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        change.make(&mut tenant, actor, user, &moment).await
    })
}

/// The post that makes a change, and where it leads.
pub(super) async fn send(
    app: &App,
    signed_in: &SignedIn,
    id: &str,
    change: Change,
) -> Result<Response, Error> {
    let user = id_of(id)?;
    if change == Change::Delete
        && let Some(elsewhere) = stale(signed_in, &delete_form(user), &app.moment())
    {
        return Ok(elsewhere);
    }
    make(app, &signed_in.actor, change, user).await?;
    Ok(match change {
        Change::Disable => done(user, "disabled"),
        Change::Enable => done(user, "enabled"),
        Change::EndSessions => done(user, "sessions"),
        Change::Delete => Redirect::to("/people?done=deleted").into_response(),
    })
}

/// The handler of a post that needs no more than the person.
pub(super) fn post(change: Change) -> MethodRouter<App> {
    axum::routing::post(async move |State(app): State<App>, signed_in: SignedIn, Path(id): Path<String>| {
        send(&app, &signed_in, &id, change).await
    })
}

/// Ends one session.
pub(super) async fn end_session(
    State(app): State<App>,
    signed_in: SignedIn,
    Path((id, session)): Path<(String, String)>,
) -> Result<Response, Error> {
    let (user, moment) = (id_of(&id)?, app.moment());
    let session = session.parse().map_err(|_| Error::not_found())?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
        sessions::revoke_session(&mut tenant, &signed_in.actor, (user, session), &moment).await
    })?;
    Ok(Redirect::to(&format!("/people/{user}?show=sessions&done=session")).into_response())
}

fn delete_form(user: UserId) -> String {
    format!("/people/{user}/delete")
}

pub(super) async fn show_delete(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    if let Some(elsewhere) = stale(&signed_in, &delete_form(id_of(&id)?), &app.moment()) {
        return Ok(elsewhere);
    }
    signed_in.actor.require(Permission::ManageUsers)?;
    let rehearsed = rehearse(&app, &signed_in.actor, Change::Delete, id_of(&id)?);
    ConfirmPage::show(&app, &signed_in, page, &id, rehearsed, |l, detail| ConfirmPage {
        title: l.a("people-delete-title", &[("name", &detail.person.display_name)]),
        effects: vec![
            l.a("people-effect-sessions", &[("count", detail.sessions)]),
            l.t("people-delete-effect-name"),
            l.a("people-delete-effect-days", &[("days", DAYS_KEPT)]),
        ],
        button: l.t("people-delete"),
        danger: true,
        ..ConfirmPage::default()
    })
    .await
}

#[derive(Template)]
#[template(path = "people/restore.html")]
struct RestorePage {
    page: Page,
    fields: Fields,
    live: String,
    display_name: String,
    domains: Vec<(String, String)>,
    days_left: i64,
}

impl RestorePage {
    async fn load(
        app: &App,
        signed_in: &SignedIn,
        page: Page,
        id: &str,
        fields: Option<Fields>,
    ) -> Result<Self, Error> {
        let (user, now) = (id_of(id)?, app.moment().now);
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
        let person = get(&mut tenant, &signed_in.actor, user, now).await?.person;
        let deleted_at = person.deleted_at.ok_or_else(Error::not_found)?;
        let domains = verified_domains(&mut tenant).await?;
        Ok(Self {
            fields: fields.unwrap_or_else(|| super::fields::filled(&person)),
            domains: domains.into_iter().map(|name| (name.clone(), format!("@{name}"))).collect(),
            days_left: super::list::days_left(deleted_at, now),
            live: super::check::path(user),
            display_name: person.display_name,
            page,
        })
    }
}

pub(super) async fn show_restore(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    signed_in.actor.require(Permission::ManageUsers)?;
    let view = RestorePage::load(&app, &signed_in, page, &id, None).await?;
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn restore(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let (actor, user, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    let domain = fields.value("domain").to_owned();
    let verdict = model::eligibility::username::check(fields.value("username"), &domain);
    let mut refusals = verdict.answer.refusals;
    if refusals.is_empty() && !fields.took_suggestion() {
        let name = SignInName::new(&verdict.canonical, &domain);
        let restored = transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            deletion::restore(&app, &mut tenant, actor, user, &name, &moment).await
        });
        match restored {
            Ok(()) => return Ok(done(user, "restored")),
            Err(error) => refusals = only_of_the_form(error)?,
        }
    }
    fields.refuse_all(refusals);
    let page = signed_in.on(page).in_section(Section::People);
    let view = RestorePage::load(&app, &signed_in, page, &id, Some(fields)).await?;
    Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
}
