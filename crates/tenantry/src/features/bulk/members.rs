//! Members of one group, taken from it.

use axum::extract::{Path, State};
use axum::response::Response;
use model::ids::ObjectId;
use model::objects::Relation;
use model::roles::Permission;

use super::page::{Ask, List, Results, Ticked, Words, ids};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::groups::{self, Group, get_group, referenced, require_to_change};
use crate::features::objects;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section};
use crate::web::locale::Locale;

fn words(l: &Locale, count: usize, done: usize) -> Words {
    Words {
        title: l.a("groups-many-remove", &[("count", count)]),
        effect: l.t("groups-many-remove-effect"),
        button: l.t("groups-remove"),
        done: l.a("groups-many-removed", &[("count", done)]),
        danger: false,
    }
}

fn id_of(text: &str) -> Result<ObjectId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

/// Those of the ids that are members.
async fn ticked(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (group, fields): (ObjectId, &Fields),
) -> Result<(Group, Vec<Ticked>), Error> {
    let group = get_group(scope, actor, group).await?;
    let shows_names = actor.may(Permission::ReadDirectory);
    let mut found = Vec::new();
    for id in ids(fields) {
        if objects::is_linked(scope, group.id, Relation::Member, id).await? {
            let (name, detail) = match referenced(scope, id).await? {
                Some(found) => (found.name, found.sign_in_name.filter(|_| shows_names).unwrap_or_default()),
                None => Default::default(),
            };
            found.push(Ticked::new(id, name, detail));
        }
    }
    Ok((group, found))
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Groups);
    let (actor, id) = (&signed_in.actor, id_of(&id)?);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let (group, ticked) = ticked(&mut tenant, actor, (id, &fields)).await?;
    require_to_change(&mut tenant, actor, &group).await?;
    let list = List::at(format!("/groups/{id}"), group.display_name);
    let words = words(&page.l, ticked.len(), 0);
    Ok(Ask { list, words, action: "remove", ticked, choice: None, page }.answer())
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Groups);
    let (actor, id, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let (group, ticked) = ticked(&mut tenant, actor, (id, &fields)).await?;
    drop(scope);
    let mut results = Results::default();
    for each in ticked {
        let done = transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            groups::remove(&mut tenant, actor, id, Relation::Member, each.id, &moment).await
        });
        results.note(&page.l, each, done)?;
    }
    let title = words(&page.l, 0, results.done()).done;
    let list = List::at(format!("/groups/{id}"), group.display_name);
    Ok(results.answer(page, list, title))
}
