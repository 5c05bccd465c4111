//! The two hashes around the memory: H0 over all inputs, and H′ of variable length (RFC 9106, sections 3.2, 3.3).

use blake2::digest::Output;
use blake2::digest::block_api::{UpdateCore, VariableOutputCore};
use blake2::digest::block_buffer::LazyBuffer;
use blake2::{Blake2b512, Blake2bVarCore, Digest};

use crate::{Error, Input, Parameters};

const VERSION: u32 = 0x13;
const ARGON2ID: u32 = 2;

/// Every length is hashed as 32 bits.
fn length(bytes: &[u8]) -> Result<[u8; 4], Error> {
    u32::try_from(bytes.len()).map(u32::to_le_bytes).map_err(|_| Error::InputLength)
}

/// H0: 64 bytes that depend on every input and parameter.
pub(crate) fn first(parameters: Parameters, input: &Input, out: &[u8]) -> Result<[u8; 64], Error> {
    let mut digest = Blake2b512::new();
    digest.update(parameters.lanes.to_le_bytes());
    digest.update(length(out)?);
    for number in [parameters.memory_kib, parameters.iterations, VERSION, ARGON2ID] {
        digest.update(number.to_le_bytes());
    }
    for bytes in [input.password, input.salt, input.secret, input.associated_data] {
        digest.update(length(bytes)?);
        digest.update(bytes);
    }
    Ok(digest.finalize().into())
}

/// BLAKE2b of 1 to 64 bytes over the concatenation of `parts`; the length is part of what it computes.
fn short(parts: &[&[u8]], out: &mut [u8]) -> Result<(), Error> {
    let mut digest = Blake2bVarCore::new(out.len()).map_err(|_| Error::OutputLength)?;
    let mut buffer = LazyBuffer::default();
    for part in parts {
        buffer.digest_blocks(part, |blocks| digest.update_blocks(blocks));
    }
    let mut full = Output::<Blake2bVarCore>::default();
    digest.finalize_variable_core(&mut buffer, &mut full);
    out.copy_from_slice(&full[..out.len()]);
    Ok(())
}

/// H′: fills `out`, of whatever length, from `input`.
pub(crate) fn extend(input: &[u8], out: &mut [u8]) -> Result<(), Error> {
    let length = length(out)?;
    if out.len() <= 64 {
        return short(&[&length, input], out);
    }
    let mut link = Blake2b512::new().chain_update(length).chain_update(input).finalize();
    let mut rest = out;
    loop {
        let (half, after) = rest.split_at_mut(32);
        half.copy_from_slice(&link[..32]);
        rest = after;
        if rest.len() <= 64 {
            return short(&[&link], rest);
        }
        link = Blake2b512::digest(link);
    }
}
