//! The tables `users`, `user_word` and `role_assignment`, and which domain names are verified.

mod lists;
mod people;
mod words;

pub(super) use lists::*;
pub(super) use people::*;
pub(super) use words::*;
