//! A file per use case.

pub mod members;
pub mod read;
pub mod write;
