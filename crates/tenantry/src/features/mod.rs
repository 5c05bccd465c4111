//! One folder a feature.

pub mod dev;
