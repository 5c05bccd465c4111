//! The endpoints of a tenant's provider, and its pages.

mod answer;
mod authorize;
mod choose;
mod consent;
mod device;
mod discovery;
mod introspect;
mod logo;
mod logout;
mod par;
mod register;
mod request;
mod token;
mod userinfo;

use axum::Router;
use axum::routing::{get, options, post};

pub use answer::told_to_programs;

use crate::app::App;

/// Where documents are, behind the tenant.
const METADATA: &str = "/v2.0/.well-known/openid-configuration";
const KEYS: &str = "/discovery/v2.0/keys";

/// What programs ask all the time. No page shows anything of it, so it needs none of what pages need.
pub fn for_programs() -> Router<App> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/token", post(token::send))
        .route("/{tenant}/oauth2/v2.0/introspect", post(introspect::introspect))
}

/// Is this one of their addresses, in the usual spelling?
#[must_use]
pub fn is_for_programs(path: &str) -> bool {
    let endpoints = ["/oauth2/v2.0/token", "/oauth2/v2.0/introspect"];
    let tenant = endpoints.iter().find_map(|endpoint| path.strip_prefix('/')?.strip_suffix(endpoint));
    tenant.is_some_and(|tenant| !tenant.is_empty() && !tenant.contains('/'))
}

/// Everything under `/<tenant>/`, where a tenant's id or one of its verified domain names stands; `organizations` and `common`
/// leave it to the person who signs in. Beside it the page on which people let devices in.
pub fn routes() -> Router<App> {
    Router::new()
        .route(&format!("/{{tenant}}{METADATA}"), get(discovery::metadata))
        .route(&format!("/{{tenant}}{KEYS}"), get(discovery::keys))
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::show).post(authorize::send))
        .route("/{tenant}/oauth2/v2.0/consent", post(consent::send))
        .route("/{tenant}/logo/{client}", get(logo::show))
        .merge(for_programs())
        .route("/{tenant}/oauth2/v2.0/token", options(answer::preflight))
        .route("/{tenant}/oauth2/v2.0/devicecode", post(device::start).options(answer::preflight))
        .route("/device", get(device::show).post(device::find))
        .route("/device/answer", post(device::send))
        .route("/{tenant}/oauth2/v2.0/revoke", post(introspect::revoke).options(answer::preflight))
        .route("/{tenant}/oauth2/v2.0/logout", get(logout::show).post(logout::pass_on))
        .route("/{tenant}/oauth2/v2.0/sign-out", post(logout::send))
        .route("/{tenant}/oauth2/v2.0/par", post(par::send).options(answer::preflight))
        .merge(register::routes())
        .route(
            "/{tenant}/openid/userinfo",
            get(userinfo::show).post(userinfo::show).options(answer::preflight),
        )
}
