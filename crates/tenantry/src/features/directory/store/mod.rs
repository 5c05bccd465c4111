//! The tables `users`, `user_word` and `role_assignment`.

mod people;
mod words;

pub(super) use people::*;
pub(super) use words::*;
