//! What pages show of the application that asks, and its logo: from an address of ours, for everybody, since nobody is signed in yet.

use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;

use super::authorize::Known;
use crate::app::App;
use crate::error::Error;
use crate::features::applications;
use crate::features::openid::ops::{authorize, client};
use crate::pictures;
use crate::web::going_on::{About, Link};

/// What is shown below the name of a client.
pub fn about(known: &Known) -> About {
    let client = &known.identified.client;
    let info = &client.application.properties.settings.info;
    let link = |address: &Option<String>| address.as_deref().and_then(Link::to);
    About {
        logo: client.has_logo().then(|| format!("/{}/logo/{}", known.named, client.app_id())),
        privacy: link(&info.privacy_statement_url),
        terms: link(&info.terms_of_service_url),
    }
}

pub async fn show(
    State(app): State<App>,
    Path((named, client_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut inside = authorize::enter(&app, &mut scope, &named).await?;
    let client = client::find(&app, &mut inside, &client_id).await?.ok_or_else(Error::not_found)?;
    let logo = applications::logo_for_everybody(&mut inside, client.application.id).await?;
    let etag = pictures::etag(&logo.image);
    Ok(pictures::shown_to_everybody(&headers, &logo.content_type, &etag, logo.image))
}
