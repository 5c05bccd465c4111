//! Eligibility for programs: `POST /v1.0/check/{email,organization,address,password,transliterate}`.
//!
//! A question is one JSON object, as on a line of `tenantry check`; so is the answer. Addresses are judged as this
//! deployment's sign-up judges them. Nothing is stored, and no answer tells whether an account exists.

mod api;
mod described;

pub use api::routes;
pub use described::described;
