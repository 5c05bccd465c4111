//! A file per use case.

pub mod create;
pub mod delete;
pub mod guard;
pub mod links;
pub mod read;
pub mod rehome;
mod rule;
pub mod unique;
pub mod update;
