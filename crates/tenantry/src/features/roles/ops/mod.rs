//! A file per use case.

pub mod assign;
pub mod define;
pub mod guard;
pub mod held;
pub mod read;
pub mod types;
pub mod who;
