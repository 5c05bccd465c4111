//! All names of the tenant.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use model::ids::TenantId;
use model::refusal::Code;
use model::roles::Permission;

use super::{Done, readable};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::domains::{Listed, Names, list};
use crate::web::layout::{Page, Section, render};

/// What keys the seal of a link to the next page.
const CURSOR: &str = "domains page";

#[derive(serde::Deserialize)]
pub struct From {
    after: Option<String>,
    seal: Option<String>,
}

#[derive(Template)]
#[template(path = "domains/list.html")]
struct ListPage {
    page: Page,
    names: Vec<Listed>,
    count: i64,
    advised: Option<String>,
    next: String,
    may_manage: bool,
}

impl ListPage {
    fn readable(&self, name: &str) -> String {
        readable(name)
    }
}

pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Query(from): Query<From>,
    Query(done): Query<Done>,
) -> Result<Response, Error> {
    let tenant = signed_in.actor.tenant();
    let after = from.after.unwrap_or_default();
    let seal = URL_SAFE_NO_PAD.decode(from.seal.unwrap_or_default()).unwrap_or_default();
    if !after.is_empty() && !app.keys.matches(CURSOR, tenant.0.as_bytes(), &after, &seal) {
        return Err(Code::PageLinkInvalid.into());
    }
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(signed_in.actor.grant()).await?;
    let Names { listed, count, more, advised } = list(&mut scope, &signed_in.actor, &after).await?;
    let mut page = signed_in.on(page).in_section(Section::Domains);
    page.toast = done.text(&page.l);
    let next = more.map(|last| link(&app, tenant, &last)).unwrap_or_default();
    let may_manage = signed_in.actor.may(Permission::ManageDomains);
    Ok(render(&ListPage { page, names: listed, count, advised, next, may_manage }, StatusCode::OK))
}

fn link(app: &App, tenant: TenantId, after: &str) -> String {
    let seal = URL_SAFE_NO_PAD.encode(app.keys.hash(CURSOR, tenant.0.as_bytes(), after));
    format!("/domains?after={after}&seal={seal}")
}
