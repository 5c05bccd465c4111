//! For what watches the service: `/healthz` says that it runs, `/readyz` that it can work.

use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde::Serialize;

use crate::app::App;

/// A database that answers later than this counts as away.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// Both pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(async || Json(Health { status: "running" })))
        .route("/readyz", get(ready))
}

async fn ready(State(app): State<App>) -> (StatusCode, Json<Health>) {
    match tokio::time::timeout(PATIENCE, app.db.answers()).await {
        Ok(Ok(())) => (StatusCode::OK, Json(Health { status: "ready" })),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, Json(Health { status: "database unavailable" }))
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, Json(Health { status: "database too slow" })),
    }
}
