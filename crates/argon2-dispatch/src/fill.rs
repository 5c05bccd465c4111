//! Filling the memory (RFC 9106, section 3.4): which block is made from which.
//!
//! The loop is generic over the compression function and always inlined, so that each code path compiles all of
//! it with its own processor features.

use crate::Parameters;
use crate::block::{Block, Layout, WORDS};

/// Slices of a pass: lanes meet at their borders.
const SLICES: usize = 4;

/// How many blocks ahead to prefetch while the references don't depend on the blocks.
const AHEAD: usize = 6;

/// The memory of one hash with its first two blocks per lane set.
pub(crate) struct Work<'a> {
    pub(crate) blocks: &'a mut [Block],
    pub(crate) parameters: Parameters,
    /// Blocks per lane, a multiple of four.
    pub(crate) lane_length: usize,
}

/// What a compression function combines: `slot = G(previous, reference)`, merged into the old slot when asked.
pub(crate) struct Step<'a> {
    pub(crate) previous: &'a Block,
    pub(crate) reference: &'a Block,
    pub(crate) slot: &'a mut Block,
    pub(crate) merge: bool,
    pub(crate) upcoming: Option<Upcoming>,
}

/// The block after this one, whose reference depends on the first word of this one.
#[derive(Clone, Copy)]
pub(crate) struct Upcoming {
    segment: Segment,
    index: usize,
    base: *const Block,
}

impl Upcoming {
    /// Starts to fetch the next reference as soon as the first word of the new block is known.
    #[inline(always)]
    pub(crate) fn prefetch(self, first_word: u64) {
        let reference = self.segment.reference(self.index, first_word);
        prefetch(self.base.wrapping_add(reference));
    }
}

