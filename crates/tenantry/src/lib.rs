//! The service: one library and one binary.

pub mod features;
pub mod web;
