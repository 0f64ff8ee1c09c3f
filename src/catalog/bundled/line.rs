//! One line of the bundled data.

use std::borrow::Cow;

use super::BundledReason;
use crate::catalog::family::Family;
use crate::catalog::record::{Capability, Facts, Spread, Support};

/// The letters of capabilities.
const LETTERS: [(u8, Capability); 8] = [
    (b't', Capability::Tools),
    (b'v', Capability::Vision),
    (b's', Capability::Streaming),
    (b'r', Capability::Reasoning),
    (b'j', Capability::StructuredOutput),
    (b'e', Capability::Embedding),
    (b'a', Capability::Audio),
    (b'f', Capability::FillInMiddle),
];
/// The letters of profiles.
const PROFILES: [(u8, &str); 4] = [
    (b'f', "fast"),
    (b'g', "general"),
    (b'c', "code"),
    (b'r', "creative"),
];

/// A line: a name and the rest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    pub(super) rest: &'a str,
}

/// What a line says.
#[derive(Debug, Default)]
pub(super) struct Decoded<'a> {
    pub(super) facts: Facts,
    /// Letters of sources.
    pub(super) sources: &'a str,
    pub(super) spread: Option<Spread>,
}

impl<'a> Line<'a> {
    pub(super) fn of(line: &'a str) -> Self {
        let end = line.bytes().position(|byte| byte == b' ').unwrap_or(line.len());
        let (name, rest) = (&line[..end], line.get(end + 1..).unwrap_or_default());
        Self { name, rest }
    }

    pub(super) fn check_name(&self) -> Result<(), BundledReason> {
        let ok = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
        if !self.name.is_empty() && self.name.bytes().all(ok) {
            Ok(())
        } else {
            Err(BundledReason::Name)
        }
    }

    pub(super) fn decode(&self) -> Result<Decoded<'a>, BundledReason> {
        let mut decoded = Decoded::default();
        let facts = &mut decoded.facts;
        for part in self.rest.split(' ').filter(|part| !part.is_empty()) {
            let sign = part.as_bytes()[0];
            let text = part.get(1..).unwrap_or_default();
            match sign {
                b'0'..=b'9' | b'?' => {
                    let (context, output) = part.split_once('/').unwrap_or((part, "?"));
                    facts.context = limit(context)?;
                    facts.max_output = limit(output)?;
                }
                b'~' => facts.served_context = limit(text)?,
                b'%' => facts.gpu_memory_bytes = Some(u64::from(number(text)?) << 20),
                b'#' => facts.parameters_millions = Some(number(text)?),
                b'=' if !text.is_empty() => facts.family = Some(Family::named(text)),
                b'@' => facts.profiles = profiles(text)?,
                b'!' if !text.is_empty() => facts.released = Some(text.to_owned()),
                b'<' => decoded.spread = Some(spread(text)?),
                b'.' => decoded.sources = text,
                b'A'..=b'Z' | b'a'..=b'z' => capabilities(part, facts)?,
                _ => return Err(BundledReason::Sign),
            }
        }
        Ok(decoded)
    }
}

/// The profiles of some letters.
fn profiles(letters: &str) -> Result<Vec<Cow<'static, str>>, BundledReason> {
    let named = letters.bytes().map(|letter| {
        let found = PROFILES.iter().find(|(known, _)| *known == letter);
        found
            .map(|(_, name)| Cow::Borrowed(*name))
            .ok_or(BundledReason::Sign)
    });
    named.collect()
}

fn capabilities(letters: &str, facts: &mut Facts) -> Result<(), BundledReason> {
    for letter in letters.bytes() {
        let found = LETTERS
            .iter()
            .find(|(known, _)| *known == letter.to_ascii_lowercase());
        let (_, capability) = found.ok_or(BundledReason::Sign)?;
        let support = if letter.is_ascii_uppercase() {
            Support::Yes
        } else {
            Support::No
        };
        facts.capabilities.set(*capability, support);
    }
    Ok(())
}

fn spread(text: &str) -> Result<Spread, BundledReason> {
    let (range, listings) = text.split_once('*').ok_or(BundledReason::Sign)?;
    let (lowest, highest) = range.split_once('-').ok_or(BundledReason::Sign)?;
    let some = |text| limit(text)?.ok_or(BundledReason::Number);
    Ok(Spread {
        lowest: some(lowest)?,
        highest: some(highest)?,
        listings: number(listings)?,
    })
}

/// A number of tokens; `None` for `?`.
fn limit(text: &str) -> Result<Option<u32>, BundledReason> {
    if text == "?" {
        return Ok(None);
    }
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'k') => (&text[..text.len() - 1], 1_000),
        Some(b'K') => (&text[..text.len() - 1], 1 << 10),
        Some(b'm') => (&text[..text.len() - 1], 1_000_000),
        Some(b'M') => (&text[..text.len() - 1], 1 << 20),
        _ => (text, 1),
    };
    let tokens = number(digits)?.checked_mul(unit).ok_or(BundledReason::Number)?;
    if tokens == 0 {
        Err(BundledReason::Number)
    } else {
        Ok(Some(tokens))
    }
}

fn number(text: &str) -> Result<u32, BundledReason> {
    // `parse` takes a plus sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or(BundledReason::Number)
}
