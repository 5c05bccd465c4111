//! Argon2id (RFC 9106, version 0x13) that takes the fastest code path the processor has, chosen at run time.
//!
//! A hash goes through four rooms: `digest` turns the inputs into the first blocks, `fill` decides which block is
//! made from which, one of `portable`, `avx2` and `avx512` computes the blocks, and `memory` keeps them between
//! hashes. [`Encoded`] is the string that is stored. Every path gives the same bytes.
//!
//! This crate alone may hold `unsafe` code: the calls into functions compiled for a processor feature, each with
//! the check that proves the feature beside it, and the prefetch hint.

mod block;
mod digest;
mod encoded;
mod fill;
mod memory;
mod path;
mod portable;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

pub use encoded::{Encoded, NotEncoded};
pub use memory::Memory;
pub use path::{Path, path};

use block::Block;
use fill::Work;

/// The cost of a hash (RFC 9106, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Memory in KiB, at least 8 per lane.
    pub memory_kib: u32,
    /// Passes over the memory, at least 1.
    pub iterations: u32,
    /// Independent lanes, 1 to 2²⁴ − 1; they are computed one after the other.
    pub lanes: u32,
}

impl Parameters {
    /// Whether the RFC allows these costs.
    pub fn check(self) -> Result<(), Error> {
        let lanes = (1..1 << 24).contains(&self.lanes);
        let valid = lanes && self.iterations >= 1 && self.memory_kib / 8 >= self.lanes;
        valid.then_some(()).ok_or(Error::Parameters)
    }
}

/// All that a hash is made from. An empty secret or associated data is the same as none.
#[derive(Clone, Copy, Default)]
pub struct Input<'a> {
    pub password: &'a [u8],
    /// At least 8 bytes.
    pub salt: &'a [u8],
    /// A key kept apart from the hashes, also called pepper.
    pub secret: &'a [u8],
    pub associated_data: &'a [u8],
}

/// Why there is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the cost parameters are outside what Argon2 allows")]
    Parameters,
    #[error("a salt has at least 8 bytes")]
    SaltLength,
    #[error("an input is longer than 2^32 - 1 bytes")]
    InputLength,
    #[error("a hash has 4 to 2^32 - 1 bytes")]
    OutputLength,
    #[error("the parameters ask for more memory than this Memory may take")]
    MemoryLimit,
    #[error("the operating system gave no memory")]
    MemoryUnavailable,
    #[error("this processor lacks the path asked for")]
    PathUnavailable,
}

/// Fills `out`, 4 bytes or more, with the Argon2id hash, on the fastest path of this processor.
pub fn hash(
    parameters: Parameters,
    password: &[u8],
    salt: &[u8],
    secret: Option<&[u8]>,
    memory: &mut Memory,
    out: &mut [u8],
) -> Result<(), Error> {
    let input = Input { password, salt, secret: secret.unwrap_or_default(), associated_data: &[] };
    hash_on(path(), parameters, &input, memory, out)
}

/// The same on a path of the caller's choice and with associated data: for tests and comparisons.
pub fn hash_on(
    path: Path,
    parameters: Parameters,
    input: &Input,
    memory: &mut Memory,
    out: &mut [u8],
) -> Result<(), Error> {
    parameters.check()?;
    if input.salt.len() < 8 {
        return Err(Error::SaltLength);
    }
    if out.len() < 4 {
        return Err(Error::OutputLength);
    }
    if !path.is_available() {
        return Err(Error::PathUnavailable);
    }
    let lanes = parameters.lanes as usize;
    let lane_length = parameters.memory_kib as usize / (4 * lanes) * 4;
    let first = digest::first(parameters, input, out)?;
    let blocks = memory.blocks(lane_length * lanes)?;
    let layout = path.layout();
    for (lane, blocks) in (0u32..).zip(blocks.chunks_exact_mut(lane_length)) {
        for (column, block) in (0u32..2).zip(blocks) {
            let mut bytes = [0; 1024];
            let seed = [&first[..], &column.to_le_bytes(), &lane.to_le_bytes()].concat();
            digest::extend(&seed, &mut bytes)?;
            *block = layout.read(&bytes);
        }
    }
    path.fill(&mut Work { blocks, parameters, lane_length });
    digest::extend(&layout.write(&last_column(blocks, lane_length)), out)
}

/// The last blocks of all lanes, combined.
fn last_column(blocks: &[Block], lane_length: usize) -> Block {
    let mut sum = Block::ZERO;
    for block in blocks.chunks_exact(lane_length).filter_map(|lane| lane.last()) {
        sum.0.iter_mut().zip(block.0).for_each(|(word, other)| *word ^= other);
    }
    sum
}
