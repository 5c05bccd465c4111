//! Writing the logs and reading them.

pub mod read;
pub mod record;
pub mod sign_ins;
