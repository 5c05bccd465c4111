//! Applications: deleted and restored. Each asks for itself who may.

use axum::extract::State;
use axum::response::Response;
use model::ids::ObjectId;
use model::objects::ObjectKind;
use model::roles::Permission;

use super::page::{Ask, List, Results, Ticked, Words, ids};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::{applications, objects};
use crate::transaction;
use crate::web::denied::denied;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section};
use crate::web::locale::Locale;

/// Whether the act of the address restores, rather than deletes.
fn restores(fields: &Fields) -> Result<bool, Error> {
    match fields.value("action") {
        "restore" => Ok(true),
        "delete" => Ok(false),
        _ => Err(Error::not_found()),
    }
}

fn words(l: &Locale, restores: bool, count: usize, done: usize) -> Words {
    if restores {
        Words {
            title: l.a("applications-many-restore", &[("count", count)]),
            effect: l.t("applications-many-restore-effect"),
            button: l.t("applications-restore"),
            done: l.a("applications-many-restored", &[("count", done)]),
            danger: false,
        }
    } else {
        Words {
            title: l.a("applications-many-delete", &[("count", count)]),
            effect: l.t("applications-many-delete-effect"),
            button: l.t("applications-delete"),
            done: l.a("applications-many-deleted", &[("count", done)]),
            danger: true,
        }
    }
}

/// Those of the ids that are there, deleted or not as the act needs them.
async fn ticked(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (restores, fields): (bool, &Fields),
) -> Result<Vec<Ticked>, Error> {
    actor.require(Permission::ReadDirectory)?;
    let mut found = Vec::new();
    for id in ids(fields) {
        let Some(brief) = objects::brief(scope, ObjectId(id)).await? else { continue };
        if brief.kind == ObjectKind::Application && brief.is_deleted == restores {
            found.push(Ticked { id, name: brief.display_name, detail: String::new() });
        }
    }
    Ok(found)
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Applications);
    let (actor, restores) = (&signed_in.actor, restores(&fields)?);
    if !actor.may(Permission::ReadDirectory) {
        return Ok(denied(page, Permission::ReadDirectory));
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let ticked = ticked(&mut tenant, actor, (restores, &fields)).await?;
    let (words, list) = (words(&page.l, restores, ticked.len(), 0), List::of(&page.l, Section::Applications));
    let action = if restores { "restore" } else { "delete" };
    Ok(Ask { list, words, action, ticked, choice: None, page }.answer())
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Applications);
    let (actor, restores, moment) = (&signed_in.actor, restores(&fields)?, app.moment());
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let ticked = ticked(&mut tenant, actor, (restores, &fields)).await?;
    drop(scope);
    let mut results = Results::default();
    for each in ticked {
        let id = ObjectId(each.id);
        let done = transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            if restores {
                applications::restore(&mut tenant, actor, id, &moment).await
            } else {
                applications::delete(&mut tenant, actor, id, &moment).await
            }
        });
        results.note(&page.l, each, done)?;
    }
    let title = words(&page.l, restores, 0, results.done()).done;
    let list = List::of(&page.l, Section::Applications);
    Ok(results.answer(page, list, title))
}
