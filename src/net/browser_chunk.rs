//! A chunk of bytes that stays in JavaScript's memory.

use js_sys::{ArrayBuffer, Uint8Array};

use super::Chunk;

/// A part of an `ArrayBuffer`. The buffer can be given away, to a worker that hashes it, and taken back.
#[derive(Debug, Clone)]
pub struct BrowserChunk {
    bytes: Uint8Array,
}

impl BrowserChunk {
    /// The chunk that `view` shows. No copy.
    pub fn from_view(view: Uint8Array) -> Self {
        Self { bytes: view }
    }

    /// The whole of `buffer` as a chunk, as it comes back from a worker. No copy.
    pub fn from_buffer(buffer: &ArrayBuffer) -> Self {
        Self {
            bytes: Uint8Array::new(buffer),
        }
    }

    /// A chunk with a copy of `bytes`.
    pub fn copy_of(bytes: &[u8]) -> Self {
        Self {
            bytes: Uint8Array::from(bytes),
        }
    }

    /// The bytes, where they are.
    pub fn view(&self) -> &Uint8Array {
        &self.bytes
    }

    /// The buffer the bytes are in, often longer than they are, for a transfer together with
    /// [`BrowserChunk::start`] and the length. After the transfer the chunk is empty.
    pub fn buffer(&self) -> ArrayBuffer {
        self.bytes.buffer()
    }

    /// Where in [`BrowserChunk::buffer`] the bytes begin.
    pub fn start(&self) -> u32 {
        self.bytes.byte_offset()
    }
}

impl Chunk for BrowserChunk {
    fn len(&self) -> usize {
        self.bytes.length() as usize
    }

    fn copy_to(&self, target: &mut [u8]) {
        self.bytes.copy_to(target);
    }
}
