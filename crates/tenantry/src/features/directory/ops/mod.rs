//! A file per use case.

pub mod create;
pub mod delete;
pub mod enable;
mod guard;
pub mod list;
pub mod lookup;
pub mod password;
pub mod roles;
pub mod sessions;
pub mod update;
