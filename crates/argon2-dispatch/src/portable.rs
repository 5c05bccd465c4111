//! The compression function in plain Rust.

use crate::block::{Layout, WORDS};
use crate::fill::{self, Step, Work};

pub(crate) fn fill(work: &mut Work) {
    fill::run(work, Layout::Plain, compress);
}

/// BlaMka: the addition of BLAKE2b made harder with a product of the lower halves.
#[inline(always)]
fn add(a: u64, b: u64) -> u64 {
    let product = (a & 0xffff_ffff) * (b & 0xffff_ffff);
    a.wrapping_add(b).wrapping_add(product << 1)
}

#[inline(always)]
fn mix(v: &mut [u64; 16], [a, b, c, d]: [usize; 4]) {
    v[a] = add(v[a], v[b]);
    v[d] = (v[d] ^ v[a]).rotate_right(32);
    v[c] = add(v[c], v[d]);
    v[b] = (v[b] ^ v[c]).rotate_right(24);
    v[a] = add(v[a], v[b]);
    v[d] = (v[d] ^ v[a]).rotate_right(16);
    v[c] = add(v[c], v[d]);
    v[b] = (v[b] ^ v[c]).rotate_right(63);
}

/// One round of BLAKE2b over 16 words of the block: pairs of words, `stride` apart, from `start` on.
#[inline(always)]
fn round(block: &mut [u64; WORDS], start: usize, stride: usize) {
    let mut v: [u64; 16] = std::array::from_fn(|word| block[start + word / 2 * stride + word % 2]);
    for columns in [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]] {
        mix(&mut v, columns);
    }
    for diagonals in [[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]] {
        mix(&mut v, diagonals);
    }
    for (word, value) in v.into_iter().enumerate() {
        block[start + word / 2 * stride + word % 2] = value;
    }
}

#[inline(never)]
fn compress(step: Step) {
    let mut state = step.previous.0;
    state.iter_mut().zip(&step.reference.0).for_each(|(word, other)| *word ^= other);
    let slot = &mut step.slot.0;
    if step.merge {
        slot.iter_mut().zip(&state).for_each(|(word, mixed)| *word ^= mixed);
    } else {
        *slot = state;
    }
    for row in 0..8 {
        round(&mut state, row * 16, 2);
    }
    for column in 0..8 {
        round(&mut state, column * 2, 16);
    }
    slot.iter_mut().zip(&state).for_each(|(word, new)| *word ^= new);
    if let Some(upcoming) = step.upcoming {
        upcoming.prefetch(slot[0]);
    }
}
