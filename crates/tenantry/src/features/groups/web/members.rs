//! Adding members and owners, chosen from a search, and taking them away.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::objects::{ObjectKind, Relation};
use model::refusal::Code;
use model::roles::Permission;
use protocol::odata::Search;
use uuid::Uuid;

use super::{done, id_of};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, ListQuery};
use crate::features::groups::{self, GROUPS, Group, get_group, list_groups, require_to_change};
use crate::features::objects;
use crate::graph::filter::Condition;
use crate::graph::query::ObjectQuery;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::locale::Told;

/// Groups that a search shows beside people.
const GROUPS_SHOWN: usize = 10;

#[derive(Template)]
#[template(path = "groups/add.html")]
struct AddPage {
    page: Page,
    id: String,
    name: String,
    owners: bool,
    search: String,
    fields: Fields,
    /// Id, name, and what else tells them apart. `None` for an owner who may not look around.
    choices: Option<Vec<(String, String, String)>>,
    refused: Vec<Told>,
}

fn relation(fields: &Fields) -> Relation {
    if fields.value("relation") == "owner" { Relation::Owner } else { Relation::Member }
}

async fn choices(
    page: &Page,
    scope: &mut TenantScope<'_>,
    signed_in: &SignedIn,
    group: &Group,
    (relation, search): (Relation, &str),
) -> Result<Vec<(String, String, String)>, Error> {
    let actor = &signed_in.actor;
    let query = ListQuery { search: search.to_owned(), ..ListQuery::default() };
    let mut found = Vec::new();
    for listed in directory::list(scope, actor, &query).await?.items {
        let person = listed.person;
        found.push((person.id.0, person.display_name.clone(), person.sign_in_name()));
    }
    if relation == Relation::Member && group.properties.takes(ObjectKind::Group, Some(&group.properties)) {
        let mut condition = Condition::default();
        if !search.is_empty() {
            condition.of_search(&GROUPS, &Search::Term { property: None, text: search.to_owned() })?;
        }
        let groups = list_groups(scope, actor, &ObjectQuery::of(condition, GROUPS_SHOWN)).await?;
        let others = groups.items.into_iter().filter(|other| {
            other.id != group.id && group.properties.takes(ObjectKind::Group, Some(&other.properties))
        });
        found.extend(others.map(|other| (other.id.0, other.display_name, page.l.t("groups-member-group"))));
    }
    let mut choices = Vec::new();
    for (id, name, detail) in found {
        if !objects::is_linked(scope, group.id, relation, id).await? {
            choices.push((id.to_string(), name, detail));
        }
    }
    Ok(choices)
}

async fn show_with(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    id: &str,
    fields: &Fields,
    refused: Vec<Told>,
) -> Result<Response, Error> {
    let actor = &signed_in.actor;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let group = get_group(&mut tenant, actor, id_of(id)?).await?;
    require_to_change(&mut tenant, actor, &group).await?;
    let (relation, search) = (relation(fields), fields.sought("search"));
    let choices = if actor.may(Permission::ReadDirectory) {
        Some(choices(&page, &mut tenant, signed_in, &group, (relation, &search)).await?)
    } else {
        None
    };
    let status = if refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = AddPage {
        id: group.id.to_string(),
        owners: relation == Relation::Owner,
        name: group.display_name,
        fields: fields.clone(),
        search,
        choices,
        refused,
        page,
    };
    Ok(render(&view, status))
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Groups);
    show_with(&app, &signed_in, page, &id, &fields, Vec::new()).await
}

fn chosen(fields: &Fields) -> Vec<Uuid> {
    fields.all("id").filter_map(|id| id.parse().ok()).collect()
}

/// Whom somebody means who may not look around.
async fn typed(app: &App, signed_in: &SignedIn, typed: &str) -> Result<Option<Uuid>, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    directory::find_meant(&mut tenant, typed).await
}

pub(super) async fn add(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Groups);
    let (actor, group, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    let (relation, mut chosen) = (relation(&fields), chosen(&fields));
    let principal = fields.value("principal");
    if !principal.trim().is_empty() {
        let Some(meant) = typed(&app, &signed_in, principal).await? else {
            let refused = page.l.refusals(&[Code::PrincipalUnknown.into()]);
            return show_with(&app, &signed_in, page, &id, &fields, refused).await;
        };
        chosen.push(meant);
    }
    if chosen.is_empty() {
        let refused = page.l.refusals(&[Code::NothingTicked.into()]);
        return show_with(&app, &signed_in, page, &id, &fields, refused).await;
    }
    let added = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        for other in &chosen {
            groups::add(&mut tenant, actor, group, relation, *other, &moment).await?;
        }
        Ok(())
    });
    match added {
        Ok(()) => Ok(done(group, "added")),
        Err(error) => {
            let refused = page.l.refusals(&error.into_form_refusals()?);
            show_with(&app, &signed_in, page, &id, &fields, refused).await
        }
    }
}

pub(super) async fn remove(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (actor, group, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    let (relation, chosen) = (relation(&fields), chosen(&fields));
    if chosen.is_empty() {
        return Err(Code::NothingTicked.into());
    }
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        for other in &chosen {
            groups::remove(&mut tenant, actor, group, relation, *other, &moment).await?;
        }
        Ok(())
    })?;
    Ok(done(group, "removed"))
}
