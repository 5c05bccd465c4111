//! The same act on several objects of a list: people, groups, applications.
//!
//! The list's ticks lead to a page that names what will happen to whom; its button does it, to each for itself: what one
//! is refused doesn't stop the others, and the answer tells each one's result.

mod choice;
mod members;
mod objects;
mod page;
mod people;

use axum::Router;
use axum::routing::get;

use objects::Kind;

use crate::app::App;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/people/selected", get(people::show).post(people::send))
        .route("/groups/selected", objects::page_of(Kind::Groups))
        .route("/groups/{id}/selected", get(members::show).post(members::send))
        .route("/applications/selected", objects::page_of(Kind::Applications))
}
