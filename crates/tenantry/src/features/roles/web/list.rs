//! Every role, with what it allows and how many hold it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use model::roles::Permission;

use super::on;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::roles::ops::read::{HolderCounts, holder_counts, list_roles};
use crate::features::roles::ops::types::RoleDefinition;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;
use crate::web::roles::allowed;

#[derive(Template)]
#[template(path = "roles/list.html")]
struct ListPage {
    page: Page,
    own: Vec<Row>,
    built_in: Vec<Row>,
    may_create: bool,
}

struct Row {
    id: String,
    name: String,
    does: String,
    enabled: bool,
    allows: String,
    holders: i64,
}

impl Row {
    fn new(l: &Locale, role: &RoleDefinition, counts: &HolderCounts) -> Self {
        Self {
            id: role.id.to_string(),
            name: role.name.shown(l),
            does: role.does(l),
            enabled: role.is_enabled,
            allows: allowed(l, role.permissions).join(" · "),
            holders: counts.of(role.id),
        }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = on(&signed_in, page);
    let actor = &signed_in.actor;
    actor.require(Permission::ReadDirectory)?;
    if fields.value("done") == "deleted" {
        let word = page.l.t("roles-done-deleted");
        page = page.with_toast(word);
    }
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let counts = holder_counts(&mut tenant, actor).await?;
    let roles = list_roles(&mut tenant).await?;
    let rows = |built_in: bool| {
        let wanted = roles.iter().filter(|role| role.is_built_in() == built_in);
        wanted.map(|role| Row::new(&page.l, role, &counts)).collect()
    };
    let view = ListPage {
        own: rows(false),
        built_in: rows(true),
        may_create: actor.may(Permission::ManageRoles),
        page,
    };
    Ok(render(&view, StatusCode::OK))
}
