//! The map: every feature's routes, and the layers that all requests pass.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::from_fn_with_state;
use http::{Method, StatusCode};
use tower::util::MapRequest;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features;
use crate::features::directory_api::batch;
use crate::graph::{address, metadata};
use crate::jobs::Registry;
use crate::web::{assets, brand, failure, health, kept, layout, security, theme};

/// Every feature; the only list of them.
fn features(app: &App) -> Router<App> {
    let mut router = Router::new()
        .merge(theme::routes())
        .merge(features::eligibility::routes())
        .merge(features::signup::routes())
        .merge(features::signin::routes())
        .merge(features::domains::routes())
        .merge(features::federation::routes())
        .merge(features::audit::routes())
        .merge(features::directory::routes())
        .merge(features::imports::routes())
        .merge(features::bulk::routes())
        .merge(features::roles::routes())
        .merge(features::tenants::routes())
        .merge(features::groups::routes())
        .merge(features::applications::routes())
        .merge(features::webhooks::routes())
        .merge(features::directory_api::routes())
        .merge(features::api_document::routes())
        .merge(features::account::routes())
        .merge(features::reset::routes())
        .merge(features::access_requests::routes())
        .merge(features::overview::routes())
        .merge(features::openid::routes());
    if app.config.server.is_local() {
        router = router.merge(features::dev::routes(app));
    }
    router
        .merge(features::agreements::routes())
        .merge(features::billing::routes())
        .merge(features::sandbox::routes())
}

/// Every kind of job.
#[must_use]
pub fn jobs() -> Registry {
    Registry::default()
        .with::<crate::mail::SendMail>()
        .with::<features::reset::SendResetCode>()
        .with::<features::signin::RecordRefusal>()
        .with::<features::signup::ExpireSignUps>()
        .with::<features::directory::PurgeUser>()
        .with::<features::directory::FindUnindexed>()
        .with::<features::directory::IndexTenants>()
        .with::<features::imports::RunImport>()
        .with::<features::imports::ForgetPasswords>()
        .with::<features::imports::ForgetImport>()
        .with::<features::retention::ForgetLogs>()
        .with::<features::retention::ForgetLogsOfTenants>()
        .with::<features::objects::ForgetChanges>()
        .with::<features::objects::ForgetChangesOfTenants>()
        .with::<features::applications::AddOwnApi>()
        .with::<features::applications::AddOwnApiToTenants>()
        .with::<features::applications::PurgeApplications>()
        .with::<features::applications::ForgetExtension>()
        .with::<features::groups::PurgeGroup>()
        .with::<features::membership::EvaluateRule>()
        .with::<features::membership::EvaluatePerson>()
        .with::<features::membership::EvaluateDaily>()
        .with::<features::membership::EvaluateTenants>()
        .with::<features::domains::LookAfterNames>()
        .with::<features::domains::ProveDueNames>()
        .with::<features::domains::DecideDueCases>()
        .with::<features::domains::TellTenant>()
        .with::<features::domains::RemoveByForce>()
        .with::<features::domains::FollowDeparture>()
        .with::<features::domains::EndEpoch>()
        .with::<features::webhooks::FollowChanges>()
        .with::<features::webhooks::SendWebhooks>()
        .with::<features::billing::ForgetSetUp>()
        .with::<features::openid::LookAfterKeys>()
        .with::<features::openid::TellSessionEnded>()
        .with::<features::openid::TellApplication>()
        .with::<features::openid::FetchLogo>()
        .with::<features::access_requests::ExpireAccessRequest>()
}

/// The whole service.
pub fn router(app: App) -> Router {
    both(app).0
}

/// The whole service, and the part of it whose routes are the features'. Layers run from the last to the first.
pub fn both(app: App) -> (Router, Router) {
    let features = features(&app)
        // Who is signed in reads of what isn't there as of anything else, in the frame of their tenant.
        .fallback(async |_: Option<SignedIn>| Error::not_found())
        .method_not_allowed_fallback(async |_: Option<SignedIn>| StatusCode::METHOD_NOT_ALLOWED)
        .layer(from_fn_with_state(app.clone(), metadata::told))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(app.clone(), security::guard))
        .layer(from_fn_with_state(app.clone(), failure::tell))
        .layer(from_fn_with_state(app.page_source(), layout::put_page))
        .with_state(app.clone());
    let inside = Router::new().fallback_service(MapRequest::new(features.clone(), in_usual_spelling));
    let whole = batch::routes(&app, &inside)
        .merge(assets::routes())
        .merge(brand::routes(&app.config.product.accent))
        .merge(health::routes())
        .with_state(app.clone())
        .fallback_service(inside)
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), security::headers))
        .layer(DefaultBodyLimit::max(app.config.server.body_limit));
    let programs = programs(&app);
    let within = move |request: &Request| match is_of_a_program(request) {
        true => programs.clone(),
        false => whole.clone(),
    };
    (kept::before(&app, within), features)
}

fn is_of_a_program(request: &Request) -> bool {
    *request.method() != Method::OPTIONS && features::openid::is_for_programs(request.uri().path())
}

/// What programs ask all the time, without what only pages need: language, colours, compression.
fn programs(app: &App) -> Router {
    features::openid::for_programs()
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(app.clone(), security::bounded))
        .layer(from_fn_with_state(app.clone(), features::openid::told_to_programs))
        .layer(from_fn_with_state(app.clone(), security::headers))
        .layer(DefaultBodyLimit::max(app.config.server.body_limit))
        .with_state(app.clone())
}

fn in_usual_spelling(mut request: Request) -> Request {
    if let Some((usual, named)) = address::usual(request.uri()) {
        *request.uri_mut() = usual;
        if let Some(named) = named {
            request.extensions_mut().insert(named);
        }
    }
    request
}
