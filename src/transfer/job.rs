//! The files of a model, one after the other, as one transfer with one ticket.
//!
//! What is committed already is not fetched again, also when two files of one model have the same digest. Everything
//! said to the page about the transfer is said here: progress that never falls unless a file started over, waits,
//! each committed file, and one end.

use crate::engine::digest::Digest;
use crate::engine::ids::{ModelId, Ticket};
use crate::engine::manifest::ModelFile;
use crate::engine::map::Map;

use super::file::{FileTransfer, Out, Outcome};
use super::pace::Pace;
use super::policy::PartSizes;
use super::protocol::{FromWorker, StoredBlob, StoredFile};
use super::step::{Effect, Input, Now};

/// A running transfer.
#[derive(Debug)]
pub struct Job {
    ticket: Ticket,
    model: ModelId,
    files: Vec<ModelFile>,
    sizes: &'static PartSizes,
    blobs: Map<Digest, u64>,
    stored: Vec<StoredFile>,
    current: Option<FileTransfer>,
    pace: Pace,
    /// The most that was reported since a file last started over.
    reported_bytes: u64,
}

impl Job {
    /// Begins with the first file that is not among `blobs`.
    pub fn start(
        ticket: Ticket,
        model: ModelId,
        files: Vec<ModelFile>,
        blobs: Vec<StoredBlob>,
        sizes: &'static PartSizes,
        now: Now,
    ) -> (Self, Vec<Effect>) {
        let mut job = Self {
            ticket,
            model,
            files,
            sizes,
            blobs: blobs
                .into_iter()
                .map(|blob| (blob.digest, blob.size_bytes))
                .collect(),
            stored: Vec::new(),
            current: None,
            pace: Pace::default(),
            reported_bytes: 0,
        };
        let mut out = Out::default();
        job.next_file(now, &mut out);
        job.report(now, false, &mut out.effects);
        job.end_if_done(&mut out.effects);
        (job, out.effects)
    }

    /// The attempt this is.
    pub fn ticket(&self) -> Ticket {
        self.ticket
    }

    /// All files it is about.
    pub fn files(&self) -> &[ModelFile] {
        &self.files
    }

    /// One step.
    pub fn handle(&mut self, input: Input, now: Now) -> Vec<Effect> {
        let mut out = Out::default();
        let Some(current) = &mut self.current else {
            return match input {
                Input::Leave => vec![Effect::Left],
                _ => Vec::new(),
            };
        };
        current.handle(input, now, &mut out);
        if out.restarted {
            self.reported_bytes = 0;
        }
        match out.outcome.take() {
            None => {}
            Some(Outcome::Failed(trouble)) => {
                let kept = if trouble.spoils() { 0 } else { current.safe_bytes() };
                let failure = trouble.failure(&current.file().name).about_model(&self.model);
                self.current = None;
                out.effects.push(Effect::Send(FromWorker::Failed {
                    ticket: self.ticket,
                    failure,
                    kept_bytes: Some(self.with_stored(kept)),
                }));
                out.effects.push(Effect::End);
                return out.effects;
            }
            Some(Outcome::Stored(file)) => {
                self.current = None;
                self.blobs.insert(file.digest, file.size_bytes);
                self.stored.push(file.clone());
                self.report(now, out.restarted, &mut out.effects);
                out.effects.push(Effect::Send(FromWorker::Committed {
                    ticket: self.ticket,
                    file,
                }));
                self.next_file(now, &mut out);
            }
        }
        self.report(now, out.restarted, &mut out.effects);
        if let Some(waiting) = out.waits.take() {
            out.effects.push(Effect::Send(FromWorker::Waits {
                ticket: self.ticket,
                waiting,
            }));
        }
        self.end_if_done(&mut out.effects);
        out.effects
    }

    /// Goes on with the next file that is not here yet.
    fn next_file(&mut self, now: Now, out: &mut Out) {
        while let Some(file) = self.files.get(self.stored.len()) {
            let Some((digest, size_bytes)) = self.kept(file) else {
                self.current = Some(FileTransfer::start(file.clone(), self.sizes, now, out));
                return;
            };
            self.stored.push(StoredFile {
                name: file.name.clone(),
                digest,
                size_bytes,
                verified: true,
            });
        }
    }

    /// The blob of a file. One of another length than promised is none: it was cut behind our back, or the promise is
    /// wrong, and then fetching it says so.
    fn kept(&self, file: &ModelFile) -> Option<(Digest, u64)> {
        let digest = file.sha256?;
        let len = *self.blobs.get(&digest)?;
        file.size_bytes
            .is_none_or(|size| size == len)
            .then_some((digest, len))
    }

    fn end_if_done(&self, effects: &mut Vec<Effect>) {
        if self.current.is_none() {
            effects.push(Effect::Send(FromWorker::Finished {
                ticket: self.ticket,
                files: self.stored.clone(),
            }));
            effects.push(Effect::End);
        }
    }

    fn present_bytes(&self) -> u64 {
        self.with_stored(self.current.as_ref().map_or(0, FileTransfer::position))
    }

    /// These bytes and those of the files that are stored.
    fn with_stored(&self, current: u64) -> u64 {
        self.stored
            .iter()
            .fold(current, |sum, file| sum.saturating_add(file.size_bytes))
    }

    fn total_bytes(&self) -> Option<u64> {
        let stored = self.stored.iter().map(|file| Some(file.size_bytes));
        let current = self.current.iter().map(FileTransfer::total);
        let begun = self.stored.len() + usize::from(self.current.is_some());
        let rest = self
            .files
            .iter()
            .skip(begun)
            .map(|file| self.kept(file).map(|(_, len)| len).or(file.size_bytes));
        stored
            .chain(current)
            .chain(rest)
            .try_fold(0_u64, |sum, size| sum.checked_add(size?))
    }

    /// Says how far it is, if it is time to.
    fn report(&mut self, now: Now, restarted: bool, effects: &mut Vec<Effect>) {
        let bytes = self.present_bytes().max(self.reported_bytes);
        // The last word on a file, so that 100 % is always said.
        let whole = self.current.is_none() && bytes != self.reported_bytes;
        if self.pace.due(now.ms, bytes, restarted || whole) {
            self.reported_bytes = bytes;
            effects.push(self.progress(restarted));
        }
    }

    fn progress(&self, restarted: bool) -> Effect {
        Effect::Send(FromWorker::Progress {
            ticket: self.ticket,
            downloaded_bytes: self.present_bytes().max(self.reported_bytes),
            total_bytes: self.total_bytes(),
            restarted,
        })
    }
}
