//! What can be done with an import, in the order of its life.

pub mod checked;
pub mod draft;
pub mod passwords;
pub mod read;
pub mod results;
pub mod run;
pub mod start;
