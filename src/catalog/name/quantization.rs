//! How weights are stored, as names say it: GGUF (`Q4_K_M`, `IQ3_XXS`), MLC (`q4f16_1`), ONNX (`q4`, `int8`), and what
//! is written of other formats (`AWQ`, `GPTQ-Int4`, `4bit`).

/// The fixed words that start with a byte. Longer ones first where one begins another.
fn words(first: u8) -> &'static [&'static str] {
    match first {
        b'm' => &["mxfp4_moe", "mxfp4"],
        b'n' => &["nvfp4", "nf4"],
        b'g' => &["gptq-int4", "gptq-int8", "gptq"],
        b'a' => &["awq-int4", "awq"],
        b'b' => &["bnb-4bit", "bnb-8bit", "bnb4", "bf16"],
        b'f' => &["fp16", "fp32", "fp8", "fp4", "f16", "f32"],
        b'u' => &["uint8", "uint4"],
        b'i' => &["int8", "int4"],
        b'2' => &["2bit"],
        b'3' => &["3bit"],
        b'4' => &["4bit", "4-bit"],
        b'5' => &["5bit"],
        b'6' => &["6bit"],
        b'8' => &["8bit", "8-bit"],
        b'w' => &["w4a16", "w8a16", "w8a8"],
        b'e' => &["exl2"],
        b'h' => &["hqq"],
        b'q' => &["quantized", "qat"],
        _ => &[],
    }
}
/// What follows `q4`, `iq3` and the like, `_` for any sign between. The empty one last: what is left must fit.
const GGUF_TAILS: [&str; 22] = [
    "_0_4_4", "_0_4_8", "_0_8_8", "_0", "_1", "_k_xxl", "_k_xl", "_k_xs", "_k_s", "_k_m", "_k_l", "_k_p",
    "_k", "_xxs", "_xs", "_nl", "_s", "_m", "_l", "_xl", "_2", "",
];
/// The same for MLC and, the first two, ONNX.
const MLC_TAILS: [&str; 6] = ["f16", "f32", "f16_0", "f16_1", "f32_1", "f16_ft"];

/// Where the quantization at the end of a name in lower case begins, with the sign before it.
pub(super) fn at_the_end(lower: &str) -> Option<usize> {
    let signs = lower.bytes().enumerate().filter(|(_, byte)| is_sign(*byte));
    let fits = |at: &usize| {
        length(&lower.as_bytes()[at + 1..]).is_some_and(|(length, _)| at + 1 + length == lower.len())
    };
    signs.map(|(at, _)| at).find(fits)
}

/// The last quantization in a text, which is the one of these files: `BF16-q4f16_1-MLC` was made from the other. A GGUF
/// one is given as llama.cpp writes it, any other as it is written here. `lower` is the text in lower case.
pub(super) fn find(text: &str, lower: &str) -> Option<String> {
    let bytes = lower.as_bytes();
    let (mut found, mut weak) = (None, None);
    let mut at = 0;
    while at < bytes.len() {
        if (at == 0 || is_sign(bytes[at - 1]))
            && let Some((length, kind)) = length(&bytes[at..])
        {
            let written = &text[at..at + length];
            match kind {
                Kind::Gguf => found = Some(canonical(written)),
                Kind::Named => found = Some(written.to_owned()),
                Kind::Weak => weak = Some(written),
            }
            at += length;
        } else {
            at += 1;
        }
    }
    found.or_else(|| weak.map(str::to_owned))
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.' | b':' | b'/')
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Gguf,
    Named,
    /// Says that there is a quantization, not which.
    Weak,
}

/// The length of the quantization a text starts with. It ends where the text does, or before a sign.
fn length(lower: &[u8]) -> Option<(usize, Kind)> {
    let first = *lower.first()?;
    let ends = |length: usize| lower.get(length).is_none_or(|byte| is_sign(*byte));
    let is_word = |word: &&&str| lower.starts_with(word.as_bytes()) && ends(word.len());
    if let Some(word) = words(first).iter().find(is_word) {
        let kind = match *word {
            "bf16" | "f16" | "f32" => Kind::Gguf,
            "quantized" | "qat" => Kind::Weak,
            _ => Kind::Named,
        };
        return Some((word.len(), kind));
    }
    let dynamic = if lower.starts_with(b"ud-") { 3 } else { 0 };
    let rest = &lower[dynamic..];
    let letters = match rest {
        [b'q', ..] => 1,
        [b'i' | b't', b'q', ..] => 2,
        _ => return None,
    };
    if !rest
        .get(letters)
        .is_some_and(|digit| (b'0'..=b'8').contains(digit))
    {
        return None;
    }
    let head = dynamic + letters + 1;
    let tail = &lower[head..];
    let fits = |wanted: &str| fits_tail(wanted, tail) && ends(head + wanted.len());
    if letters == 1
        && let Some(mlc) = MLC_TAILS.iter().rev().find(|one| fits(one))
    {
        return Some((head + mlc.len(), Kind::Named));
    }
    let gguf = GGUF_TAILS.iter().find(|one| fits(one))?;
    let kind = if gguf.is_empty() { Kind::Named } else { Kind::Gguf };
    // `iq3` alone, and `q0` or `q1`, are no quantizations.
    let bare = letters == 1 && rest[1] >= b'2';
    (!gguf.is_empty() || bare).then_some((head + gguf.len(), kind))
}

fn fits_tail(wanted: &str, text: &[u8]) -> bool {
    let same = |(wanted, byte): (u8, &u8)| wanted == *byte || wanted == b'_' && *byte == b'-';
    wanted.len() <= text.len() && wanted.bytes().zip(text).all(same)
}

fn canonical(text: &str) -> String {
    let upper = text.to_ascii_uppercase();
    match upper.strip_prefix("UD-") {
        Some(rest) => ["UD-", &rest.replace('-', "_")].concat(),
        None => upper.replace('-', "_"),
    }
}
