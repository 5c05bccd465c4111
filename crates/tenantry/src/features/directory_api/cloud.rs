//! What Azure's clients ask of a cloud before they use it: where its endpoints are, which tenants a person is in, and which
//! subscriptions they have. There are no subscriptions here, and a token is of one tenant.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Error;
use crate::features::{domains, tenants};
use crate::graph::Caller;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/metadata/endpoints", get(endpoints))
        .route("/subscriptions", get(subscriptions))
        .route("/tenants", get(own_tenant))
}

/// The cloud in the words of Azure Resource Manager's metadata. All of it is this deployment, by its configured address.
async fn endpoints(State(app): State<App>) -> Json<Value> {
    let (base, root) = (app.link(""), app.link("/"));
    Json(json!({
        "name": app.config.product.name,
        "authentication": {
            "audiences": [root],
            "identityProvider": "AAD",
            "loginEndpoint": base,
            "tenant": "organizations",
        },
        "graph": root,
        "graphAudience": root,
        "microsoftGraphResourceId": root,
        "portal": base,
        "resourceManager": root,
        "suffixes": {},
    }))
}

async fn subscriptions(Caller(_): Caller) -> Json<Value> {
    Json(json!({ "value": [], "count": { "type": "Total", "value": 0 } }))
}

async fn own_tenant(State(app): State<App>, Caller(actor): Caller) -> Result<Json<Value>, Error> {
    let mut scope = app.db.read().await?;
    let found = tenants::find(&mut scope, actor.tenant()).await?.ok_or_else(Error::not_found)?;
    let mut inside = scope.tenant(actor.grant()).await?;
    let primary = domains::primary(&mut inside).await?;
    Ok(Json(json!({ "value": [{
        "id": format!("/tenants/{}", found.id),
        "countryCode": found.country,
        "defaultDomain": primary,
        "displayName": found.display_name,
        "tenantCategory": "Home",
        "tenantId": found.id,
        "tenantType": "AAD",
    }] })))
}
