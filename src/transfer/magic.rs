//! Tells early that a file is no model: a login page with status 200 must not cost a gigabyte.

/// The bytes looked at: magic, version and the two counts of a GGUF header.
pub const HEADER_BYTES: u64 = 24;

/// The shortest entry of a GGUF's list of tensors: name length, dimension count, type, offset.
const SHORTEST_TENSOR_BYTES: u64 = 8 + 4 + 4 + 8;

/// The shortest key and value: key length, value type, one byte.
const SHORTEST_PAIR_BYTES: u64 = 8 + 4 + 1;

/// Whether a file of this name has a magic that can be checked.
pub fn can_check(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() >= 5 && bytes[bytes.len() - 5..].eq_ignore_ascii_case(b".gguf")
}

/// Why the first bytes of a file of this name cannot be those of a model; `None` if they can. `total` is the length of
/// the whole file, where known.
pub fn flaw(name: &str, start: &[u8], total: Option<u64>) -> Option<&'static str> {
    if !can_check(name) {
        return None;
    }
    if !start.starts_with(b"GGUF") {
        return Some("it does not begin with `GGUF`");
    }
    let word = |at: usize| {
        start
            .get(at..at + 8)
            .and_then(|bytes| bytes.try_into().ok())
            .map(u64::from_le_bytes)
    };
    let (Some(version), Some(tensors), Some(pairs)) = (start.get(4..8), word(8), word(16)) else {
        return Some("it ends within its header");
    };
    // Version 1 has 32-bit counts at other places; it is older than any model in use.
    if version == [1, 0, 0, 0] {
        return None;
    }
    let needed = tensors
        .checked_mul(SHORTEST_TENSOR_BYTES)
        .and_then(|bytes| bytes.checked_add(pairs.checked_mul(SHORTEST_PAIR_BYTES)?));
    match (needed, total) {
        (None, _) => Some("its header promises more than any file can hold"),
        (Some(needed), Some(total)) if needed > total => {
            Some("its header promises more than the file can hold")
        }
        _ => None,
    }
}
