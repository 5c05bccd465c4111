//! People: enabled, disabled, deleted, restored, signed out, put into a group or taken from one.

use axum::extract::State;
use axum::response::Response;
use model::ids::{ObjectId, UserId};
use model::objects::Relation;
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::choice::Choice;
use super::page::{Ask, List, Results, Ticked, Words, address, count, ids};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, SignInName};
use crate::features::groups;
use crate::moment::Moment;
use crate::web::foreseen::foreseen;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section};
use crate::web::locale::Locale;
use crate::{rehearse, transaction};

/// What can be done to several people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Enable,
    Disable,
    Delete,
    Restore,
    EndSessions,
    Join,
    Leave,
}

const ACTS: [(Act, &str); 7] = [
    (Act::Enable, "enable"),
    (Act::Disable, "disable"),
    (Act::Delete, "delete"),
    (Act::Restore, "restore"),
    (Act::EndSessions, "end-sessions"),
    (Act::Join, "add-to-group"),
    (Act::Leave, "remove-from-group"),
];

impl Act {
    fn read(fields: &Fields) -> Result<(Self, &'static str), Error> {
        let asked = fields.value("action");
        ACTS.into_iter().find(|(_, name)| *name == asked).ok_or_else(Error::not_found)
    }

    fn is_of_groups(self) -> bool {
        matches!(self, Self::Join | Self::Leave)
    }

    /// What the page needs; the groups ask for themselves who may change them.
    fn required(self) -> Permission {
        if self.is_of_groups() { Permission::ReadDirectory } else { Permission::ManageUsers }
    }

    fn words(self, l: &Locale, count: usize, done: usize) -> Words {
        let words = |title: &str, effect: String, button: String, told: &str| Words {
            title: l.a(title, &[("count", count)]),
            effect,
            button,
            done: l.a(told, &[("count", done)]),
            danger: self == Self::Delete,
        };
        match self {
            Self::Enable => words(
                "people-many-enable",
                l.t("people-many-enable-effect"),
                l.t("people-enable"),
                "people-many-enabled",
            ),
            Self::Disable => words(
                "people-many-disable",
                l.t("people-many-disable-effect"),
                l.t("people-disable"),
                "people-many-disabled",
            ),
            Self::Delete => words(
                "people-many-delete",
                l.t("people-many-delete-effect"),
                l.t("people-delete"),
                "people-many-deleted",
            ),
            Self::Restore => words(
                "people-many-restore",
                l.t("people-many-restore-effect"),
                l.t("people-restore"),
                "people-many-restored",
            ),
            Self::EndSessions => words(
                "people-many-sessions",
                l.t("people-many-sessions-effect"),
                l.t("people-sessions-end"),
                "people-many-signed-out",
            ),
            Self::Join => words(
                "people-many-join",
                l.t("people-many-join-effect"),
                l.t("people-add-to-group"),
                "people-many-joined",
            ),
            Self::Leave => words(
                "people-many-leave",
                l.t("people-many-leave-effect"),
                l.t("people-remove-from-group"),
                "people-many-left",
            ),
        }
    }
}

/// Those of the ids who are there as the act needs them, in the order given.
async fn ticked(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (act, fields): (Act, &Fields),
) -> Result<Vec<Ticked>, Error> {
    actor.require(Permission::ReadDirectory)?;
    let mut found = Vec::new();
    for id in ids(fields) {
        let Some(person) = directory::find_person(scope, UserId(id)).await? else { continue };
        if person.deleted_at.is_some() == (act == Act::Restore) {
            let detail = person.sign_in_name();
            found.push(Ticked::new(id, person.display_name, detail).within(Section::People));
        }
    }
    Ok(found)
}

