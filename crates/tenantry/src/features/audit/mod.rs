//! The logs of a tenant: what was done and who signed in. Append-only, written in the transaction of what they tell of,
//! read and exported by those who may.

mod export;
mod ops;
mod store;
mod web;

pub use export::{Exported, Format, Wanted, export};
pub use ops::read::{Exactly, Filter, Log, by_day, count, forget, get, latest, latest_about, list};
pub use ops::record::{Event, Other, record};
pub use ops::sign_ins::{SignInFilter, count_sign_ins, get_sign_in, list_sign_ins, record_sign_in};
pub use store::Entry;
pub use store::sign_ins::SignIn;
pub use web::{Told, routes, told};
