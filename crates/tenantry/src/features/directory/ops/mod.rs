//! A file per use case.

pub mod create;
pub mod lookup;
