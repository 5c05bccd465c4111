//! The code paths and the choice between them.

use std::fmt;

use crate::block::Layout;
use crate::fill::Work;

/// How the blocks are computed. Every path gives the same hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// Plain Rust; whatever the compiler makes of it.
    Portable,
    /// x86-64 with vectors of 256 bits.
    Avx2,
    /// x86-64 with vectors of 512 bits (the foundation subset is enough).
    Avx512,
}

impl Path {
    /// Every path there is, slowest first.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Avx2, Self::Avx512];

    /// Whether this processor, and the operating system on it, can take the path.
    #[cfg(target_arch = "x86_64")]
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            Self::Avx2 => is_x86_feature_detected!("avx2"),
            Self::Avx512 => is_x86_feature_detected!("avx512f"),
        }
    }

    /// Whether this processor can take the path.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn is_available(self) -> bool {
        self == Self::Portable
    }

    /// The order of words in blocks that the path works with.
    pub(crate) fn layout(self) -> Layout {
        if self == Self::Avx512 { Layout::Paired } else { Layout::Plain }
    }

    /// Fills the memory on this path, or on the portable one where the processor lacks it.
    #[cfg_attr(
        target_arch = "x86_64",
        expect(unsafe_code, reason = "calls functions compiled for features that were just found")
    )]
    pub(crate) fn fill(self, work: &mut Work) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 if self.is_available() => {
                // SAFETY: the guard has just asked the processor for AVX-512F, all that the function requires.
                unsafe { crate::avx512::fill(work) }
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 if self.is_available() => {
                // SAFETY: the guard has just asked the processor for AVX2, all that the function requires.
                unsafe { crate::avx2::fill(work) }
            }
            _ => crate::portable::fill(work),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Portable => "portable",
            Self::Avx2 => "AVX2",
            Self::Avx512 => "AVX-512",
        })
    }
}

/// The fastest path this processor has. The standard library asks the processor once and remembers.
pub fn path() -> Path {
    Path::ALL.into_iter().rev().find(|path| path.is_available()).unwrap_or(Path::Portable)
}
