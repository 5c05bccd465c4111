//! The own photo.

use axum::extract::{Request, State};
use axum::response::Response;
use http::HeaderMap;

use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::account::ops::own_id;
use crate::features::directory::photo_pages::Place;
use crate::web::forms::Fields;
use crate::web::layout::Page;

pub async fn show(State(app): State<App>, who: SignedIn, page: Page) -> Result<Response, Error> {
    Place::own(own_id(&who)?).form(&app, &who, page, Fields::new()).await
}

pub async fn send(
    State(app): State<App>,
    who: SignedIn,
    page: Page,
    request: Request,
) -> Result<Response, Error> {
    Place::own(own_id(&who)?).take(&app, &who, page, request).await
}

pub async fn remove(State(app): State<App>, who: SignedIn) -> Result<Response, Error> {
    Place::own(own_id(&who)?).remove(&app, &who).await
}

pub async fn picture(State(app): State<App>, who: SignedIn, headers: HeaderMap) -> Result<Response, Error> {
    Place::own(own_id(&who)?).picture(&app, &who, &headers).await
}
