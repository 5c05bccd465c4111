//! The compression function over vectors of 256 bits, two rounds side by side.
//!
//! A vector holds four words of a row. For the steps over columns two rows share a round: their vectors hold two
//! words each of two columns, and a rotation of a column moves words between the two.

use std::arch::x86_64::*;

use crate::block::Layout;
use crate::fill::{self, Step, Work};

type Vector = __m256i;
type State = [Vector; 32];

#[target_feature(enable = "avx2")]
pub(crate) fn fill(work: &mut Work) {
    fill::run(work, Layout::Plain, |step| compress(step));
}

#[inline]
#[target_feature(enable = "avx2")]
fn add(a: Vector, b: Vector) -> Vector {
    let product = _mm256_mul_epu32(a, b);
    _mm256_add_epi64(_mm256_add_epi64(a, b), _mm256_add_epi64(product, product))
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate_24(vector: Vector) -> Vector {
    const BYTES: [[u8; 16]; 2] = [[3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10]; 2];
    _mm256_shuffle_epi8(vector, bytemuck::must_cast(BYTES))
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate_16(vector: Vector) -> Vector {
    const BYTES: [[u8; 16]; 2] = [[2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9]; 2];
    _mm256_shuffle_epi8(vector, bytemuck::must_cast(BYTES))
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate_63(vector: Vector) -> Vector {
    _mm256_or_si256(_mm256_srli_epi64::<63>(vector), _mm256_add_epi64(vector, vector))
}

/// Mixes groups `[a b c d]` of the state; they are independent, and their instructions stand side by side.
macro_rules! mix {
    ($state:ident, $([$a:literal $b:literal $c:literal $d:literal])*) => {
        $($state[$a] = add($state[$a], $state[$b]);)*
        $($state[$d] = _mm256_shuffle_epi32::<0xb1>(_mm256_xor_si256($state[$d], $state[$a]));)*
        $($state[$c] = add($state[$c], $state[$d]);)*
        $($state[$b] = rotate_24(_mm256_xor_si256($state[$b], $state[$c]));)*
        $($state[$a] = add($state[$a], $state[$b]);)*
        $($state[$d] = rotate_16(_mm256_xor_si256($state[$d], $state[$a]));)*
        $($state[$c] = add($state[$c], $state[$d]);)*
        $($state[$b] = rotate_63(_mm256_xor_si256($state[$b], $state[$c]));)*
    };
}

/// A round over each of the rows given.
macro_rules! rows {
    ($state:ident, $([$a:literal $b:literal $c:literal $d:literal])*) => {
        mix!($state, $([$a $b $c $d])*);
        $($state[$a] = _mm256_permute4x64_epi64::<0x93>($state[$a]);)*
        $($state[$d] = _mm256_permute4x64_epi64::<0x4e>($state[$d]);)*
        $($state[$c] = _mm256_permute4x64_epi64::<0x39>($state[$c]);)*
        mix!($state, $([$a $b $c $d])*);
        $($state[$a] = _mm256_permute4x64_epi64::<0x39>($state[$a]);)*
        $($state[$d] = _mm256_permute4x64_epi64::<0x4e>($state[$d]);)*
        $($state[$c] = _mm256_permute4x64_epi64::<0x93>($state[$c]);)*
    };
}

/// The words of two vectors moved one on, from the `low` to the `high` and around.
macro_rules! rotate {
    ($state:ident, $low:literal $high:literal => $new_low:literal $new_high:literal) => {
        let (low, high) = ($state[$low], $state[$high]);
        $state[$new_low] = _mm256_alignr_epi8::<8>(high, low);
        $state[$new_high] = _mm256_alignr_epi8::<8>(low, high);
    };
}

/// A round over each of two columns, whose first two words are in the first group and last two in the second.
macro_rules! columns {
    ($state:ident, [$a0:literal $b0:literal $c0:literal $d0:literal]
                   [$a1:literal $b1:literal $c1:literal $d1:literal]) => {
        mix!($state, [$a0 $b0 $c0 $d0] [$a1 $b1 $c1 $d1]);
        rotate!($state, $a0 $a1 => $a1 $a0);
        rotate!($state, $c0 $c1 => $c0 $c1);
        mix!($state, [$a0 $b0 $c0 $d1] [$a1 $b1 $c1 $d0]);
        rotate!($state, $a0 $a1 => $a0 $a1);
        rotate!($state, $c1 $c0 => $c0 $c1);
    };
}

#[target_feature(enable = "avx2")]
fn compress(step: Step) {
    let previous: &State = bytemuck::must_cast_ref(step.previous);
    let reference: &State = bytemuck::must_cast_ref(step.reference);
    let slot: &mut State = bytemuck::must_cast_mut(step.slot);
    let mut state = [_mm256_setzero_si256(); 32];
    for at in 0..32 {
        state[at] = _mm256_xor_si256(previous[at], reference[at]);
        slot[at] = if step.merge { _mm256_xor_si256(state[at], slot[at]) } else { state[at] };
    }
    rows!(state, [0 1 2 3] [4 5 6 7]);
    rows!(state, [8 9 10 11] [12 13 14 15]);
    rows!(state, [16 17 18 19] [20 21 22 23]);
    rows!(state, [24 25 26 27] [28 29 30 31]);
    columns!(state, [0 8 16 24] [4 12 20 28]);
    if let Some(upcoming) = step.upcoming {
        let first = _mm256_xor_si256(state[0], slot[0]);
        upcoming.prefetch(bytemuck::must_cast::<_, [u64; 4]>(first)[0]);
    }
    columns!(state, [1 9 17 25] [5 13 21 29]);
    columns!(state, [2 10 18 26] [6 14 22 30]);
    columns!(state, [3 11 19 27] [7 15 23 31]);
    for at in 0..32 {
        slot[at] = _mm256_xor_si256(state[at], slot[at]);
    }
}
