//! The tables `role_definition`, `role_assignment` and `object_role_assignment`, and who there is to hold roles.

mod assignments;
mod definitions;
mod people;

pub(super) use assignments::*;
pub(super) use definitions::*;
pub(super) use people::*;