/// Asks the processor to bring a block near. Only a hint: any address is allowed.
#[cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "the hint takes a raw address"))]
#[inline(always)]
fn prefetch(block: *const Block) {
    #[cfg(target_arch = "x86_64")]
    for line in 0..size_of::<Block>() / 64 {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let address = block.cast::<i8>().wrapping_add(line * 64);
        // SAFETY: SSE is part of every x86-64 processor, and a prefetch never faults, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = block;
}

/// A quarter of a lane in one pass.
#[derive(Clone, Copy)]
struct Segment {
    pass: usize,
    slice: usize,
    lane: usize,
    lanes: usize,
    lane_length: usize,
    length: usize,
}

impl Segment {
    /// The first pass takes its references independently of the password up to its middle.
    #[inline(always)]
    fn is_independent(&self) -> bool {
        self.pass == 0 && self.slice < SLICES / 2
    }

    /// Index of the first block that this segment computes; two are given at the start.
    #[inline(always)]
    fn first(&self) -> usize {
        if self.pass == 0 && self.slice == 0 { 2 } else { 0 }
    }

    /// Position in memory of the block that `word` chooses as reference for block `index` of this segment.
    #[inline(always)]
    fn reference(&self, index: usize, word: u64) -> usize {
        let lane = if self.pass == 0 && self.slice == 0 || self.lanes == 1 {
            self.lane
        } else {
            (word >> 32) as usize % self.lanes
        };
        let finished = if self.pass == 0 { self.slice * self.length } else { self.lane_length - self.length };
        let choices =
            if lane == self.lane { finished + index - 1 } else { finished - usize::from(index == 0) } as u64;
        let low = word & 0xffff_ffff;
        let distance = (choices * ((low * low) >> 32)) >> 32;
        let oldest = if self.pass == 0 { 0 } else { (self.slice + 1) % SLICES * self.length };
        let position = oldest + (choices - 1 - distance) as usize;
        let wrapped = if position >= self.lane_length { position - self.lane_length } else { position };
        lane * self.lane_length + wrapped
    }
}

/// The words that choose references in the independent half, 128 at a time.
struct Addresses {
    input: Block,
    words: Block,
    layout: Layout,
}

impl Addresses {
    #[inline(always)]
    fn new(layout: Layout, segment: &Segment, parameters: Parameters, total: usize) -> Self {
        const ARGON2ID: u64 = 2;
        let mut input = Block::ZERO;
        let (pass, lane, slice) = (segment.pass as u64, segment.lane as u64, segment.slice as u64);
        let words = [pass, lane, slice, total as u64, u64::from(parameters.iterations), ARGON2ID];
        for (word, value) in words.into_iter().enumerate() {
            input.0[layout.position(word)] = value;
        }
        Self { input, words: Block::ZERO, layout }
    }

    #[inline(always)]
    fn advance(&mut self, compress: &impl Fn(Step)) {
        self.input.0[self.layout.position(6)] += 1;
        let mut middle = Block::ZERO;
        let (zero, upcoming) = (Block::ZERO, None);
        let slot = &mut middle;
        compress(Step { previous: &zero, reference: &self.input, slot, merge: false, upcoming });
        let slot = &mut self.words;
        compress(Step { previous: &zero, reference: &middle, slot, merge: false, upcoming });
    }

    #[inline(always)]
    fn word(&self, index: usize) -> u64 {
        self.words.0[self.layout.position(index % WORDS)]
    }
}

/// Runs all passes with the given compression function.
#[inline(always)]
pub(crate) fn run(work: &mut Work, layout: Layout, compress: impl Fn(Step)) {
    let lanes = work.parameters.lanes as usize;
    let (lane_length, length) = (work.lane_length, work.lane_length / SLICES);
    for pass in 0..work.parameters.iterations as usize {
        for slice in 0..SLICES {
            for lane in 0..lanes {
                let segment = Segment { pass, slice, lane, lanes, lane_length, length };
                if segment.is_independent() {
                    independent(work, segment, layout, &compress);
                } else {
                    dependent(work, segment, &compress);
                }
            }
        }
    }
}

#[inline(always)]
fn independent(work: &mut Work, segment: Segment, layout: Layout, compress: &impl Fn(Step)) {
    let mut addresses = Addresses::new(layout, &segment, work.parameters, work.blocks.len());
    for index in 0..segment.length {
        if index % WORDS == 0 {
            addresses.advance(compress);
        }
        if index < segment.first() {
            continue;
        }
        let later = index + AHEAD;
        if later % WORDS >= AHEAD && later < segment.length {
            let reference = segment.reference(later, addresses.word(later));
            prefetch(work.blocks.as_ptr().wrapping_add(reference));
        }
        let reference = segment.reference(index, addresses.word(index));
        step(work, &segment, index, reference, None, compress);
    }
}

#[inline(always)]
fn dependent(work: &mut Work, segment: Segment, compress: &impl Fn(Step)) {
    let base = work.blocks.as_ptr();
    for index in 0..segment.length {
        let previous = previous(&segment, index);
        let reference = segment.reference(index, work.blocks[previous].0[0]);
        let upcoming = Upcoming { segment, index: index + 1, base };
        step(work, &segment, index, reference, Some(upcoming), compress);
    }
}

/// Position in memory of the block before block `index`: the lane is a ring.
#[inline(always)]
fn previous(segment: &Segment, index: usize) -> usize {
    let within = segment.slice * segment.length + index;
    segment.lane * segment.lane_length + if within == 0 { segment.lane_length } else { within } - 1
}

#[inline(always)]
fn step(
    work: &mut Work,
    segment: &Segment,
    index: usize,
    reference: usize,
    upcoming: Option<Upcoming>,
    compress: &impl Fn(Step),
) {
    let current = segment.lane * segment.lane_length + segment.slice * segment.length + index;
    let (before, rest) = work.blocks.split_at_mut(current);
    let Some((slot, after)) = rest.split_first_mut() else { return };
    let at = |position: usize| {
        if position < current { &before[position] } else { &after[position - current - 1] }
    };
    let previous = at(previous(segment, index));
    compress(Step { previous, reference: at(reference), slot, merge: segment.pass > 0, upcoming });
}
