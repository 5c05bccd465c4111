//! `/roles`: the list, one role with who holds it, and a page for each change; `/account/access`: what oneself may do.

use axum::Router;

use super::RoleDefinition;
use crate::app::App;
use crate::web::locale::Locale;

pub fn routes() -> Router<App> {
    Router::new()
}

/// Roles as value, name and what each does, for a form.
#[must_use]
pub fn choices(l: &Locale, roles: &[RoleDefinition]) -> Vec<(String, String, String)> {
    roles.iter().map(|role| (role.id.to_string(), role.name.shown(l), role.does(l))).collect()
}
