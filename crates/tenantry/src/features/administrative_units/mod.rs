//! Administrative units of a tenant: made, changed, removed, and who is in them.
//!
//! Whoever grants roles manages them. They are for finding together what belongs together: being in one is a relation of its own,
//! which nothing that gives rights asks for, and no role is limited to one.

mod ops;
mod resource;

use model::administrative_units::AdministrativeUnit;

use crate::features::objects::Object;

/// A unit. None is ever kept deleted.
pub type Unit = Object<AdministrativeUnit>;

pub use ops::members::{add, remove};
pub use ops::read::{count_units, find_unit, list_units, sees_members};
pub use ops::write::{NewUnit, create, delete, update};
pub use resource::UNITS;
