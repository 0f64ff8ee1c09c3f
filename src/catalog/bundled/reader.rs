//! Reads the text from the first line to the last, and checks each.

use super::line::Line;
use super::{Bundled, BundledReason, Source, Span};
use crate::catalog::index::Index;

/// The form this reader understands.
const FORM: &str = "1";

/// The text on its way in.
pub(super) struct Reader<'a> {
    left: &'a str,
    /// The line that was read last, counted from 1.
    pub(super) number: usize,
    offset: usize,
    /// What was read so far.
    pub(super) read: Bundled,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let read = Bundled {
            text: text.into(),
            version: String::new(),
            sources: Vec::new(),
            usual: String::new(),
            patterns: Vec::new(),
            aliases: Vec::new(),
            names: Vec::new(),
            alias_index: Index::default(),
            name_index: Index::default(),
        };
        Self {
            left: text,
            number: 0,
            offset: 0,
            read,
        }
    }

    /// Reads all of it. Where it fails, `number` is the line that is wrong.
    pub(super) fn run(&mut self) -> Result<(), BundledReason> {
        self.head()?;
        while let Some((line, span)) = self.until("[aliases]")? {
            self.check(line)?;
            self.read.patterns.push(span);
        }
        let mut before = "";
        while let Some((line, span)) = self.until("[names]")? {
            let line = Line::of(line);
            line.check_name()?;
            if line.rest.is_empty() || line.rest.contains(' ') {
                return Err(BundledReason::Name);
            }
            before = ascending(before, line.name)?;
            self.read.aliases.push(span);
        }
        before = "";
        while let Some((line, span)) = self.until("[end]")? {
            before = ascending(before, self.check(line)?)?;
            self.read.names.push(span);
        }
        if self.left.is_empty() {
            Ok(())
        } else {
            Err(BundledReason::Length)
        }
    }

    fn head(&mut self) -> Result<(), BundledReason> {
        let (first, _) = self.next().map_err(|_| BundledReason::NotBundled)?;
        let mut words = first.split(' ');
        if words.next() != Some("modelyard-catalog") {
            return Err(BundledReason::NotBundled);
        }
        if words.next() != Some(FORM) {
            return Err(BundledReason::UnknownForm);
        }
        words
            .next()
            .ok_or(BundledReason::Head)?
            .clone_into(&mut self.read.version);
        while let Some((line, _)) = self.until("[patterns]")? {
            let mut words = line.split(' ');
            match (
                words.next(),
                words.next(),
                words.next(),
                words.next(),
                words.next(),
                words.next(),
            ) {
                (Some("usual"), Some(letters), None, ..) => letters.clone_into(&mut self.read.usual),
                (Some("source"), Some(letter), Some(name), Some(version), Some(date), None)
                    if letter.len() == 1 =>
                {
                    let mut name = name.to_owned();
                    // What is written by hand is known by its day alone.
                    if name != "rules" {
                        name.push(' ');
                        name.push_str(version);
                    }
                    self.read.sources.push(Source {
                        letter: letter.as_bytes()[0],
                        name,
                        date: date.to_owned(),
                    });
                }
                _ => return Err(BundledReason::Head),
            }
        }
        Ok(())
    }

    /// The next line of a part; `None` at the line that ends it.
    fn until(&mut self, end: &str) -> Result<Option<(&'a str, Span)>, BundledReason> {
        let (line, span) = self.next()?;
        Ok((line != end).then_some((line, span)))
    }

    fn next(&mut self) -> Result<(&'a str, Span), BundledReason> {
        self.number += 1;
        if self.left.is_empty() {
            return Err(BundledReason::Missing);
        }
        let (line, rest) = self.left.split_once('\n').ok_or(BundledReason::Length)?;
        self.left = rest;
        let from = self.offset;
        self.offset += line.len() + 1;
        // The whole text is shorter than 4 GiB.
        let place = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let name = Line::of(line).name.len();
        Ok((
            line,
            Span {
                from: place(from),
                name: place(from + name),
                to: place(from + line.len()),
            },
        ))
    }

    /// Checks a line of facts and gives its name.
    fn check(&self, line: &'a str) -> Result<&'a str, BundledReason> {
        let line = Line::of(line);
        line.check_name()?;
        let decoded = line.decode()?;
        let known = |letter: u8| self.read.sources.iter().any(|source| source.letter == letter);
        if decoded.sources.bytes().all(known) {
            Ok(line.name)
        } else {
            Err(BundledReason::Sign)
        }
    }
}

fn ascending<'a>(before: &str, name: &'a str) -> Result<&'a str, BundledReason> {
    if before < name {
        Ok(name)
    } else {
        Err(BundledReason::Order)
    }
}
