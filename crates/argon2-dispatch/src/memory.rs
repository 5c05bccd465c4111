//! The working memory of the hash: mapped once, used again by every hash of its owner.

use memmap2::MmapMut;

use crate::Error;
use crate::block::Block;

/// Size and alignment of the large pages asked for, in bytes. Random reads over small pages miss the
/// processor's address cache on nearly every block.
const LARGE_PAGE: usize = 2 << 20;

/// Working memory for one thread: make one per worker and pass it to every hash.
///
/// It is mapped from the operating system rather than taken from the heap, grows to what the largest hash so far
/// needed, and is given back when dropped. It is not wiped between hashes: blocks derived from the last password
/// stay in the process until the next hash overwrites them, since wiping would cost a fair part of a hash.
#[derive(Debug)]
pub struct Memory {
    map: Option<MmapMut>,
    limit_kib: u32,
}

impl Memory {
    /// Memory that grows up to `limit_kib` KiB; a hash whose parameters ask for more is refused, which keeps a
    /// stored hash from choosing how much memory the process takes. Nothing is mapped before the first hash.
    pub fn new(limit_kib: u32) -> Self {
        Self { map: None, limit_kib }
    }

    /// At least `count` blocks of unspecified content.
    pub(crate) fn blocks(&mut self, count: usize) -> Result<&mut [Block], Error> {
        if count > self.limit_kib as usize {
            return Err(Error::MemoryLimit);
        }
        let needed = count.checked_mul(size_of::<Block>()).ok_or(Error::MemoryLimit)?;
        let mapped = needed.checked_add(LARGE_PAGE).ok_or(Error::MemoryLimit)?;
        let map = match self.map.take() {
            Some(map) if map.len() >= mapped => map,
            smaller => {
                drop(smaller);
                map_large_pages(mapped)?
            }
        };
        let map = self.map.insert(map);
        let skipped = map.as_ptr().align_offset(LARGE_PAGE).min(LARGE_PAGE);
        bytemuck::try_cast_slice_mut(&mut map[skipped..skipped + needed])
            .map_err(|_| Error::MemoryUnavailable)
    }
}

/// Maps zeroed memory, on large pages where the system offers them.
fn map_large_pages(length: usize) -> Result<MmapMut, Error> {
    let map = MmapMut::map_anon(length).map_err(|_| Error::MemoryUnavailable)?;
    #[cfg(target_os = "linux")]
    {
        // A kernel without large pages refuses the advice; the memory is as good, only slower.
        let _ = map.advise(memmap2::Advice::HugePage);
    }
    Ok(map)
}
