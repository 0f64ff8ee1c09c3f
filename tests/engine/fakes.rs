//! The transfer worker and the in-page engines, as far as the core sees them. They obey, remember the truth, and
//! refuse what no real one could do.

use std::collections::{BTreeMap, BTreeSet};

use modelyard::engine::digest::Digest;
use modelyard::engine::effect::Effect;
use modelyard::engine::failure::Failure;
use modelyard::engine::ids::{AnswerId, EngineId, LoadId, ModelId, Ticket};
use modelyard::engine::manifest::ModelFile;
use modelyard::engine::protocol::{
    FromWorker, PartialFile, StoredBlob, StoredFile, ToWorker, WeightsBackEnd,
};

use crate::models::{SIZE, digest_of};

/// The worker and the weights on the disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Worker {
    pub(crate) up: bool,
    pub(crate) current: Option<Transfer>,
    /// Every ticket there was before.
    pub(crate) past: Vec<Ticket>,
    pub(crate) blobs: BTreeMap<Digest, u64>,
    pub(crate) partials: BTreeMap<String, PartialFile>,
    /// Deletions that are not answered: request, blobs, and what was freed once they are carried out.
    pub(crate) deletions: Vec<(u64, Vec<Digest>, Option<u64>)>,
    pub(crate) heard: Vec<ToWorker>,
}

/// A transfer under way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Transfer {
    pub(crate) ticket: Ticket,
    pub(crate) model: ModelId,
    pub(crate) files: Vec<ModelFile>,
}

impl Worker {
    pub(crate) fn hear(&mut self, message: &ToWorker) {
        assert!(self.up, "told a worker that is not there: {message:?}");
        self.heard.push(message.clone());
        match message {
            ToWorker::Start { ticket, model, files } => {
                assert_eq!(self.current, None, "two transfers at once");
                // A worker does what it is told in order.
                self.carry_out_deletions();
                self.current = Some(Transfer {
                    ticket: *ticket,
                    model: model.clone(),
                    files: files.clone(),
                });
            }
            ToWorker::Stop { ticket, keep } => {
                if let Some(transfer) = self.current.take_if(|transfer| transfer.ticket == *ticket) {
                    self.past.push(*ticket);
                    if !keep {
                        self.discard(&transfer.files);
                    }
                }
            }
            ToWorker::Discard { files } => self.discard(files),
            ToWorker::Delete { request, digests } => self.deletions.push((*request, digests.clone(), None)),
            ToWorker::Hello { .. } | ToWorker::Online | ToWorker::Ping => {}
        }
    }

    fn discard(&mut self, files: &[ModelFile]) {
        for file in files {
            self.partials.remove(&file.url);
        }
    }

    /// The worker is gone, and with it what it was told and had not done.
    pub(crate) fn die(&mut self) {
        self.up = false;
        self.past
            .extend(self.current.take().map(|transfer| transfer.ticket));
        self.deletions.clear();
    }

    pub(crate) fn ready(&self) -> FromWorker {
        let blobs = self.blobs.iter();
        FromWorker::Ready {
            weights: WeightsBackEnd::Opfs,
            blobs: blobs
                .map(|(digest, size_bytes)| StoredBlob {
                    digest: *digest,
                    size_bytes: *size_bytes,
                })
                .collect(),
            partials: self.partials.values().cloned().collect(),
        }
    }

    /// Keeps a safe part of the current transfer's first missing file, and says how much of all files is here.
    pub(crate) fn keep_part(&mut self, bytes: u64) -> u64 {
        let Some(transfer) = &self.current else { return 0 };
        let mut left = bytes;
        for file in &transfer.files {
            let whole = file.sha256.is_some_and(|digest| self.blobs.contains_key(&digest));
            let here = left.min(SIZE);
            left -= here;
            if !whole && here > 0 {
                let partial = PartialFile {
                    url: file.url.clone(),
                    sha256: file.sha256,
                    offset_bytes: here,
                };
                self.partials.insert(file.url.clone(), partial);
            }
        }
        bytes
    }

    /// Commits all files of the current transfer and says so.
    pub(crate) fn finish(&mut self) -> FromWorker {
        let transfer = self.current.take().expect("a transfer");
        self.past.push(transfer.ticket);
        let mut files = Vec::new();
        for file in &transfer.files {
            let stored = self.commit(file);
            files.push(stored);
        }
        FromWorker::Finished {
            ticket: transfer.ticket,
            files,
        }
    }

    pub(crate) fn commit(&mut self, file: &ModelFile) -> StoredFile {
        let digest = file.sha256.unwrap_or_else(|| digest_of(&file.name));
        let size_bytes = file.size_bytes.unwrap_or(SIZE);
        self.partials.remove(&file.url);
        self.blobs.insert(digest, size_bytes);
        StoredFile {
            name: file.name.clone(),
            digest,
            size_bytes,
            verified: file.sha256.is_some(),
        }
    }

