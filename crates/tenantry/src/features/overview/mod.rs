//! `/overview`: the organisation at a glance, what needs attention, and what to do next.

mod ops;
mod web;

pub use ops::{Overview, overview};
pub use web::routes;
