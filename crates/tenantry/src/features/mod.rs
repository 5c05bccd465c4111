//! One folder a feature.

pub mod audit;
pub mod dev;
pub mod directory;
pub mod evidence;
