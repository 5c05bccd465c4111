//! The endpoints of a tenant's provider, and its pages.

mod answer;
mod authorize;
mod consent;
mod device;
mod discovery;
mod introspect;
mod logout;
mod par;
mod register;
mod request;
mod token;
mod userinfo;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// Where documents are, behind the tenant.
const METADATA: &str = "/v2.0/.well-known/openid-configuration";
const KEYS: &str = "/discovery/v2.0/keys";

/// Everything under `/<tenant>/`, where a tenant's id or one of its verified domain names stands; `organizations` and `common`
/// leave it to the person who signs in. Beside it the page on which people let devices in.
pub fn routes() -> Router<App> {
    Router::new()
        .route(&format!("/{{tenant}}{METADATA}"), get(discovery::metadata))
        .route(&format!("/{{tenant}}{KEYS}"), get(discovery::keys))
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::show).post(authorize::send))
        .route("/{tenant}/oauth2/v2.0/consent", post(consent::send))
        .route("/{tenant}/oauth2/v2.0/token", post(token::send).options(answer::preflight))
        .route("/{tenant}/oauth2/v2.0/devicecode", post(device::start).options(answer::preflight))
        .route("/device", get(device::show).post(device::find))
        .route("/device/answer", post(device::send))
        .route("/{tenant}/oauth2/v2.0/introspect", post(introspect::introspect))
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
