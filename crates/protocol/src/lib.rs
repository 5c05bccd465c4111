//! Wire formats of the standards that Tenantry speaks: bytes in, meaning out.
//!
//! Pure, and without knowledge of the product: a module here could serve any other program. What a meaning is allowed
//! to do is decided by whoever asks.

pub mod csv;
pub mod oauth;
pub mod odata;
pub mod picture;
pub mod webauthn;
