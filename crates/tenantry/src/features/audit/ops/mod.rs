//! Writing the log and reading it.

pub mod read;
pub mod record;
