//! A file per use case.

pub mod add;
pub mod look;
pub mod observe;
pub mod primary;
pub mod remove;
pub mod verify;
