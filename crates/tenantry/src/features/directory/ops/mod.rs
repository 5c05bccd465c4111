//! A file per use case.

pub mod create;
pub mod delete;
pub mod directory_user;
pub mod enable;
pub mod entered;
pub mod export;
pub mod factors;
mod guard;
pub mod list;
pub mod lookup;
pub mod manager;
pub mod password;
pub mod photo;
pub mod rehome;
pub mod room;
pub mod sessions;
pub mod token;
pub mod update;