    fn carry_out_deletions(&mut self) {
        let blobs = &mut self.blobs;
        for (_, digests, freed) in self.deletions.iter_mut().filter(|(_, _, freed)| freed.is_none()) {
            *freed = Some(digests.iter().filter_map(|digest| blobs.remove(digest)).sum());
        }
    }

    /// Answers the oldest deletion.
    pub(crate) fn delete(&mut self) -> Option<FromWorker> {
        self.carry_out_deletions();
        if self.deletions.is_empty() {
            return None;
        }
        let (request, digests, freed) = self.deletions.remove(0);
        Some(FromWorker::Deleted {
            request,
            digests,
            freed_bytes: freed.unwrap_or_default(),
            failure: None,
        })
    }

    /// The oldest deletion, if it is not carried out yet, cannot be.
    pub(crate) fn cannot_delete(&mut self, failure: Failure) -> Option<FromWorker> {
        let (request, _, _) = self.deletions.first().filter(|(_, _, freed)| freed.is_none())?;
        let request = *request;
        self.deletions.remove(0);
        Some(FromWorker::Deleted {
            request,
            digests: Vec::new(),
            freed_bytes: 0,
            failure: Some(failure),
        })
    }
}

/// The in-page engines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Host {
    pub(crate) engines: BTreeMap<EngineId, InPage>,
    /// Loads that are over, for late words.
    pub(crate) past: Vec<LoadId>,
    /// Tries of answers that are over.
    pub(crate) past_answers: Vec<(AnswerId, u32)>,
}

/// What one engine really does.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct InPage {
    pub(crate) loading: Option<(LoadId, ModelId)>,
    pub(crate) holds: Option<(LoadId, ModelId)>,
    /// It was told to give up its load or free its memory.
    pub(crate) leaving: bool,
    pub(crate) answer: Option<(AnswerId, ModelId)>,
    /// Which try of it that is.
    pub(crate) attempt: u32,
}

impl Host {
    pub(crate) fn hear(&mut self, effect: &Effect, blobs: &BTreeMap<Digest, u64>) {
        match effect {
            Effect::Load {
                load,
                engine,
                model,
                files,
                ..
            } => {
                let slot = self.engines.entry(engine.clone()).or_default();
                slot.attempt = 0;
                assert_eq!(*slot, InPage::default(), "a load into an engine that is not free");
                let missing = files.iter().find(|(_, digest)| !blobs.contains_key(digest));
                assert_eq!(missing, None, "a load of a file that is not there");
                slot.loading = Some((*load, model.clone()));
            }
            Effect::AbortLoad { load } => {
                let slot = self.of_load(*load).expect("a load to give up");
                assert!(slot.loading.is_some() && !slot.leaving);
                slot.leaving = true;
            }
            Effect::Unload { load } => {
                let slot = self.of_load(*load).expect("a model to free");
                assert!(slot.holds.is_some() && !slot.leaving);
                assert_eq!(slot.answer, None, "a running answer is cut");
                slot.leaving = true;
            }
            Effect::StartAnswer {
                answer,
                attempt,
                load,
                engine,
                model,
            } if !crate::server::is_server(engine) => {
                let slot = self.engines.get_mut(engine).expect("an engine");
                assert_eq!(
                    slot.holds,
                    Some((*load, model.clone())),
                    "an answer from another model"
                );
                assert!(!slot.leaving && slot.answer.is_none());
                slot.answer = Some((*answer, model.clone()));
                slot.attempt = *attempt;
            }
            _ => {}
        }
    }

    /// The try of an answer that an engine of this page gives now.
    pub(crate) fn attempt(&self, answer: AnswerId) -> Option<u32> {
        let gives = |slot: &&InPage| slot.answer.as_ref().is_some_and(|(id, _)| *id == answer);
        self.engines.values().find(gives).map(|slot| slot.attempt)
    }

    fn of_load(&mut self, load: LoadId) -> Option<&mut InPage> {
        self.engines.values_mut().find(|slot| {
            let mine = |held: &Option<(LoadId, ModelId)>| held.as_ref().is_some_and(|(id, _)| *id == load);
            mine(&slot.loading) || mine(&slot.holds)
        })
    }

    /// Whether some engine really has a model and keeps it.
    pub(crate) fn has(&self, model: &str) -> bool {
        self.engines
            .values()
            .any(|slot| !slot.leaving && slot.holds.as_ref().is_some_and(|(_, id)| id.as_str() == model))
    }

    /// The digests no one may delete now: an engine reads them.
    pub(crate) fn reads(&self) -> BTreeSet<String> {
        let models = self
            .engines
            .values()
            .flat_map(|slot| [&slot.loading, &slot.holds]);
        models
            .flatten()
            .map(|(_, model)| model.as_str().to_owned())
            .collect()
    }
}