async fn ask(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    fields: &Fields,
    refused: Option<Refusal>,
) -> Result<Response, Error> {
    let (act, action) = Act::read(fields)?;
    let actor = &signed_in.actor;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let mut ticked = ticked(&mut tenant, actor, (act, fields)).await?;
    let mut choice = match act {
        Act::Join => Some(Choice::to_join(&mut tenant, actor, fields).await?),
        Act::Leave => Some(Choice::to_leave(&mut tenant, actor, &ticked).await?),
        _ => None,
    };
    if let (Some(choice), Some(refusal)) = (&mut choice, &refused) {
        choice.refused = Some(page.l.refusal(refusal));
    }
    drop(scope);
    if !act.is_of_groups() {
        foresee(app, actor, &page.l, act, &mut ticked).await?;
    }
    let words = act.words(&page.l, count(&ticked), 0);
    let list = List::of(&page.l, Section::People, fields);
    Ok(Ask { list, words, action, ticked, choice, page }.answer())
}

/// Tries it on one after the other, each as the ones before leave things: of two last Global administrators, one stays.
async fn foresee(app: &App, actor: &Actor, l: &Locale, act: Act, ticked: &mut [Ticked]) -> Result<(), Error> {
    let moment = app.moment();
    let mut answers = Vec::new();
    rehearse!(app.db, |scope| {
        answers.clear();
        let mut tenant = scope.tenant(actor.grant()).await?;
        for each in ticked.iter() {
            let tried = make(app, &mut tenant, actor, (act, None), UserId(each.id), &moment).await;
            answers.push(foreseen(l, tried)?);
        }
        Ok(())
    })?;
    for (each, refused) in ticked.iter_mut().zip(answers) {
        each.refused = refused;
    }
    Ok(())
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    let (act, name) = Act::read(&fields)?;
    signed_in.actor.require(act.required())?;
    if act == Act::Delete
        && let Some(elsewhere) = stale(&signed_in, &address(Section::People, name, &fields), &app.moment())
    {
        return Ok(elsewhere);
    }
    ask(&app, &signed_in, page, &fields, None).await
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    let (act, name) = Act::read(&fields)?;
    let (actor, moment) = (&signed_in.actor, app.moment());
    actor.require(act.required())?;
    if act == Act::Delete
        && let Some(elsewhere) = stale(&signed_in, &address(Section::People, name, &fields), &moment)
    {
        return Ok(elsewhere);
    }
    let group: Option<ObjectId> = fields.value("group").parse().ok();
    if act.is_of_groups() && group.is_none() {
        let refusal = Refusal::new(Code::FieldRequired).on("group");
        return ask(&app, &signed_in, page, &fields, Some(refusal)).await;
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let ticked = ticked(&mut tenant, actor, (act, &fields)).await?;
    drop(scope);
    let mut results = Results::default();
    for person in ticked {
        let done = transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            make(&app, &mut tenant, actor, (act, group), UserId(person.id), &moment).await
        });
        results.note(&page.l, person, done)?;
    }
    let title = act.words(&page.l, 0, results.done()).done;
    let list = List::of(&page.l, Section::People, &fields);
    Ok(results.answer(page, list, title))
}

async fn make(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (act, group): (Act, Option<ObjectId>),
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let group = || group.ok_or_else(Error::not_found);
    match act {
        Act::Enable => directory::enable(scope, actor, user, moment).await,
        Act::Disable => directory::disable(scope, actor, user, moment).await,
        Act::Delete => directory::delete(scope, actor, user, moment).await,
        Act::Restore => {
            let person = directory::find_person(scope, user).await?.ok_or_else(Error::not_found)?;
            let name = SignInName::new(&person.user_name, &person.domain_name);
            directory::restore(app, scope, actor, user, &name, moment).await
        }
        Act::EndSessions => directory::revoke_sessions(scope, actor, user, moment).await,
        Act::Join => groups::add(scope, actor, group()?, Relation::Member, user.0, moment).await,
        Act::Leave => groups::remove(scope, actor, group()?, Relation::Member, user.0, moment).await,
    }
}
