//! The page in place of one that the person's roles don't allow: why, and which roles would.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use model::roles::{Permission, Role};

use super::layout::{Page, render};
use super::roles;

#[derive(Template)]
#[template(path = "denied.html")]
struct DeniedPage {
    page: Page,
    roles: Vec<(String, String)>,
}

/// Tells which roles allow it.
#[must_use]
pub fn denied(page: Page, permission: Permission) -> Response {
    let roles =
        Role::that_allow(permission).map(|role| (roles::name(&page.l, role), roles::does(&page.l, role)));
    render(&DeniedPage { roles: roles.collect(), page }, StatusCode::FORBIDDEN)
}
