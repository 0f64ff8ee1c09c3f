//! The bytes of one file in memory, in segments: growing never copies what is there, and what was only reserved
//! takes no memory.

use super::weights::WeightsError;

const SEGMENT_BYTES: usize = 1 << 20;

/// A growing file. Bytes never written read as 0.
#[derive(Debug, Default)]
pub(crate) struct MemoryFile {
    len: u64,
    segments: Vec<Option<Box<[u8]>>>,
    /// Where what a power loss would take away begins.
    flushed: u64,
}

/// Where `offset` is: the segment and the place in it.
fn place(offset: u64) -> Result<(usize, usize), WeightsError> {
    let offset = usize::try_from(offset).map_err(|_| WeightsError::Full)?;
    Ok((offset / SEGMENT_BYTES, offset % SEGMENT_BYTES))
}

/// A segment of zeros, or [`WeightsError::Full`] where a plain allocation would take the whole instance down.
fn segment() -> Result<Box<[u8]>, WeightsError> {
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(SEGMENT_BYTES)
        .map_err(|_| WeightsError::Full)?;
    bytes.resize(SEGMENT_BYTES, 0);
    Ok(bytes.into_boxed_slice())
}

impl MemoryFile {
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Writes `bytes` at `offset`; on an error the length stays.
    pub(crate) fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<(), WeightsError> {
        let end = offset + bytes.len() as u64;
        let (mut index, mut start) = place(offset)?;
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = rest.len().min(SEGMENT_BYTES - start);
            if self.segments.len() <= index {
                self.segments.resize_with(index + 1, || None);
            }
            let target = match &mut self.segments[index] {
                Some(target) => target,
                empty => empty.insert(segment()?),
            };
            target[start..start + taken].copy_from_slice(&rest[..taken]);
            rest = &rest[taken..];
            (index, start) = (index + 1, 0);
        }
        self.len = self.len.max(end);
        self.flushed = self.flushed.min(offset);
        Ok(())
    }

    /// Fills `target` from `offset` on and gives the bytes read.
    pub(crate) fn read_at(&self, offset: u64, target: &mut [u8]) -> usize {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = target.len().min(left);
        let Ok((mut index, mut start)) = place(offset) else {
            return 0;
        };
        let mut filled = 0;
        while filled < wanted {
            let taken = (wanted - filled).min(SEGMENT_BYTES - start);
            let part = &mut target[filled..filled + taken];
            match self.segments.get(index).and_then(Option::as_deref) {
                Some(segment) => part.copy_from_slice(&segment[start..start + taken]),
                None => part.fill(0),
            }
            filled += taken;
            (index, start) = (index + 1, 0);
        }
        wanted
    }

    /// Cuts or extends it.
    pub(crate) fn truncate(&mut self, len: u64) -> Result<(), WeightsError> {
        if len < self.len {
            let (index, start) = place(len)?;
            self.segments.truncate(index + usize::from(start > 0));
            // What is cut off must not come back when the file grows again.
            if let Some(Some(last)) = self.segments.get_mut(index) {
                last[start..].fill(0);
            }
        }
        self.len = len;
        self.flushed = self.flushed.min(len);
        Ok(())
    }

    pub(crate) fn flush(&mut self) {
        self.flushed = self.len;
    }

    /// What a power loss leaves at worst: nothing from the first byte on that was written and not flushed.
    pub(crate) fn lose_unflushed(&mut self) {
        let kept = self.flushed;
        self.truncate(kept).unwrap_or_default();
    }

    /// Shows all its bytes, in order, in pieces.
    pub(crate) fn visit(&self, mut piece: impl FnMut(&[u8])) {
        let mut offset = 0;
        let mut buffer = vec![0; SEGMENT_BYTES];
        while offset < self.len {
            let filled = self.read_at(offset, &mut buffer);
            piece(&buffer[..filled]);
            offset += filled as u64;
        }
    }
}
