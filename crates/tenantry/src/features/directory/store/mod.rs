//! The tables `users`, `directory_index` and `role_assignment`, and which domain names are verified.

mod lists;
mod people;
pub mod rehome;
mod users;

pub(super) use lists::*;
pub use lists::{of_domain, reports_of, the_manager_of, with_role};
pub(super) use people::*;
pub(super) use users::*;
