//! The groups of a tenant: created, changed, deleted and restored, who is in them and who owns them.
//!
//! What a group is and what fits together is `model::groups`'s to say. Whoever manages groups changes all of them, an
//! owner their own; groups that roles can be granted to are changed by those alone who may grant roles, or a membership
//! would be a way to rights that nobody gave.

mod jobs;
mod ops;
mod resource;
mod web;

use model::groups::GroupProperties;

use crate::features::objects::Object;

/// A group, deleted or not.
pub type Group = Object<GroupProperties>;

pub use jobs::PurgeGroup;
pub use ops::create::{NewGroup, create};
pub use ops::delete::{delete, remove_now, restore};
pub use ops::guard::{may_change, needed, require_to_change};
pub use ops::links::{Referenced, add, referenced, remove};
pub use ops::read::{count_groups, find_group, get_group, list_groups, may_read, sees_members};
pub use ops::rehome::rehome;
pub use ops::unique::{find_by_display_name, find_by_unique_name};
pub use ops::update::update;
pub use resource::GROUPS;
pub use web::routes;
