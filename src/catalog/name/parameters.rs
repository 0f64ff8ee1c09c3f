//! How large a model is, as its name says it: `8b`, `0.6B`, `135m`, `8x7b`, `30B-A3B`.

use serde::Serialize;

/// How large a model is, in millions of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    /// All of them. Unknown where a name says only how many experts there are and how large each is.
    pub millions: Option<u32>,
    /// Those that work on one token.
    pub active_millions: Option<u32>,
    /// The number of experts.
    pub experts: Option<u32>,
    /// The size of each expert.
    pub expert_millions: Option<u32>,
}

/// One word that says a size.
enum Word {
    Plain(u32),
    /// Trillions: also how names count the tokens a model has seen, so that it counts only where nothing else does.
    Trillions(u32),
    Active(u32),
    Experts(u32, u32),
    ExpertCount(u32),
}

impl Parameters {
    /// What a name in lower case says; its tag, if it says something, says it better.
    pub(super) fn read(body: &str, tag: &str) -> Self {
        let mut found = Self::of(body);
        let tagged = Self::of(tag);
        if tagged.millions.is_some() || tagged.experts.is_some() {
            found = tagged;
        }
        found.active_millions = found.active_millions.or(tagged.active_millions);
        found
    }

    fn of(text: &str) -> Self {
        let mut found = Self::default();
        let mut trillions = None;
        for word in words(text) {
            match word {
                Word::Plain(size) if text.starts_with("olmoe") && found.millions.is_some() => {
                    // `OLMoE-1B-7B`: what works on one token comes first.
                    found.active_millions = found.millions.replace(size);
                }
                Word::Plain(size) => found.millions = found.millions.max(Some(size)),
                Word::Trillions(size) => trillions = trillions.or(Some(size)),
                Word::Active(size) => found.active_millions = Some(size),
                Word::Experts(count, size) => {
                    found.experts = Some(count);
                    found.expert_millions = Some(size);
                }
                Word::ExpertCount(count) => found.experts = Some(count),
            }
        }
        if found.experts.is_none() && found.millions.is_none() {
            found.millions = trillions;
        }
        found
    }
}

fn words(text: &str) -> impl Iterator<Item = Word> {
    let bytes = text.as_bytes();
    let starts = (0..bytes.len()).filter(move |at| {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        if bytes[before].is_ascii_alphanumeric() {
            return false;
        }
        // What follows the point of a number is no word of its own.
        let number = bytes[..before]
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let point = number > 0
            && match bytes[before] {
                b'.' => true,
                b'_' => before == number || bytes[before - number - 1] == b'-',
                _ => false,
            };
        !point
    });
    starts.filter_map(move |at| {
        let hyphen = at == 0 || bytes[at - 1] != b'_';
        word(&bytes[at..], hyphen)
    })
}

/// The word a text starts with. `point` says whether an underscore may be the point of a number (`1_6b`).
fn word(text: &[u8], point: bool) -> Option<Word> {
    let (prefix, text) = match text {
        [prefix @ (b'a' | b'e'), rest @ ..] => (Some(*prefix), rest),
        _ => (None, text),
    };
    let (thousandths, rest) = number(text, point)?;
    let whole = thousandths / 1_000;
    match (prefix, rest) {
        (None, [b'x', rest @ ..]) => {
            let (each, rest) = number(rest, false)?;
            match rest {
                [b'b', rest @ ..] if ends(rest) => Some(Word::Experts(whole, each)),
                _ => None,
            }
        }
        (None, [b'e', rest @ ..]) if ends(rest) => Some(Word::ExpertCount(whole)),
        (Some(b'a'), [unit, rest @ ..]) if ends(rest) => sized(*unit, thousandths).map(Word::Active),
        // `1m` is a context window: `Qwen2.5-7B-Instruct-1M`.
        (None, [b'm', ..]) if thousandths == 1_000 => None,
        (None, [b't', rest @ ..]) if ends(rest) => {
            let size = thousandths.checked_mul(1_000).filter(|size| *size > 0);
            size.map(Word::Trillions)
        }
        // `E2B` is what Gemma 3n needs at a time; it is what people call its size.
        (_, [unit, rest @ ..]) if ends(rest) => sized(*unit, thousandths).map(Word::Plain),
        _ => None,
    }
}

fn sized(unit: u8, thousandths: u32) -> Option<u32> {
    match unit {
        b'b' => Some(thousandths),
        b'm' => Some(thousandths.div_ceil(1_000)),
        _ => None,
    }
    .filter(|size| *size > 0)
}

fn ends(rest: &[u8]) -> bool {
    !rest.first().is_some_and(u8::is_ascii_alphanumeric)
}

/// The number a text starts with, in thousandths, and what follows it.
fn number(text: &[u8], point: bool) -> Option<(u32, &[u8])> {
    let count = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = count(text);
    if whole == 0 || whole > 5 {
        return None;
    }
    let value = |digits: &[u8]| {
        let digit = |all: u32, byte: &u8| all * 10 + u32::from(byte - b'0');
        digits.iter().fold(0, digit)
    };
    let (front, mut rest) = text.split_at(whole);
    let mut thousandths = value(front) * 1_000;
    let (sign, decimals) = rest
        .split_first()
        .map_or((b' ', 0), |(sign, rest)| (*sign, count(rest)));
    let behind = rest.get(1 + decimals);
    let fraction = sign == b'.' || sign == b'_' && point && behind == Some(&b'b');
    if fraction && (1..=3).contains(&decimals) {
        let scale = [100, 10, 1][decimals - 1];
        thousandths += value(&rest[1..=decimals]) * scale;
        rest = &rest[1 + decimals..];
    }
    Some((thousandths, rest))
}
