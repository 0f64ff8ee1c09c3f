//! One line of the data: a name or pattern, its limits, and what else is known, each behind a sign of its own.
//!
//! `src/catalog/bundled.rs` describes the form; it is read there by the package and here by the generator, which
//! writes it too.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};

use super::listing::{CAPABILITIES, Capabilities, LETTERS};

/// What is known of one name, or of all names a pattern matches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) context: Option<u32>,
    pub(super) output: Option<u32>,
    pub(super) served: Option<u32>,
    pub(super) capabilities: Capabilities,
    pub(super) family: Option<String>,
    /// First letters of the profiles it suits, if they are not its family's.
    pub(super) profiles: Option<String>,
    pub(super) parameters_millions: Option<u32>,
    pub(super) gpu_mebibytes: Option<u32>,
    pub(super) released: Option<String>,
    /// The lowest and the highest context, and how many listings there are.
    pub(super) spread: Option<(u32, u32, usize)>,
    /// Letters of the packages that name it, in the order of `inputs.toml`.
    pub(super) sources: String,
}

impl Row {
    /// Whether the line says anything but the name.
    pub(super) fn says_something(&self) -> bool {
        self.context.is_some() || self.capabilities != [None; CAPABILITIES]
    }

    /// The line. The sources are left out where they are `usual`.
    pub(super) fn written(&self, usual: &str) -> String {
        let mut line = self.name.clone();
        if self.context.is_some() || self.output.is_some() {
            line.push(' ');
            line.push_str(&self.context.map_or_else(|| "?".to_owned(), short));
            if let Some(output) = self.output {
                line.push('/');
                line.push_str(&short(output));
            }
        }
        let letters = LETTERS
            .iter()
            .zip(self.capabilities)
            .filter_map(|(letter, says)| match says {
                Some(true) => Some(letter.to_ascii_uppercase()),
                Some(false) => Some(*letter),
                None => None,
            });
        let letters: String = letters.collect();
        let mut part = |sign: &str, text: Option<String>| {
            if let Some(text) = text {
                let _ = write!(line, " {sign}{text}");
            }
        };
        part("", (!letters.is_empty()).then_some(letters));
        part("~", self.served.map(short));
        part("%", self.gpu_mebibytes.map(|count| count.to_string()));
        part("#", self.parameters_millions.map(|count| count.to_string()));
        part("=", self.family.clone());
        part("@", self.profiles.clone());
        part("!", self.released.clone());
        part(
            "<",
            self.spread
                .map(|(low, high, count)| format!("{}-{}*{count}", short(low), short(high))),
        );
        part(".", (self.sources != usual).then(|| self.sources.clone()));
        line
    }

    /// Reads a line.
    ///
    /// # Errors
    /// When a part has no meaning.
    pub(super) fn read(line: &str) -> Result<Self> {
        let mut parts = line.split_ascii_whitespace();
        let mut row = Self {
            name: parts.next().context("the line is empty")?.to_owned(),
            ..Self::default()
        };
        for part in parts {
            row.take(part).with_context(|| format!("`{part}` in `{line}`"))?;
        }
        Ok(row)
    }

    fn take(&mut self, part: &str) -> Result<()> {
        let mut letters = part.chars();
        let sign = letters.next().unwrap_or_default();
        let rest = letters.as_str();
        match sign {
            '0'..='9' | '?' => {
                let (context, output) = part.split_once('/').unwrap_or((part, "?"));
                self.context = limit(context)?;
                self.output = limit(output)?;
            }
            '~' => self.served = limit(rest)?,
            '%' => self.gpu_mebibytes = Some(rest.parse()?),
            '#' => self.parameters_millions = Some(rest.parse()?),
            '=' => self.family = Some(rest.to_owned()),
            '@' => self.profiles = Some(rest.to_owned()),
            '!' => self.released = Some(rest.to_owned()),
            _ => {
                for letter in part.chars() {
                    let place = LETTERS
                        .iter()
                        .position(|known| *known == letter.to_ascii_lowercase());
                    let place = place.context("it is neither a limit nor capabilities")?;
                    self.capabilities[place] = Some(letter.is_ascii_uppercase());
                }
            }
        }
        Ok(())
    }
}

/// A number as short as it can be read: `128k` is 128,000, `128K` is 131,072; `m` and `M` are millions of both kinds.
fn short(tokens: u32) -> String {
    let units = [(1_000_000, 'm'), (1 << 20, 'M'), (1_000, 'k'), (1 << 10, 'K')];
    let unit = units
        .iter()
        .find(|(size, _)| tokens != 0 && tokens.is_multiple_of(*size));
    unit.map_or_else(
        || tokens.to_string(),
        |(size, letter)| format!("{}{letter}", tokens / size),
    )
}

fn limit(text: &str) -> Result<Option<u32>> {
    if text == "?" {
        return Ok(None);
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" => 1,
        "k" => 1_000,
        "K" => 1 << 10,
        "m" => 1_000_000,
        "M" => 1 << 20,
        other => bail!("{other} is no unit"),
    };
    let tokens: u32 = digits.parse()?;
    Ok(Some(tokens.checked_mul(unit).context("the number is too large")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for line in [
            "llama3.1:* 128k/4096",
            "gpt-5 400k/128k TVj",
            "x ?/8K S",
            "a-mlc 128K tv ~4K %880 #1236 =llama @cg !2024-09",
            "y",
        ] {
            let row = Row::read(line).unwrap();
            assert_eq!(Row::read(&row.written("")).unwrap(), row, "{line}");
        }
        assert_eq!(Row::read("x 128k/4096").unwrap().written(""), "x 128k/4K");
    }

    #[test]
    fn numbers_keep_their_value() {
        for (tokens, text) in [
            (128_000, "128k"),
            (131_072, "128K"),
            (1_048_576, "1M"),
            (1_000_000, "1m"),
            (40_961, "40961"),
        ] {
            assert_eq!(short(tokens), text);
            assert_eq!(limit(text).unwrap(), Some(tokens));
        }
    }

    #[test]
    fn a_part_without_meaning_is_an_error() {
        for line in ["x q", "x 12q", "x 99999999999", "x 5000m", "x %z"] {
            assert!(Row::read(line).is_err(), "{line}");
        }
    }
}
