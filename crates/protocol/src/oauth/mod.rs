//! OAuth 2.0 and OpenID Connect as they stand on the wire: parameters, requests, errors.
//!
//! [`Parameters`] holds what a request sent; [`AuthorizationRequest`] and [`ClientAuthentication`] are what it means. Which
//! client there is, what it may ask and who answers is for the reader to judge.
//!
//! Sources: RFC 6749, 6750, 7636, 8628, 8707, 9207; OpenID Connect Core 1.0; OAuth 2.0 Multiple Response Type Encoding.

mod authorization;
mod claims;
mod client;
mod error;
mod parameters;
mod pkce;
pub mod provider;
mod registration;

#[cfg(test)]
mod tests;

pub use authorization::{AuthorizationRequest, Prompt, ResponseMode, ResponseType};
pub use claims::{ClaimRequest, ClaimsRequest};
pub use client::{ClientAuthentication, ClientMethod};
pub use error::{Fault, FaultCode};
pub use parameters::Parameters;
pub use pkce::{Challenge, is_verifier};
pub use registration::ClientMetadata;
