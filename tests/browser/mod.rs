//! What tests in a browser need: places no other test uses, and a way to do to the browser what the package has no
//! function for.
#![allow(dead_code, unreachable_pub, reason = "no test file uses all of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use js_sys::Promise;
use modelyard::engine::digest::Digest;
use modelyard::net::browser_chunk::BrowserChunk;
use modelyard::storage::browser::{AnyWeights, open_weights};
use modelyard::storage::idb_records::IdbRecords;
use modelyard::storage::memory_weights::MemoryWeights;
use modelyard::storage::opfs_directory::blob_file;
use modelyard::storage::opfs_weights::OpfsWeights;
use modelyard::storage::weights::WeightsError;
use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::contract;

/// A namespace of its own for a test.
pub fn namespace() -> String {
    format!("Test {}", js_sys::Math::random())
}

/// Runs JavaScript and waits for what it gives.
pub async fn js(code: &str) -> JsValue {
    let promise = js_sys::eval(&format!("(async () => {{ {code} }})()")).unwrap();
    Promise::resolve(&promise).await.unwrap()
}

/// Replaces `object[name]` by a JavaScript expression for as long as this value lives.
pub struct Replaced {
    restore: String,
}

impl Replaced {
    pub fn new(object: &str, name: &str, expression: &str) -> Self {
        let slot = format!("globalThis[\"saved {object}.{name}\"]");
        let define = |value: &str| format!("Object.defineProperty({object}, '{name}', {value});");
        js_sys::eval(&format!(
            "{slot} = Object.getOwnPropertyDescriptor({object}, '{name}');
             {}",
            define(&format!(
                "{{ value: {expression}, configurable: true, writable: true }}"
            ))
        ))
        .unwrap();
        let restore = format!(
            "if ({slot}) {{ {} }} else {{ delete {object}.{name}; }}",
            define(&slot)
        );
        Self { restore }
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        js_sys::eval(&self.restore).unwrap();
    }
}

/// All bytes of a blob.
pub async fn bytes(blob: &Blob) -> Vec<u8> {
    js_sys::Uint8Array::new(&blob.array_buffer().await.unwrap()).to_vec()
}

/// A place for records in `IndexedDB`.
pub struct IdbPlace {
    pub namespace: String,
}

impl contract::records::Place for IdbPlace {
    type Records = IdbRecords;

    async fn open(&self) -> IdbRecords {
        IdbRecords::open(&self.namespace).await.unwrap()
    }
}

/// A place for weights in the origin private file system.
pub struct OpfsPlace {
    pub namespace: String,
}

impl contract::weights::Place for OpfsPlace {
    type Weights = OpfsWeights;

    async fn open(&self) -> OpfsWeights {
        OpfsWeights::open(&self.namespace).await.unwrap()
    }

    fn chunk(&self, bytes: &[u8]) -> BrowserChunk {
        BrowserChunk::copy_of(bytes)
    }

    async fn read_blob(&self, _weights: &OpfsWeights, digest: &Digest) -> Option<Vec<u8>> {
        match blob_file(&self.namespace, digest).await {
            Ok(file) => Some(bytes(&file).await),
            Err(WeightsError::NotFound) => None,
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// A place for weights in memory, as it is used where there is no file system.
pub struct MemoryPlace {
    pub weights: MemoryWeights<BrowserChunk>,
}

impl contract::weights::Place for MemoryPlace {
    type Weights = AnyWeights;

    async fn open(&self) -> AnyWeights {
        AnyWeights::Memory(self.weights.clone())
    }

    fn chunk(&self, bytes: &[u8]) -> BrowserChunk {
        BrowserChunk::copy_of(bytes)
    }

    async fn read_blob(&self, weights: &AnyWeights, digest: &Digest) -> Option<Vec<u8>> {
        match weights.blob(digest).await {
            Ok(blob) => Some(bytes(&blob).await),
            Err(WeightsError::NotFound) => None,
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// The reason why [`open_weights`] kept to memory.
pub async fn memory_reason() -> WeightsError {
    match open_weights(&namespace()).await {
        (AnyWeights::Memory(_), Some(reason)) => reason,
        _ => panic!("it found a file system"),
    }
}
