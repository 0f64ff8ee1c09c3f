//! SHA-256 over a stream, able to write down where it is and to go on from there; and the CRC-32 of short pieces.

use std::fmt;

use crc::{CRC_32_ISO_HDLC, Crc, Table};
use sha2::Sha256;
use sha2::digest::Digest as _;
use sha2::digest::common::hazmat::SerializableState;

use crate::engine::digest::Digest;

/// One table of 1 KiB. A faster CRC has sixteen of them, which nothing compresses, and this is for 64 KiB at a time.
static CRC32: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// The CRC-32 of some bytes, as zip and Ethernet have it.
pub fn crc32(bytes: &[u8]) -> u32 {
    CRC32.checksum(bytes)
}

/// The length of a [`Midstate`].
pub const MIDSTATE_BYTES: usize = 104;

/// The state of a SHA-256 after some bytes, as `sha2` 0.11 writes it: eight words, the count of whole blocks, the
/// bytes of the unfinished one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Midstate([u8; MIDSTATE_BYTES]);

/// The bytes are no midstate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidMidstate;

impl Midstate {
    /// A midstate from its bytes.
    ///
    /// # Errors
    /// [`InvalidMidstate`] when `sha2` refuses them. It takes most flipped bits, so whoever stores a midstate also
    /// stores a checksum of it.
    pub fn from_bytes(bytes: [u8; MIDSTATE_BYTES]) -> Result<Self, InvalidMidstate> {
        Sha256::deserialize(&bytes.into()).map_err(|_| InvalidMidstate)?;
        Ok(Self(bytes))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; MIDSTATE_BYTES] {
        &self.0
    }

    /// How many bytes were hashed to reach it; `None` where that is more than 64 bits hold.
    pub fn hashed_bytes(&self) -> Option<u64> {
        let blocks = u64::from_le_bytes(self.0[32..40].try_into().ok()?);
        blocks.checked_mul(64)?.checked_add(u64::from(self.0[40]))
    }

    /// Reads 208 hex digits, lower case.
    ///
    /// # Errors
    /// [`InvalidMidstate`].
    pub fn from_hex(text: &str) -> Result<Self, InvalidMidstate> {
        let digits = text.as_bytes();
        if digits.len() != 2 * MIDSTATE_BYTES || digits.iter().any(u8::is_ascii_uppercase) {
            return Err(InvalidMidstate);
        }
        let mut bytes = [0; MIDSTATE_BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let value = |digit: u8| char::from(digit).to_digit(16).ok_or(InvalidMidstate);
            *byte = u8::try_from(value(pair[0])? * 16 + value(pair[1])?).map_err(|_| InvalidMidstate)?;
        }
        Self::from_bytes(bytes)
    }
}

impl fmt::Display for Midstate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Midstate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Midstate({:?} bytes)", self.hashed_bytes())
    }
}

/// A SHA-256 that is fed piece by piece.
#[derive(Clone, Default)]
pub struct StreamHash {
    inner: Sha256,
}

impl StreamHash {
    /// A hash of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A hash that goes on from `midstate`.
    ///
    /// # Errors
    /// [`InvalidMidstate`]; never for one that [`Midstate::from_bytes`] gave.
    pub fn resume(midstate: &Midstate) -> Result<Self, InvalidMidstate> {
        let inner = Sha256::deserialize(&midstate.0.into()).map_err(|_| InvalidMidstate)?;
        Ok(Self { inner })
    }

    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.inner.update(bytes);
    }

    /// Where it is now.
    pub fn midstate(&self) -> Midstate {
        Midstate(self.inner.serialize().into())
    }

    /// The digest of all bytes so far.
    pub fn digest(&self) -> Digest {
        Digest::from_bytes(self.inner.clone().finalize().into())
    }
}
