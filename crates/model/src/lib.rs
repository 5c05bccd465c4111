//! What Tenantry is: its words as types, its states as enums, its rules as pure functions.
//!
//! Nothing here knows the clock, a random source, a database or HTTP: time and randomness are arguments, text
//! shown to people lives in `locales/`, and every "no" is a [`refusal::Refusal`] of one catalogue.

pub mod administrative_units;
pub mod applications;
pub mod audit;
pub mod authentication;
pub mod billing;
pub mod directory;
pub mod domains;
pub mod eligibility;
pub mod evidence;
pub mod federation;
pub mod groups;
pub mod ids;
pub mod imports;
pub mod lockout;
pub mod membership;
pub mod objects;
pub mod organisation;
pub mod outbound;
pub mod properties;
pub mod refusal;
pub mod reset;
pub mod roles;
pub mod shape;
pub mod sign_up;
pub mod webhooks;
