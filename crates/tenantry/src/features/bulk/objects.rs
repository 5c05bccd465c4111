//! Groups and applications: deleted and restored. Each asks for itself who may.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use model::ids::ObjectId;
use model::objects::ObjectKind;
use model::roles::Permission;

use super::page::{Ask, List, Results, Ticked, Words, address, count, ids};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::{applications, groups, objects};
use crate::moment::Moment;
use crate::web::foreseen::foreseen;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section};
use crate::web::locale::Locale;
use crate::{rehearse, transaction};

/// Of which of the two kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Groups,
    Applications,
}

/// What is done to the ticked ones.
#[derive(Clone, Copy, Debug)]
struct Act {
    kind: Kind,
    restores: bool,
}

/// The page of a kind: the question, and the answer yes.
pub(super) fn page_of(kind: Kind) -> MethodRouter<App> {
    let ask = move |State(app): State<App>, signed_in: SignedIn, page: Page, fields: Fields| async move {
        show(&app, &signed_in, page, &fields, kind).await
    };
    let yes = move |State(app): State<App>, signed_in: SignedIn, page: Page, fields: Fields| async move {
        send(&app, &signed_in, page, &fields, kind).await
    };
    get(ask).post(yes)
}

impl Act {
    fn read(kind: Kind, fields: &Fields) -> Result<Self, Error> {
        match fields.value("action") {
            "restore" => Ok(Self { kind, restores: true }),
            "delete" => Ok(Self { kind, restores: false }),
            _ => Err(Error::not_found()),
        }
    }

    fn name(self) -> &'static str {
        if self.restores { "restore" } else { "delete" }
    }

    fn section(self) -> Section {
        match self.kind {
            Kind::Groups => Section::Groups,
            Kind::Applications => Section::Applications,
        }
    }

    fn words(self, l: &Locale, count: usize, done: usize) -> Words {
        let words = |title: &str, effect: String, button: String, told: &str| Words {
            title: l.a(title, &[("count", count)]),
            effect,
            button,
            done: l.a(told, &[("count", done)]),
            danger: !self.restores,
        };
        match (self.kind, self.restores) {
            (Kind::Groups, true) => words(
                "groups-many-restore",
                l.t("groups-many-restore-effect"),
                l.t("groups-restore"),
                "groups-many-restored",
            ),
            (Kind::Groups, false) => words(
                "groups-many-delete",
                l.t("groups-many-delete-effect"),
                l.t("groups-delete"),
                "groups-many-deleted",
            ),
            (Kind::Applications, true) => words(
                "applications-many-restore",
                l.t("applications-many-restore-effect"),
                l.t("applications-restore"),
                "applications-many-restored",
            ),
            (Kind::Applications, false) => words(
                "applications-many-delete",
                l.t("applications-many-delete-effect"),
                l.t("applications-delete"),
                "applications-many-deleted",
            ),
        }
    }

    /// As for one application: who deletes several proves anew who they are.
    fn stale(self, signed_in: &SignedIn, fields: &Fields, moment: &Moment) -> Option<Response> {
        let asks = self.kind == Kind::Applications && !self.restores;
        asks.then(|| stale(signed_in, &address(self.section(), self.name(), fields), moment)).flatten()
    }

    /// Those of the ids that are there, deleted or not as the act needs them.
    async fn ticked(
        self,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        fields: &Fields,
    ) -> Result<Vec<Ticked>, Error> {
        let kind = match self.kind {
            Kind::Groups => ObjectKind::Group,
            Kind::Applications => ObjectKind::Application,
        };
        let mut found = Vec::new();
        for id in ids(fields) {
            let Some(brief) = objects::brief(scope, ObjectId(id)).await? else { continue };
            if brief.kind != kind || brief.is_deleted != self.restores {
                continue;
            }
            let detail = match self.kind {
                Kind::Groups => groups::find_group(scope, actor, ObjectId(id)).await?.properties.mail,
                Kind::Applications => None,
            };
            let one = Ticked::new(id, brief.display_name, detail.unwrap_or_default());
            found.push(one.within(self.section()));
        }
        Ok(found)
    }

    async fn make(
        self,
        app: &App,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        id: ObjectId,
        moment: &Moment,
    ) -> Result<(), Error> {
        match (self.kind, self.restores) {
            (Kind::Groups, true) => groups::restore(app, scope, actor, id, moment).await,
            (Kind::Groups, false) => groups::delete(scope, actor, id, moment).await,
            (Kind::Applications, true) => applications::restore(scope, actor, id, moment).await,
            (Kind::Applications, false) => applications::delete(scope, actor, id, moment).await,
        }
    }
}

async fn show(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    fields: &Fields,
    kind: Kind,
) -> Result<Response, Error> {
    let (actor, act) = (&signed_in.actor, Act::read(kind, fields)?);
    let page = signed_in.on(page).in_section(act.section());
    actor.require(Permission::ReadDirectory)?;
    if let Some(elsewhere) = act.stale(signed_in, fields, &app.moment()) {
        return Ok(elsewhere);
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let mut ticked = act.ticked(&mut tenant, actor, fields).await?;
    drop(scope);
    let moment = app.moment();
    for each in &mut ticked {
        let id = ObjectId(each.id);
        let rehearsed = rehearse!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            act.make(app, &mut tenant, actor, id, &moment).await
        });
        each.refused = foreseen(&page.l, rehearsed)?;
    }
    let (words, list) = (act.words(&page.l, count(&ticked), 0), List::of(&page.l, act.section(), fields));
    Ok(Ask { list, words, action: act.name(), ticked, choice: None, page }.answer())
}

async fn send(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    fields: &Fields,
    kind: Kind,
) -> Result<Response, Error> {
    let (actor, act, moment) = (&signed_in.actor, Act::read(kind, fields)?, app.moment());
    let page = signed_in.on(page).in_section(act.section());
    actor.require(Permission::ReadDirectory)?;
    if let Some(elsewhere) = act.stale(signed_in, fields, &moment) {
        return Ok(elsewhere);
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let ticked = act.ticked(&mut tenant, actor, fields).await?;
    drop(scope);
    let mut results = Results::default();
    for each in ticked {
        let id = ObjectId(each.id);
        let done = transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            act.make(app, &mut tenant, actor, id, &moment).await
        });
        results.note(&page.l, each, done)?;
    }
    let title = act.words(&page.l, 0, results.done()).done;
    let list = List::of(&page.l, act.section(), fields);
    Ok(results.answer(page, list, title))
}
