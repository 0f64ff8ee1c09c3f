//! All bytes are here: verify, seal, commit.

use super::{FileTransfer, Out, Outcome, Phase};
use crate::engine::digest::Digest;
use crate::transfer::policy::{FULL_TRIES, LOCKED_PAUSE_MS, LOCKED_TRIES};
use crate::transfer::protocol::StoredFile;
use crate::transfer::step::{DiskTrouble, Effect, Now};
use crate::transfer::trouble::Trouble;

impl FileTransfer {
    pub(super) fn finish(&mut self, out: &mut Out) {
        if self.position == 0 && self.file.sha256.is_none() {
            // An empty file of unknown digest is no model, whatever its length was said to be.
            return self.fail(
                Trouble::NotAModel {
                    reason: "it is empty",
                },
                out,
            );
        }
        self.phase = Phase::Hashing;
        out.effects.push(Effect::Abort);
        out.effects.push(Effect::HashFinish);
    }

    pub(super) fn hashed(&mut self, actual: Digest, now: Now, out: &mut Out) {
        match self.file.sha256 {
            Some(expected) if expected != actual => {
                self.counts.full_tries += 1;
                if self.counts.full_tries >= FULL_TRIES {
                    self.fail(Trouble::WrongDigest { expected, actual }, out);
                } else {
                    self.start_over(false, now, out);
                }
            }
            _ => {
                self.phase = Phase::Sealing { digest: actual };
                out.effects.push(Effect::Seal { len: self.position });
            }
        }
    }

    /// The file is closed. Its length on the disk is looked at as well: the hash covers what came, not what was kept.
    pub(super) fn sealed(&mut self, sealed: Result<u64, DiskTrouble>, digest: Digest, out: &mut Out) {
        match sealed {
            Ok(len) if len == self.position => self.commit(digest, out),
            Ok(_) => self.disk_failed(DiskTrouble::Gone, out),
            Err(error) => self.disk_failed(error, out),
        }
    }

    pub(super) fn commit(&mut self, digest: Digest, out: &mut Out) {
        self.phase = Phase::Committing { digest };
        out.effects.push(Effect::Commit {
            key: self.key.clone(),
            name: self.ingest_name(),
            digest,
        });
    }

    pub(super) fn committed(
        &mut self,
        result: Result<(), DiskTrouble>,
        digest: Digest,
        now: Now,
        out: &mut Out,
    ) {
        match result {
            Ok(()) => {
                self.phase = Phase::Ended;
                out.outcome = Some(Outcome::Stored(StoredFile {
                    name: self.file.name.clone(),
                    digest,
                    size_bytes: self.position,
                    verified: self.file.sha256.is_some(),
                }));
            }
            Err(DiskTrouble::Locked) if self.counts.locked < LOCKED_TRIES => {
                self.counts.locked += 1;
                let until = now.ms.saturating_add(LOCKED_PAUSE_MS);
                self.phase = Phase::CommitLocked { digest, until };
            }
            Err(trouble) => self.disk_failed(trouble, out),
        }
    }
}
