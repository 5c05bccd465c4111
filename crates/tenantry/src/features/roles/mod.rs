//! Roles: the built-in ones and those that a tenant makes, who holds which, and what that comes to.
//!
//! People, groups that may hold roles, and service principals hold roles; whoever is in such a group has what it holds.
//! Nobody gives or takes away more than they may themselves, by whatever way (SPEC §3.10): features that give rights
//! along another way, such as membership of a group, ask [`require_to_give`]. The last Global administrator stays.

mod ops;
mod store;
mod web;

pub use ops::assign::{assign, assignment, assignments, remove};
pub use ops::define::{create, delete, update};
pub use ops::guard::{global_administrators, keeps_global_administrator, require_to_give, require_to_manage};
pub use ops::held::{Held, held_by, held_by_any, names_of};
pub use ops::read::{HolderCounts, find_role, grantable, holder_counts, list_roles, narrow_to_role};
pub use ops::types::{Assignment, Holder, RoleDefinition, RoleName};
pub use ops::who::{Contact, people_who_may};
pub use web::{choices, routes};
