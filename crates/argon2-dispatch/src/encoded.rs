//! The string that is stored: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` (the PHC string format).

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;

use crate::{Error, Memory, Parameters, hash};

/// What stands before the parameters: the algorithm and its only version.
const PREFIX: &str = "$argon2id$v=19$";

/// Lengths in bytes that the PHC string format sets for Argon2.
const SALT: std::ops::RangeInclusive<usize> = 8..=48;
const HASH: std::ops::RangeInclusive<usize> = 12..=64;

/// Bytes of the hashes that [`Encoded::create`] makes.
const CREATED: usize = 32;

/// A stored password: parameters, salt and hash. `Display` writes the string, `FromStr` reads it.
///
/// The reader takes only what the writer would write: parameters in this order, plain decimal numbers, unpadded
/// base64, lengths as the format sets them. `Debug` leaves salt and hash out.
#[derive(Clone, PartialEq, Eq)]
pub struct Encoded {
    parameters: Parameters,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Encoded {
    /// Hashes a new password into 32 bytes. The salt, 8 to 48 bytes, must be random and used once.
    pub fn create(
        parameters: Parameters,
        password: &[u8],
        salt: &[u8],
        secret: Option<&[u8]>,
        memory: &mut Memory,
    ) -> Result<Self, Error> {
        if !SALT.contains(&salt.len()) {
            return Err(Error::SaltLength);
        }
        let mut out = vec![0; CREATED];
        hash(parameters, password, salt, secret, memory, &mut out)?;
        Ok(Self { parameters, salt: salt.to_vec(), hash: out })
    }

    /// Whether this is the hash of `password` under the same secret, compared in constant time.
    ///
    /// An error means that the hash could not be computed, for instance for want of memory.
    pub fn verify(&self, password: &[u8], secret: Option<&[u8]>, memory: &mut Memory) -> Result<bool, Error> {
        let mut out = vec![0; self.hash.len()];
        hash(self.parameters, password, &self.salt, secret, memory, &mut out)?;
        Ok(out.ct_eq(&self.hash).into())
    }

    /// The cost it was made at, to tell whether it should be made anew.
    pub fn parameters(&self) -> Parameters {
        self.parameters
    }
}

impl fmt::Display for Encoded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parameters { memory_kib, iterations, lanes } = self.parameters;
        let (salt, hash) = (STANDARD_NO_PAD.encode(&self.salt), STANDARD_NO_PAD.encode(&self.hash));
        write!(formatter, "{PREFIX}m={memory_kib},t={iterations},p={lanes}${salt}${hash}")
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Encoded").field("parameters", &self.parameters).finish_non_exhaustive()
    }
}

/// The text is no Argon2id string of version 19 as this crate writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Argon2id hash in the PHC string format")]
pub struct NotEncoded;

impl FromStr for Encoded {
    type Err = NotEncoded;

    fn from_str(text: &str) -> Result<Self, NotEncoded> {
        parse(text).ok_or(NotEncoded)
    }
}

fn parse(text: &str) -> Option<Encoded> {
    let mut fields = text.strip_prefix(PREFIX)?.split('$');
    let (costs, salt, hash) = (fields.next()?, fields.next()?, fields.next()?);
    let mut costs = costs.split(',');
    let parameters = Parameters {
        memory_kib: number(costs.next()?.strip_prefix("m=")?)?,
        iterations: number(costs.next()?.strip_prefix("t=")?)?,
        lanes: number(costs.next()?.strip_prefix("p=")?)?,
    };
    parameters.check().ok()?;
    let encoded = Encoded { parameters, salt: bytes(salt)?, hash: bytes(hash)? };
    let ended = fields.next().is_none() && costs.next().is_none();
    let lengths = SALT.contains(&encoded.salt.len()) && HASH.contains(&encoded.hash.len());
    (ended && lengths).then_some(encoded)
}

/// A decimal number without sign or leading zeros.
fn number(text: &str) -> Option<u32> {
    let plain = text.starts_with(|first: char| matches!(first, '1'..='9'));
    if plain { text.parse().ok() } else { None }
}

/// Unpadded base64 whose unused last bits are zero.
fn bytes(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}
