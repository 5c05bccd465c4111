//! Pages for those who work on Tenantry: every piece of the pages once, with sample data.
//!
//! `/dev/pieces` is served only where the configuration says development. Its samples double as the test that
//! renders every shared template.

mod web;

pub use web::routes;
