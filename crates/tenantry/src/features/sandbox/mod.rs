//! The form of the sandbox payment provider: it stands where a real provider's own page would, so that a card number
//! goes from the browser to the provider and never through sign-up or billing.

mod web;

pub use web::routes;
