//! The tables `users`, `user_photo` and `directory_index`, and which domain names are verified.

mod lists;
mod people;
mod photos;
pub mod rehome;
mod users;

pub(super) use lists::*;
pub use lists::{of_domain, reports_of, the_manager_of};
pub(super) use people::*;
pub(super) use photos::*;
pub(super) use users::*;
