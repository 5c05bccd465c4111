//! What belongs to applications beside the objects themselves: secrets and keys, assignments and grants, what they add to
//! other objects, and policies.

pub mod assignments;
pub mod extensions;
pub mod grants;
pub mod mine;
pub mod policies;
pub mod secrets;
pub mod sign_in;
