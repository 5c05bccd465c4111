//! What authenticators say, and what is asked of it (Web Authentication Level 3, <https://www.w3.org/TR/webauthn-3/>).
//!
//! Parsing and the rules that need no cryptography: hashes come from the caller, and whoever asks checks the signature of
//! [`Assertion::signed`]. No attestation is asked for, so none is believed: the statement of a registration isn't read.

mod authenticator;
mod cbor;
mod client;
mod key;
#[cfg(test)]
mod tests;

pub use authenticator::{AuthenticatorData, Credential};
pub use client::{ClientData, Expected};
pub use key::{Algorithm, PublicKey};

/// Bytes that a registration or an assertion may have: several times what any authenticator sends.
pub const LONGEST: usize = 8192;
/// Bytes of the longest credential id (§5.8.3, step 25 of §7.1).
pub const LONGEST_ID: usize = 1023;

/// Why an answer of an authenticator doesn't count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It isn't shaped as the specification says.
    Shape,
    /// It was made for another ceremony: create for get, or the other way round.
    Ceremony,
    /// It answers another challenge.
    Challenge,
    /// It was made on a page of another site, or within one.
    Origin,
    /// It is for another relying party.
    RelyingParty,
    /// Nobody was there.
    Absent,
    /// It wasn't verified who was there.
    Unverified,
    /// A key of an algorithm that wasn't offered.
    Algorithm,
}

/// A registration whose client data fits and whose authenticator verified its person (§7.1).
///
/// # Errors
/// The first [`Fault`].
pub fn registered(
    attestation_object: &[u8],
    rp_id_hash: &[u8; 32],
) -> Result<(AuthenticatorData, Credential), Fault> {
    let data = authenticator::of_attestation(attestation_object)?;
    let mut data = AuthenticatorData::parse(&data)?;
    data.require(rp_id_hash)?;
    let credential = data.credential.take().ok_or(Fault::Shape)?;
    Ok((data, credential))
}

/// An assertion whose authenticator verified its person (§7.2). Its signature is still to be checked.
pub struct Assertion {
    pub data: AuthenticatorData,
    /// What the signature is over.
    pub signed: Vec<u8>,
}

impl Assertion {
    /// # Errors
    /// The first [`Fault`].
    pub fn parse(
        authenticator_data: &[u8],
        rp_id_hash: &[u8; 32],
        client_data_hash: &[u8; 32],
    ) -> Result<Self, Fault> {
        let data = AuthenticatorData::parse(authenticator_data)?;
        data.require(rp_id_hash)?;
        Ok(Self { data, signed: [authenticator_data, client_data_hash].concat() })
    }
}
