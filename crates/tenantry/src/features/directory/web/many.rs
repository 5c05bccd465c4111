//! Disabling or deleting the ticked people. Each is done for itself: what one is refused doesn't stop the others.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use model::ids::UserId;
use model::roles::Permission;

use super::change::{Change, make};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::directory::ops::list::PAGE;
use crate::features::directory::ops::lookup::get;
use crate::web::denied::denied;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, Section, render};
use crate::web::locale::Told;

#[derive(Template)]
#[template(path = "people/many.html")]
struct ManyPage {
    page: Page,
    deletes: bool,
    /// Id, name and sign-in name.
    people: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "people/many-done.html")]
struct DonePage {
    page: Page,
    deletes: bool,
    done: usize,
    refused: Vec<(String, String, Vec<Told>)>,
}

fn asked(fields: &Fields) -> Result<(Change, Vec<UserId>), Error> {
    let action = match fields.value("action") {
        "disable" => Change::Disable,
        "delete" => Change::Delete,
        _ => return Err(Error::not_found()),
    };
    // As many as a page has; a longer list wasn't made by the page.
    Ok((action, fields.all("id").filter_map(|id| id.parse().ok()).take(PAGE).collect()))
}

fn delete_form(ids: &[UserId]) -> String {
    let ids: String = ids.iter().map(|id| format!("&id={id}")).collect();
    format!("/people/selected?action=delete{ids}")
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    let actor = &signed_in.actor;
    if !actor.may(Permission::ManageUsers) {
        return Ok(denied(page, Permission::ManageUsers));
    }
    let (action, ids) = asked(&fields)?;
    if action == Change::Delete
        && let Some(elsewhere) = stale(&signed_in, &delete_form(&ids), &app.moment())
    {
        return Ok(elsewhere);
    }
    let people = names(&app, actor, &ids).await?;
    let people = people.into_iter().map(|(id, shown, name)| (id.to_string(), shown, name)).collect();
    let view = ManyPage { page, deletes: action == Change::Delete, people };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    let actor = &signed_in.actor;
    actor.require(Permission::ManageUsers)?;
    let (action, ids) = asked(&fields)?;
    if action == Change::Delete
        && let Some(elsewhere) = stale(&signed_in, &delete_form(&ids), &app.moment())
    {
        return Ok(elsewhere);
    }
    let (mut done, mut refused) = (0, Vec::new());
    for (user, shown, name) in names(&app, actor, &ids).await? {
        match make(&app, actor, action, user).await.map_err(Error::into_refusals) {
            Ok(()) => done += 1,
            Err(refusals) => {
                let told = refusals?.iter().map(|refusal| page.l.refusal(refusal)).collect();
                refused.push((shown, name, told));
            }
        }
    }
    let view = DonePage { page, deletes: action == Change::Delete, done, refused };
    Ok(render(&view, StatusCode::OK))
}

/// Those of the ids who are there, in the order given.
async fn names(app: &App, actor: &Actor, ids: &[UserId]) -> Result<Vec<(UserId, String, String)>, Error> {
    let now = app.moment().now;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        match get(&mut tenant, actor, *id, now).await.map_err(Error::into_refusals) {
            Ok(detail) if detail.person.deleted_at.is_none() => {
                let name = detail.person.sign_in_name();
                found.push((*id, detail.person.display_name, name));
            }
            Ok(_) => {}
            Err(refusals) => drop(refusals?),
        }
    }
    Ok(found)
}
