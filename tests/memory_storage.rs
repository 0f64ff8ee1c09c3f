//! The contract suites on the back ends in memory, and what only these can show.
#![cfg(not(target_arch = "wasm32"))]

mod contract;

use contract::run;
use contract::rust_crypto::RustCrypto;
use modelyard::engine::digest::Digest;
use modelyard::net::scripted::ScriptedChunk;
use modelyard::storage::memory_records::MemoryRecords;
use modelyard::storage::memory_weights::MemoryWeights;
use modelyard::storage::records::{Durability, Records, RecordsError, Store, Write};
use modelyard::storage::weights::{Ingest, Weights, WeightsError};

impl contract::records::Place for MemoryRecords {
    type Records = Self;

    async fn open(&self) -> Self {
        self.clone()
    }
}

impl contract::weights::Place for MemoryWeights<ScriptedChunk> {
    type Weights = Self;

    async fn open(&self) -> Self {
        self.clone()
    }

    fn chunk(&self, bytes: &[u8]) -> ScriptedChunk {
        ScriptedChunk(bytes.to_vec())
    }

    async fn read_blob(&self, weights: &Self, digest: &Digest) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        weights
            .visit_blob(digest, |piece| bytes.extend_from_slice(piece))
            .then_some(bytes)
    }
}

impl contract::crypto::Place for RustCrypto {
    type Crypto = Self;

    async fn open(&self) -> Self {
        self.clone()
    }
}

macro_rules! crypto {
    (crypto: $($name:ident,)*) => {
        mod crypto {
            use super::*;
            $(#[test] fn $name() { run(contract::crypto::$name(RustCrypto::default())); })*
        }
    };
}

macro_rules! records {
    (records: $($name:ident,)*) => {
        mod records {
            use super::*;
            $(#[test] fn $name() { run(contract::records::$name(MemoryRecords::new())); })*
        }
    };
}

macro_rules! weights {
    (weights: $($name:ident,)*) => {
        mod weights {
            use super::*;
            $(#[test] fn $name() { run(contract::weights::$name(MemoryWeights::new())); })*
        }
    };
}

crypto_contract!(crypto);
records_contract!(records);
weights_contract!(weights);

#[test]
fn refused_records_change_nothing_and_can_be_read() {
    let records = MemoryRecords::new();
    let write = |value: &str| {
        let write = Write {
            store: Store::Meta,
            key: "k".to_owned(),
            value: Some(value.to_owned()),
        };
        run(records.write(vec![write], Durability::Strict))
    };
    write("1").unwrap();
    records.refuse_changes(Some(RecordsError::Full));
    assert_eq!(write("2"), Err(RecordsError::Full));
    assert_eq!(run(records.clear(Store::Meta)), Err(RecordsError::Full));
    assert_eq!(run(records.get(Store::Meta, "k")), Ok(Some("1".to_owned())));
    records.refuse_changes(None);
    write("2").unwrap();
}

#[test]
fn a_full_store_refuses_and_takes_more_when_something_is_deleted() {
    let weights = MemoryWeights::with_capacity(10);
    let ten = ScriptedChunk(vec![1; 10]);
    let one = run(weights.open_ingest("a.part")).unwrap();
    one.write_at(0, &ten).unwrap();
    one.write_at(0, &ten).unwrap();
    assert_eq!(one.write_at(1, &ten), Err(WeightsError::Full));
    assert_eq!(one.len(), Ok(10));
    let two = run(weights.open_ingest("b.part")).unwrap();
    assert_eq!(two.truncate(1), Err(WeightsError::Full));
    one.truncate(9).unwrap();
    two.truncate(1).unwrap();
    one.close();
    run(weights.delete_ingest("a.part")).unwrap();
    two.write_at(0, &ten).unwrap();
}

#[test]
fn a_power_loss_takes_what_was_not_flushed() {
    let weights = MemoryWeights::new();
    let ingest = run(weights.open_ingest("a.part")).unwrap();
    ingest.write_at(0, &ScriptedChunk(b"safe".to_vec())).unwrap();
    ingest.flush().unwrap();
    ingest.write_at(4, &ScriptedChunk(b"not".to_vec())).unwrap();
    weights.lose_unflushed();
    assert_eq!(ingest.len(), Ok(4));
}
