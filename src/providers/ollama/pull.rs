//! Pulling: a line for each step, and for each file many.

use crate::providers::answer::Reading;
use crate::providers::error::{Foreign, ProviderError, ProviderErrorKind};
use crate::providers::json::{NoJson, Reader};
use crate::providers::pull::{PullEnd, PullPhase, PullProgress, Tally};
use crate::providers::refusal;
use crate::providers::stream::Said;

/// Reads the lines of a pull. It is done when, and only when, the server says `success`.
#[derive(Debug, Default)]
pub struct Pulling {
    tally: Tally,
}

/// What is in a line.
#[derive(Default)]
struct Line<'t> {
    is_object: bool,
    error: Option<&'t str>,
    status: Option<String>,
    digest: Option<String>,
    total: u64,
    completed: u64,
}

impl<'t> Line<'t> {
    fn read(text: &'t str) -> Result<Self, NoJson> {
        let mut line = Self::default();
        let mut reader = Reader::new(text);
        line.is_object = reader.object()?;
        if line.is_object {
            while let Some(key) = reader.key()? {
                match &*key {
                    "error" => line.error = Some(reader.raw()?),
                    "status" => line.status = reader.word()?,
                    "digest" => line.digest = reader.word()?,
                    // What is zero is left out.
                    "total" => line.total = reader.count()?.unwrap_or_default(),
                    "completed" => line.completed = reader.count()?.unwrap_or_default(),
                    _ => reader.skip()?,
                }
            }
        }
        reader.end()?;
        Ok(line)
    }
}

/// The words of a status change from version to version: only what they begin with is looked at, and what is not known
/// changes nothing.
fn phase(status: &str) -> Option<PullPhase> {
    [
        ("verifying", PullPhase::Verifying),
        ("writing", PullPhase::Writing),
        ("removing", PullPhase::Writing),
        ("success", PullPhase::Done),
    ]
    .into_iter()
    .find_map(|(word, phase)| status.starts_with(word).then_some(phase))
}

impl Said for Pulling {
    type Item = PullProgress;
    type End = PullEnd;

    fn line(
        &mut self,
        line: &str,
        status: u16,
        items: &mut Vec<PullProgress>,
    ) -> Result<Reading, ProviderError> {
        let foreign = |what| ProviderError::at(ProviderErrorKind::NotThisProtocol(what), status);
        let read = Line::read(line).map_err(|NoJson| foreign(Foreign::Text.or_page(line)))?;
        if !read.is_object {
            return Err(foreign(Foreign::OtherJson));
        }
        if let Some(error) = read.error.and_then(|error| refusal::of_value(error, status)) {
            return Err(error);
        }
        let Some(said) = read.status else {
            return Ok(Reading::More);
        };
        let phase = phase(&said);
        if let Some(digest) = &read.digest {
            self.tally.report(digest, read.total, read.completed);
        } else if let Some(phase) = phase {
            self.tally.enter(phase);
        }
        items.push(self.tally.progress());
        Ok(if phase == Some(PullPhase::Done) {
            Reading::Enough
        } else {
            Reading::More
        })
    }

    fn end(self, _: &mut Vec<PullProgress>) -> PullEnd {
        PullEnd::Done
    }
}
