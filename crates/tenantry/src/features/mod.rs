//! One folder a feature.

pub mod audit;
pub mod dev;
pub mod evidence;
