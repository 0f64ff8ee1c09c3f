//! Where the bytes of a file come from.

use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};

/// Distance of the marks in a sparse file.
const MARK_EVERY: u64 = 4096;

/// The bytes of a file: kept, read or made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// In memory.
    Memory(Arc<[u8]>),
    /// On disk.
    Disk {
        /// Where.
        path: PathBuf,
        /// Its size when it was looked at.
        size: u64,
    },
    /// Random-looking bytes, different at every place, of any size without memory.
    Noise {
        /// Equal seeds give equal bytes.
        seed: u64,
        /// Size in bytes.
        size: u64,
    },
    /// Zeros with a mark of 8 bytes at every 4096: the fastest to make, and still different at every mark.
    Sparse {
        /// Equal seeds give equal bytes.
        seed: u64,
        /// Size in bytes.
        size: u64,
    },
}

impl Content {
    /// These bytes.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::Memory(bytes.into())
    }

    /// `size` random-looking bytes, the same for the same seed.
    pub const fn noise(seed: u64, size: u64) -> Self {
        Self::Noise { seed, size }
    }

    /// `size` bytes, nearly all zero, the same for the same seed.
    pub const fn sparse(seed: u64, size: u64) -> Self {
        Self::Sparse { seed, size }
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk { size, .. } | Self::Noise { size, .. } | Self::Sparse { size, .. } => *size,
        }
    }

    /// The SHA-256 as 64 lower-case hex digits; reads the whole content.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sha256(&self) -> io::Result<String> {
        let mut hash = Sha256::new();
        let mut reader = Reader::open(self)?;
        let mut buffer = vec![0; 256 << 10];
        let mut at = 0;
        while at < self.size() {
            let count = clamp(self.size() - at, buffer.len());
            reader.read_at(at, &mut buffer[..count])?;
            hash.update(&buffer[..count]);
            at += count as u64;
        }
        Ok(hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        }))
    }

    /// The bytes from `start` on, at most `count`, as a client should see them.
    ///
    /// # Errors
    /// What the disk says.
    pub fn read(&self, start: u64, count: usize) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; clamp(self.size().saturating_sub(start), count)];
        Reader::open(self)?.read_at(start, &mut buffer)?;
        Ok(buffer)
    }
}

/// As many of `left` bytes as fit into `room`.
pub(crate) fn clamp(left: u64, room: usize) -> usize {
    usize::try_from(left).map_or(room, |left| left.min(room))
}

/// An open content. Past the end of the content it reads zeros.
pub(crate) struct Reader<'a> {
    content: &'a Content,
    file: Option<File>,
}

impl<'a> Reader<'a> {
    pub(crate) fn open(content: &'a Content) -> io::Result<Self> {
        let file = match content {
            Content::Disk { path, .. } => Some(File::open(path)?),
            _ => None,
        };
        Ok(Self { content, file })
    }

    /// The bytes at `offset`, without a copy where they lie in memory.
    pub(crate) fn borrow(&self, offset: u64, count: usize) -> Option<&'a [u8]> {
        let Content::Memory(bytes) = self.content else {
            return None;
        };
        let start = usize::try_from(offset).ok()?;
        bytes.get(start..start.checked_add(count)?)
    }

    pub(crate) fn read_at(&mut self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let real = clamp(self.content.size().saturating_sub(offset), out.len());
        let (out, beyond) = out.split_at_mut(real);
        beyond.fill(0);
        match self.content {
            Content::Memory(bytes) => {
                let start = clamp(offset, bytes.len());
                out.copy_from_slice(&bytes[start..start + real]);
            }
            Content::Disk { .. } => {
                if let Some(file) = &mut self.file {
                    file.seek(SeekFrom::Start(offset))?;
                    file.read_exact(out)?;
                }
            }
            Content::Noise { seed, .. } => noise(*seed, offset, out),
            Content::Sparse { seed, .. } => sparse(*seed, offset, out),
        }
        Ok(())
    }
}

/// The word of 8 bytes at place `index`: the mixing function of `SplitMix64`.
fn word(seed: u64, index: u64) -> [u8; 8] {
    let mut x = (seed ^ index)
        .wrapping_add(0x9e37_79b9_7f4a_7c15)
        .wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 30)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)).to_le_bytes()
}

fn noise(seed: u64, offset: u64, out: &mut [u8]) {
    let inside = clamp(offset % 8, 8);
    let head = if inside == 0 {
        0
    } else {
        (8 - inside).min(out.len())
    };
    let (first, rest) = out.split_at_mut(head);
    first.copy_from_slice(&word(seed, offset / 8)[inside..inside + head]);
    let index = (offset + head as u64) / 8;
    for (index, piece) in (index..).zip(rest.chunks_mut(8)) {
        piece.copy_from_slice(&word(seed, index)[..piece.len()]);
    }
}

fn sparse(seed: u64, offset: u64, out: &mut [u8]) {
    out.fill(0);
    let end = offset + out.len() as u64;
    let mut mark = offset / MARK_EVERY * MARK_EVERY;
    while mark < end {
        for (place, byte) in (mark..).zip(word(seed, mark)) {
            if (offset..end).contains(&place) {
                out[clamp(place - offset, usize::MAX)] = byte;
            }
        }
        mark += MARK_EVERY;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_content_is_the_same_read_at_once_or_in_pieces() {
        for content in [Content::noise(3, 20_000), Content::sparse(3, 20_000)] {
            let whole = content.read(0, 20_000).unwrap();
            for (start, count) in [(0, 1), (1, 7), (5, 9000), (4095, 3), (8191, 9), (19_999, 5)] {
                let end = (start + count).min(20_000);
                assert_eq!(
                    content.read(start as u64, count).unwrap(),
                    whole[start..end],
                    "{start}+{count}"
                );
            }
        }
    }

    #[test]
    fn no_two_places_of_a_generated_file_are_alike() {
        let noise = Content::noise(1, 80_000).read(0, 80_000).unwrap();
        let words: std::collections::BTreeSet<_> = noise.chunks(8).collect();
        assert_eq!(words.len(), 10_000);
        let sparse = Content::sparse(1, 1 << 20).read(0, 1 << 20).unwrap();
        let pages: std::collections::BTreeSet<_> = sparse.chunks(4096).collect();
        assert_eq!(pages.len(), 256);
    }

    #[test]
    fn a_digest_is_the_digest_of_the_bytes() {
        let abc = Content::bytes(*b"abc");
        assert_eq!(
            abc.sha256().unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        let noise = Content::noise(9, 700_001);
        let copy = Content::bytes(noise.read(0, 700_001).unwrap());
        assert_eq!(noise.sha256().unwrap(), copy.sha256().unwrap());
    }
}
