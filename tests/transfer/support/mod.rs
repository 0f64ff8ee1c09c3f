//! A world for the driver: virtual time, a network that follows a script, a disk that loses what was not flushed.
#![allow(dead_code, reason = "no test uses all of it")]

pub mod disk;
pub mod executor;
pub mod network;
pub mod records;
pub mod rig;

use modelyard::engine::digest::Digest;
use modelyard::engine::manifest::ModelFile;
use modelyard::net::Chunk;
use modelyard::transfer::hash::StreamHash;

/// Bytes in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Chunk for Bytes {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn copy_to(&self, target: &mut [u8]) {
        target.copy_from_slice(&self.0);
    }
}

/// A random number generator that a seed determines (splitmix64).
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.roll().checked_rem(end).unwrap_or_default()
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// Bytes that no two places share.
pub fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    let mut bytes: Vec<u8> = (0..len.div_ceil(8))
        .flat_map(|_| dice.roll().to_le_bytes())
        .collect();
    bytes.truncate(len);
    bytes
}

/// Noise behind the header of a GGUF without tensors.
pub fn gguf(len: usize, seed: u64) -> Vec<u8> {
    let mut bytes = noise(len, seed);
    bytes[..8].copy_from_slice(b"GGUF\x03\0\0\0");
    bytes[8..24].fill(0);
    bytes
}

pub fn digest(bytes: &[u8]) -> Digest {
    let mut hash = StreamHash::new();
    hash.update(bytes);
    hash.digest()
}

/// A file whose manifest tells all about it.
pub fn known(bytes: &[u8]) -> ModelFile {
    ModelFile {
        name: "model.bin".to_owned(),
        url: "https://models.example/model.bin".to_owned(),
        size_bytes: Some(bytes.len() as u64),
        sha256: Some(digest(bytes)),
    }
}

pub const KIB: usize = 1024;
pub const MIB: usize = 1024 * KIB;
