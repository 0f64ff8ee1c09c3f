//! What the targets share: ways to cut bytes into pieces that depend on nothing but the bytes.

pub mod hosted;

/// The bytes in pieces of one to so many bytes, cut at places that follow from the bytes themselves, so that what was
/// found once is found again.
pub fn pieces(bytes: &[u8], longest: usize) -> Vec<&[u8]> {
    let mut state = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |state, byte| {
        (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut rest = bytes;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let length = 1 + usize::try_from(state >> 33).unwrap_or_default() % longest;
        let (piece, after) = rest.split_at(length.min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// Whole, byte by byte, in short pieces and in longer ones.
pub fn ways(bytes: &[u8]) -> [Vec<&[u8]>; 4] {
    [vec![bytes], pieces(bytes, 1), pieces(bytes, 7), pieces(bytes, 60)]
}
