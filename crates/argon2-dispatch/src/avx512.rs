//! The compression function over vectors of 512 bits, two rounds side by side in each.
//!
//! Blocks are kept in pairs of rows, so that a vector holds four words of each row of a pair, or equally four
//! words of each of two columns: neither step moves words between vectors. Within a vector, rotations of the
//! columns of a round turn its diagonals into columns and back.
//!
//! Macros rather than functions, since a function compiled for a processor feature can't be forced inline, and
//! the state has to stay in registers.

use std::arch::x86_64::*;

use crate::block::Layout;
use crate::fill::{self, Step, Work};

type Vector = __m512i;
type State = [Vector; 16];

/// Words of a vector as moved by a rotation of a column by one, for the steps over columns.
const NEXT: [u64; 8] = [1, 4, 3, 6, 5, 0, 7, 2];
/// The same by three, its inverse.
const LAST: [u64; 8] = [5, 0, 7, 2, 1, 4, 3, 6];

#[target_feature(enable = "avx512f")]
pub(crate) fn fill(work: &mut Work) {
    fill::run(work, Layout::Paired, |step| compress(step));
}

#[inline]
#[target_feature(enable = "avx512f")]
fn add(a: Vector, b: Vector) -> Vector {
    let product = _mm512_mul_epu32(a, b);
    _mm512_add_epi64(_mm512_add_epi64(a, b), _mm512_add_epi64(product, product))
}

/// One half of the mixing of groups `[a b c d]` of the state, with the rotations of that half; the groups are
/// independent, and their instructions stand side by side.
macro_rules! half {
    ($state:ident, $d_bits:literal, $b_bits:literal, $([$a:literal $b:literal $c:literal $d:literal])*) => {
        $($state[$a] = add($state[$a], $state[$b]);)*
        $($state[$d] = _mm512_ror_epi64::<$d_bits>(_mm512_xor_si512($state[$d], $state[$a]));)*
        $($state[$c] = add($state[$c], $state[$d]);)*
        $($state[$b] = _mm512_ror_epi64::<$b_bits>(_mm512_xor_si512($state[$b], $state[$c]));)*
    };
}

/// A round over each row of pairs of rows.
macro_rules! rows {
    ($state:ident, $([$a:literal $b:literal $c:literal $d:literal])*) => {
        half!($state, 32, 24, $([$a $b $c $d])*);
        half!($state, 16, 63, $([$a $b $c $d])*);
        $($state[$a] = _mm512_permutex_epi64::<0x93>($state[$a]);)*
        $($state[$d] = _mm512_permutex_epi64::<0x4e>($state[$d]);)*
        $($state[$c] = _mm512_permutex_epi64::<0x39>($state[$c]);)*
        half!($state, 32, 24, $([$a $b $c $d])*);
        half!($state, 16, 63, $([$a $b $c $d])*);
        $($state[$a] = _mm512_permutex_epi64::<0x39>($state[$a]);)*
        $($state[$d] = _mm512_permutex_epi64::<0x4e>($state[$d]);)*
        $($state[$c] = _mm512_permutex_epi64::<0x93>($state[$c]);)*
    };
}

/// A round over each column of pairs of columns.
macro_rules! columns {
    ($state:ident, $next:ident, $last:ident, $([$a:literal $b:literal $c:literal $d:literal])*) => {
        half!($state, 32, 24, $([$a $b $c $d])*);
        half!($state, 16, 63, $([$a $b $c $d])*);
        $($state[$a] = _mm512_permutexvar_epi64($last, $state[$a]);)*
        $($state[$d] = _mm512_shuffle_i64x2::<0x4e>($state[$d], $state[$d]);)*
        $($state[$c] = _mm512_permutexvar_epi64($next, $state[$c]);)*
        half!($state, 32, 24, $([$a $b $c $d])*);
        half!($state, 16, 63, $([$a $b $c $d])*);
        $($state[$a] = _mm512_permutexvar_epi64($next, $state[$a]);)*
        $($state[$d] = _mm512_shuffle_i64x2::<0x4e>($state[$d], $state[$d]);)*
        $($state[$c] = _mm512_permutexvar_epi64($last, $state[$c]);)*
    };
}

#[target_feature(enable = "avx512f")]
fn compress(step: Step) {
    let previous: &State = bytemuck::must_cast_ref(step.previous);
    let reference: &State = bytemuck::must_cast_ref(step.reference);
    let slot: &mut State = bytemuck::must_cast_mut(step.slot);
    let (next, last): (Vector, Vector) = (bytemuck::must_cast(NEXT), bytemuck::must_cast(LAST));
    let mut mixed = [_mm512_setzero_si512(); 16];
    for at in 0..16 {
        mixed[at] = _mm512_xor_si512(previous[at], reference[at]);
    }
    let mut state = mixed;
    for at in 0..16 {
        slot[at] = if step.merge { _mm512_xor_si512(mixed[at], slot[at]) } else { mixed[at] };
    }
    rows!(state, [0 1 2 3] [4 5 6 7]);
    rows!(state, [8 9 10 11] [12 13 14 15]);
    columns!(state, next, last, [0 4 8 12] [1 5 9 13]);
    if let Some(upcoming) = step.upcoming {
        let first = _mm512_xor_si512(state[0], slot[0]);
        upcoming.prefetch(bytemuck::must_cast::<_, [u64; 8]>(first)[0]);
    }
    columns!(state, next, last, [2 6 10 14] [3 7 11 15]);
    for at in 0..16 {
        slot[at] = _mm512_xor_si512(state[at], slot[at]);
    }
}
