//! The compression function in plain Rust.

use crate::block::Layout;
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

/// One round of BLAKE2b.
#[inline(always)]
fn round(mut v: [u64; 16]) -> [u64; 16] {
    mix(&mut v, [0, 4, 8, 12]);
    mix(&mut v, [1, 5, 9, 13]);
    mix(&mut v, [2, 6, 10, 14]);
    mix(&mut v, [3, 7, 11, 15]);
    mix(&mut v, [0, 5, 10, 15]);
    mix(&mut v, [1, 6, 11, 12]);
    mix(&mut v, [2, 7, 8, 13]);
    mix(&mut v, [3, 4, 9, 14]);
    v
}

/// A round over each row, then over each column; a column is two words wide.
#[inline(always)]
fn rounds(rows: &mut [[u64; 16]; 8]) {
    for row in rows.iter_mut() {
        *row = round(*row);
    }
    for column in 0..8 {
        let mut v = [0; 16];
        for row in 0..8 {
            v[2 * row] = rows[row][2 * column];
            v[2 * row + 1] = rows[row][2 * column + 1];
        }
        let v = round(v);
        for row in 0..8 {
            rows[row][2 * column] = v[2 * row];
            rows[row][2 * column + 1] = v[2 * row + 1];
        }
    }
}

fn compress(step: Step) {
    let mut state = step.previous.0;
    state.iter_mut().zip(&step.reference.0).for_each(|(word, other)| *word ^= other);
    let slot = &mut step.slot.0;
    if step.merge {
        slot.iter_mut().zip(&state).for_each(|(word, mixed)| *word ^= mixed);
    } else {
        *slot = state;
    }
    rounds(bytemuck::must_cast_mut(&mut state));
    slot.iter_mut().zip(&state).for_each(|(word, new)| *word ^= new);
    if let Some(upcoming) = step.upcoming {
        upcoming.prefetch(slot[0]);
    }
}
