//! `tenantry prove isolation`, run on every route, and shown to fail where one leaks.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use http::StatusCode;
use tenantry::prove::{self, Report};
use tenantry::routes;

use crate::support::TestApp;
use crate::support::database::Engine;

/// Routes that answer 200 for nothing that the two companies have: no card was added, nobody signed in, was invited or was granted an
/// application, no import was started, no domain name went or is verified with another, no sign-up is under way, the id
/// isn't a UUID but a picture's size, a built-in role can't be changed, or the address needs a query.
const NOT_REACHED: [&str; 35] = [
    // They want a client, or its token, beside the tenant.
    "/{tenant}/oauth2/v2.0/authorize",
    "/{tenant}/openid/userinfo",
    "/access-requests/{id}",
    "/activity/sign-ins/{id}",
    "/applications/{id}/api-permissions/remove",
    "/applications/{id}/assignments/remove",
    "/applications/{id}/certificates/remove",
    "/applications/{id}/owners/remove",
    "/applications/{id}/secrets/remove",
    "/billing/agreements/{id}",
    "/billing/cards/new/{setup}",
    "/billing/cards/{id}/remove",
    "/domains/{name}/departure",
    // They want a provider that was tried, or is in force, and a browser on its way back.
    "/domains/{name}/identity-provider/enforce",
    "/domains/{name}/identity-provider/switch-off",
    "/sign-in/provider/{name}/answer",
    "/invitation/{token}",
    "/people/imports/{id}/passwords",
    // Applications of one's own alone.
    "/my-applications/{id}/logo",
    "/people/{id}/roles/remove",
    "/roles/{id}/delete",
    "/roles/{id}/edit",
    "/roles/{id}/remove",
    "/sandbox/setups/{id}",
    "/v1.0/auditLogs/signIns/{id}",
    "/v1.0/domains/{name}/rootDomain",
    "/v1.0/me/memberOf/{other}",
    "/v1.0/me/memberOf/{other}/$count",
    "/v1.0/me/ownedObjects/{other}/$count",
    "/v1.0/me/photos/{size}",
    "/v1.0/me/photos/{size}/$value",
    "/v1.0/me/transitiveMemberOf/{other}",
    "/v1.0/me/transitiveMemberOf/{other}/$count",
    "/v1.0/oauth2PermissionGrants/{id}",
    "/v1.0/roleManagement/directory/roleAssignments/{id}",
];

async fn report(add: fn(Router) -> Router, only: Option<&str>) -> Report {
    let t = TestApp::start(Engine::Sqlite, &[crate::input::unlimited]).await;
    let (whole, inside) = routes::both(t.app.clone());
    let report = prove::isolation(&t.app, &add(whole), &add(inside), only).await.unwrap();
    t.finish().await;
    report
}

#[tokio::test]
async fn no_route_tells_of_another_tenant() {
    let report = report(|router| router, None).await;
    let faults: Vec<_> = report.lines.iter().filter(|line| !line.faults.is_empty()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    for route in crate::input::routes::routes() {
        let is_listed = report.lines.iter().any(|line| line.path == route.path);
        assert!(
            is_listed
                || route.path.starts_with("/dev")
                || OUTSIDE.iter().any(|outside| route.path.starts_with(outside)),
            "{}",
            route.path
        );
    }
    let unreached: Vec<_> = report
        .lines
        .iter()
        .filter(|line| line.path.matches('{').count() == 1)
        .filter(|line| line.own.is_some_and(|own| own != 200) && !NOT_REACHED.contains(&&*line.path))
        .map(|line| &line.path)
        .collect();
    assert!(unreached.is_empty(), "an own id reaches none of {unreached:#?}");
}

/// What stands before the features: files and signs of life.
const OUTSIDE: [&str; 5] = ["/healthz", "/readyz", "/assets", "/brand", "/favicon.ico"];

#[tokio::test]
async fn a_route_that_leaks_is_found() {
    // Ids of the companies are younger than the unknown one.
    async fn leak(Path(id): Path<String>) -> StatusCode {
        if id.as_str() > "0195" { StatusCode::OK } else { StatusCode::NOT_FOUND }
    }
    let report = report(|router| router.route("/v1.0/leak/{id}", get(leak)), Some("/v1.0/leak")).await;
    let failed: Vec<_> =
        report.lines.iter().filter(|line| !line.faults.is_empty()).map(|line| &line.path).collect();
    assert_eq!(failed, ["/v1.0/leak/{id}"]);
}
