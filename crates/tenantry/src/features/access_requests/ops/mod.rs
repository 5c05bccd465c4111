//! A file per use case.

pub mod decide;
pub mod expire;
pub mod invitation;
pub mod invite;
pub mod list;
pub mod renew;
pub mod request;
pub mod void;
