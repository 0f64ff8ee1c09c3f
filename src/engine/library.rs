//! The known models and what the disk has of them.
//!
//! A model is cached when a stored reference names a blob for each of its files and all those blobs exist. Blobs are
//! shared: two models with a file of the same digest keep it once.

use std::collections::BTreeMap;

use super::digest::Digest;
use super::ids::ModelId;
use super::manifest::ModelManifest;
use super::protocol::{PartialFile, StoredBlob, StoredFile};
use super::snapshot::Presence;

/// A known model.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) manifest: ModelManifest,
    /// The files of the stored reference.
    pub(super) stored: Option<Vec<StoredFile>>,
    /// Safe bytes of files that are not whole.
    pub(super) partial_bytes: u64,
}

/// All known models and all committed blobs.
#[derive(Debug, Default)]
pub(super) struct Library {
    models: BTreeMap<ModelId, Model>,
    blobs: BTreeMap<Digest, u64>,
}

impl Library {
    pub(super) fn get(&self, id: &ModelId) -> Option<&Model> {
        self.models.get(id)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &ModelId> {
        self.models.keys()
    }

    /// Makes a model known or replaces what is said of it; what is stored of it stays.
    pub(super) fn add(&mut self, manifest: ModelManifest) {
        let id = manifest.id.clone();
        if let Some(model) = self.models.get_mut(&id) {
            model.manifest = manifest;
        } else {
            self.models.insert(
                id,
                Model {
                    manifest,
                    stored: None,
                    partial_bytes: 0,
                },
            );
        }
    }

    /// The sum of all committed blobs.
    pub(super) fn used_bytes(&self) -> u64 {
        self.blobs.values().sum()
    }

    /// What the disk holds, as the worker found it.
    pub(super) fn set_blobs(&mut self, blobs: &[StoredBlob]) {
        self.blobs = blobs.iter().map(|blob| (blob.digest, blob.size_bytes)).collect();
    }

    /// Notes a committed file.
    pub(super) fn add_blob(&mut self, file: &StoredFile) {
        self.blobs.insert(file.digest, file.size_bytes);
    }

    pub(super) fn keep_blob(&mut self, blob: StoredBlob) {
        self.blobs.insert(blob.digest, blob.size_bytes);
    }

    /// Forgets blobs and gives those that were known.
    pub(super) fn drop_blobs(&mut self, digests: &[Digest]) -> Vec<StoredBlob> {
        let drop = |digest: &Digest| {
            let size_bytes = self.blobs.remove(digest)?;
            Some(StoredBlob {
                digest: *digest,
                size_bytes,
            })
        };
        digests.iter().filter_map(drop).collect()
    }

    pub(super) fn set_partials(&mut self, partials: &[PartialFile]) {
        for model in self.models.values_mut() {
            let of_file = |file: &super::manifest::ModelFile| {
                partials
                    .iter()
                    .find(|partial| match (partial.sha256, file.sha256) {
                        (Some(a), Some(b)) => a == b,
                        _ => partial.url == file.url,
                    })
                    .map_or(0, |partial| partial.offset_bytes)
            };
            model.partial_bytes = model.manifest.files.iter().map(of_file).sum();
        }
    }

    pub(super) fn set_partial_bytes(&mut self, id: &ModelId, bytes: u64) {
        if let Some(model) = self.models.get_mut(id) {
            model.partial_bytes = bytes;
        }
    }

    pub(super) fn set_stored(&mut self, id: &ModelId, files: Option<Vec<StoredFile>>) {
        if let Some(model) = self.models.get_mut(id) {
            model.stored = files;
        }
    }

    /// The files of a cached model: name and blob, in the order of the manifest.
    pub(super) fn cached_files(&self, id: &ModelId) -> Option<Vec<(String, Digest)>> {
        let model = self.models.get(id)?;
        let stored = model.stored.as_ref()?;
        model
            .manifest
            .files
            .iter()
            .map(|wanted| {
                let file = stored.iter().find(|file| file.name == wanted.name)?;
                let same = wanted.sha256.is_none_or(|digest| digest == file.digest);
                (same && self.blobs.contains_key(&file.digest)).then(|| (file.name.clone(), file.digest))
            })
            .collect()
    }

    pub(super) fn is_cached(&self, id: &ModelId) -> bool {
        self.cached_files(id).is_some()
    }

    /// The reference a model would have if all its digests are known and all those blobs are here: so a crash between
    /// the last commit and the record of it costs nothing.
    pub(super) fn adoptable(&self, id: &ModelId) -> Option<Vec<StoredFile>> {
        let model = self.models.get(id)?;
        let file = |file: &super::manifest::ModelFile| {
            let digest = file.sha256?;
            let size_bytes = *self.blobs.get(&digest)?;
            Some(StoredFile {
                name: file.name.clone(),
                digest,
                size_bytes,
                verified: true,
            })
        };
        model.manifest.files.iter().map(file).collect()
    }

    /// The blobs only this model uses: what deleting it frees.
    pub(super) fn own_blobs(&self, id: &ModelId) -> Vec<Digest> {
        let Some(stored) = self.models.get(id).and_then(|model| model.stored.as_ref()) else {
            return Vec::new();
        };
        let shared = |digest: &Digest| {
            self.models.iter().any(|(other, model)| {
                other != id
                    && model
                        .stored
                        .as_ref()
                        .is_some_and(|files| files.iter().any(|f| f.digest == *digest))
            })
        };
        let mut own: Vec<Digest> = stored
            .iter()
            .map(|file| file.digest)
            .filter(|d| !shared(d))
            .collect();
        own.sort_unstable();
        own.dedup();
        own
    }

    /// Whether a stored reference names the blob.
    pub(super) fn refers_to(&self, digest: &Digest) -> bool {
        let names = |files: &Vec<StoredFile>| files.iter().any(|file| file.digest == *digest);
        self.models
            .values()
            .filter_map(|model| model.stored.as_ref())
            .any(names)
    }

    /// What the disk has of a model, and how many bytes.
    pub(super) fn presence(&self, id: &ModelId) -> (Presence, u64) {
        let Some(model) = self.models.get(id) else {
            return (Presence::Absent, 0);
        };
        if self.is_cached(id) {
            let bytes = model.stored.iter().flatten().map(|file| file.size_bytes).sum();
            return (Presence::Cached, bytes);
        }
        match model.partial_bytes {
            0 => (Presence::Absent, 0),
            bytes => (Presence::Partial, bytes),
        }
    }

    /// Up to three known ids that look most like `name`.
    pub(super) fn closest(&self, name: &str) -> Vec<String> {
        let mut ranked: Vec<(f64, &str)> = self
            .models
            .keys()
            .map(|id| (strsim::jaro_winkler(id.as_str(), name), id.as_str()))
            .filter(|(likeness, _)| *likeness > 0.7)
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        ranked.into_iter().take(3).map(|(_, id)| id.to_owned()).collect()
    }
}
