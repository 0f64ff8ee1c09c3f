//! Files that an engine might take for a model and must not.
//!
//! Some engines report success for all of these but the flipped one, and abort at the first chat; the flipped one
//! only a digest can tell.

use crate::noise::Noise;
use crate::tiny::tiny;

/// 64 zero bytes.
pub fn zeros() -> Vec<u8> {
    vec![0; 64]
}

/// 4096 random-looking bytes.
pub fn random() -> Vec<u8> {
    let mut noise = Noise::new(7);
    (0..1024)
        .flat_map(|_| noise.weight().to_bits().to_le_bytes())
        .collect()
}

/// The login page that a hotel network sends in place of any file.
pub fn html() -> Vec<u8> {
    b"<!doctype html>\n<html><head><title>Sign in</title></head>\n\
      <body><h1>Welcome to the Wi-Fi</h1><form method=post><input name=room><button>Sign in</button></form></body></html>\n"
        .to_vec()
}

/// The right magic and nothing else right: more tensors and metadata than a file can hold.
pub fn junk() -> Vec<u8> {
    let mut bytes = b"GGUF\x03\0\0\0".to_vec();
    bytes.resize(4096, 0xff);
    bytes
}

/// The tiny model, ended at 200,000 bytes.
pub fn cut() -> Vec<u8> {
    let mut bytes = tiny();
    bytes.truncate(200_000);
    bytes
}

/// The tiny model with one bit changed at offset 300,000: same size, loads, wrong digest.
pub fn flipped() -> Vec<u8> {
    let mut bytes = tiny();
    bytes[300_000] ^= 1;
    bytes
}
