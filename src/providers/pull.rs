//! How far a pull is. A provider speaks of each file by itself, in numbers that can fall; what comes out here never does
//! (requirement Q6).

use super::answer::Reading;
use super::error::ProviderError;
use super::stream::{Framing, Said, Stream};
use super::{ollama, openai};

/// Reads a pull; gives [`PullProgress`], and [`PullEnd`] in the end.
pub type PullDecoder = Stream<Pulling>;

/// What a connection came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullEnd {
    /// Everything is here.
    Done,
    /// The provider goes on by itself. After a while it is asked how far it is, by this: [`super::Provider::pull_status`].
    Again(String),
}

/// What is said of a pull: one type, so that there is one reader of streams.
#[derive(Debug)]
pub enum Pulling {
    /// Ollama's lines.
    Ollama(ollama::pull::Pulling),
    /// A job, as LM Studio tells of it.
    Job(openai::jobs::Job),
}

impl Pulling {
    /// A decoder of it.
    pub(super) fn decoder(self) -> PullDecoder {
        let framing = match self {
            Self::Ollama(_) => Framing::Lines,
            Self::Job(_) => Framing::Whole,
        };
        Stream::new(framing, self)
    }
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
        match self {
            Self::Ollama(pulling) => pulling.line(line, status, items),
            Self::Job(job) => job.line(line, status, items),
        }
    }

    fn end(self, items: &mut Vec<PullProgress>) -> PullEnd {
        match self {
            Self::Ollama(pulling) => pulling.end(items),
            Self::Job(job) => job.end(items),
        }
    }
}

/// More files than any model has.
const MAX_FILES: usize = 4_096;

/// What a provider does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PullPhase {
    /// It looks up what there is to fetch.
    #[default]
    Preparing,
    /// It fetches.
    Downloading,
    /// It compares what came with its digest.
    Verifying,
    /// It puts it in place.
    Writing,
    /// Everything is here.
    Done,
}

/// How far a pull is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PullProgress {
    /// What the provider does. Never goes back.
    pub phase: PullPhase,
    /// The bytes that are here. Never falls.
    pub downloaded_bytes: u64,
    /// The bytes there are, as far as the provider has said: it may speak of the next file only when the last one is
    /// here. `None` while it has said nothing. Never falls.
    pub total_bytes: Option<u64>,
    /// In tenths of a percent; 1000 only when it is done. Never falls. `None` while the total is unknown.
    pub permille: Option<u16>,
}

/// Adds up what is said of each file.
#[derive(Debug, Default)]
pub(super) struct Tally {
    files: Vec<File>,
    progress: PullProgress,
}

#[derive(Debug)]
struct File {
    digest: String,
    total: u64,
    completed: u64,
}

impl Tally {
    /// What is known now.
    pub(super) fn progress(&self) -> PullProgress {
        self.progress
    }

    /// Takes note of a phase.
    pub(super) fn enter(&mut self, phase: PullPhase) {
        self.progress.phase = self.progress.phase.max(phase);
        if phase == PullPhase::Done {
            // A pull that is over within a blink says nothing of its files.
            self.progress.downloaded_bytes = self.progress.total_bytes.unwrap_or_default();
            self.progress.permille = Some(1_000);
        }
    }

    /// Takes note of what is said of one file.
    pub(super) fn report(&mut self, digest: &str, total: u64, completed: u64) {
        self.enter(PullPhase::Downloading);
        // Reports come one file after the other: it is nearly always the last one.
        let at = self.files.iter().rposition(|file| file.digest == digest);
        let at = match at {
            Some(at) => at,
            None if self.files.len() == MAX_FILES => return,
            None => {
                self.files.push(File {
                    digest: digest.to_owned(),
                    total: 0,
                    completed: 0,
                });
                self.files.len() - 1
            }
        };
        let Some(file) = self.files.get_mut(at) else {
            return;
        };
        let progress = &mut self.progress;
        let total = total.max(file.total);
        // A part that is rolled back is fetched again: the count stands still until then.
        let completed = completed.min(total).max(file.completed);
        let sum = progress.total_bytes.unwrap_or_default();
        progress.total_bytes = Some(sum.saturating_add(total - file.total));
        progress.downloaded_bytes = progress
            .downloaded_bytes
            .saturating_add(completed - file.completed);
        file.total = total;
        file.completed = completed;
        let sum = progress.total_bytes.unwrap_or_default();
        if sum > 0 {
            let share = u128::from(progress.downloaded_bytes) * 1_000 / u128::from(sum);
            let share = u16::try_from(share).unwrap_or(1_000).min(999);
            progress.permille = progress.permille.max(Some(share));
        } else {
            progress.total_bytes = None;
        }
    }
}
