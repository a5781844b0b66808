//! The memory that Argon2 works in: kept between hashes, and wiped after each.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use argon2::Block;
use zeroize::Zeroize;

use crate::error::{Error, Unavailable};

/// Areas of blocks that are free. There come to be as many as hashes ran at once.
pub(super) struct Memory {
    free: Mutex<Vec<Vec<Block>>>,
    /// Larger areas, which only a foreign stored value asks for, go back to the system.
    largest: usize,
}

impl Memory {
    /// Makes memory that keeps areas of up to `blocks` KiB.
    pub(super) fn keeping(blocks: u32) -> Self {
        Self { free: Mutex::default(), largest: usize::try_from(blocks).unwrap_or(usize::MAX) }
    }

    /// Returns an area of this many blocks for one hash.
    pub(super) fn take(&self, blocks: usize) -> Result<Area<'_>, Error> {
        let kept = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut area = Area { memory: self, blocks: kept.unwrap_or_default(), used: blocks };
        let missing = blocks.saturating_sub(area.blocks.len());
        area.blocks
            .try_reserve_exact(missing)
            .map_err(|error| Unavailable::new("memory for argon2", error))?;
        area.blocks.resize(blocks.max(area.blocks.len()), Block::new());
        Ok(area)
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("largest", &self.largest).finish_non_exhaustive()
    }
}

/// The memory of one hash. What was written to it is wiped when it is dropped, also by a panic.
pub(super) struct Area<'a> {
    memory: &'a Memory,
    blocks: Vec<Block>,
    used: usize,
}

impl Area<'_> {
    pub(super) fn blocks(&mut self) -> &mut [Block] {
        &mut self.blocks
    }
}

impl Drop for Area<'_> {
    fn drop(&mut self) {
        self.blocks.iter_mut().take(self.used).for_each(Zeroize::zeroize);
        if self.blocks.len() <= self.memory.largest {
            let blocks = std::mem::take(&mut self.blocks);
            self.memory.free.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn memory_is_kept_and_wiped() {
        let memory = Memory::keeping(8);
        let mut area = memory.take(8).unwrap();
        area.blocks()[7].as_mut()[0] = 1;
        let address = area.blocks().as_ptr();
        drop(area);
        let mut again = memory.take(4).unwrap();
        assert_eq!(again.blocks().as_ptr(), address);
        assert!(again.blocks().iter().all(|block| block.as_ref().iter().all(|&word| word == 0)));
    }

    #[test]
    fn memory_beyond_the_usual_size_goes_back_to_the_system() {
        let memory = Memory::keeping(8);
        drop(memory.take(9).unwrap());
        assert!(memory.free.lock().unwrap().is_empty());
    }

    #[test]
    fn memory_that_cannot_be_had_is_an_error() {
        let memory = Memory::keeping(8);
        assert!(matches!(memory.take(usize::MAX / 1024), Err(Error::Unavailable(_))));
    }
}
