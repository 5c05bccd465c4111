//! What can be done with a provider: set it up, go there and back, find whom it speaks of.

mod newcomer;
pub mod settings;
pub mod trip;
pub mod who;
