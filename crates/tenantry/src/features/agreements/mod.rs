//! Agreements: versioned texts by country and language, and the receipts of those who accepted them.
//!
//! Texts are data (`agreements/<name>/<date>/<language>.txt`); the operator may put their own in place of the built-in
//! ones. What somebody accepts is the exact text they saw: its hash names it, the text is kept under that hash, and the
//! receipt that is mailed holds both.

mod library;
mod ops;
mod store;
mod text;
mod web;

pub use library::{Library, LibraryError};
pub use ops::{Acceptance, accept, current, receipt, receipts};
pub use store::Receipt;
pub use text::{Agreement, Section};
pub use web::{routes, signature};
