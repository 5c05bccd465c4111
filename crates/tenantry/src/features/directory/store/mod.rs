//! The tables `users`, `directory_index` and `role_assignment`, and which domain names are verified.

mod lists;
mod people;
mod users;

pub(super) use lists::*;
pub(super) use people::*;
pub(super) use users::*;
