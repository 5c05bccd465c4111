//! The block of 1024 bytes that Argon2 works on.

use bytemuck::{Pod, Zeroable};

/// Words of 64 bits in a block.
pub(crate) const WORDS: usize = 128;

/// One block, aligned to the widest vector register.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
pub(crate) struct Block(pub(crate) [u64; WORDS]);

impl Block {
    pub(crate) const ZERO: Self = Self([0; WORDS]);
}

/// In which order a code path keeps the 128 words of a block in memory.
///
/// Argon2 only combines blocks word by word, so any order serves as long as every block has the same one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Word `n` at position `n`.
    Plain,
    /// The rows of 16 words in pairs: four words of the even row, four of the odd row, the next four of the even…
    Paired,
}

impl Layout {
    /// Where word `word` of a block is kept. Word 0 is at position 0 in every layout.
    #[inline(always)]
    pub(crate) fn position(self, word: usize) -> usize {
        match self {
            Self::Plain => word,
            Self::Paired => {
                let (row, column) = (word / 16, word % 16);
                (row / 2) * 32 + (column / 4) * 8 + (row % 2) * 4 + column % 4
            }
        }
    }

    /// A block in this layout from the 1024 bytes of its little-endian form.
    pub(crate) fn read(self, bytes: &[u8; 1024]) -> Block {
        let mut block = Block::ZERO;
        for (word, bytes) in bytes.as_chunks::<8>().0.iter().enumerate() {
            block.0[self.position(word)] = u64::from_le_bytes(*bytes);
        }
        block
    }

    /// The little-endian form of a block kept in this layout.
    pub(crate) fn write(self, block: &Block) -> [u8; 1024] {
        let mut bytes = [0; 1024];
        for (word, bytes) in bytes.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            *bytes = block.0[self.position(word)].to_le_bytes();
        }
        bytes
    }
}
