//! Weights and records in a dedicated worker: the contracts, and what a file system can do to one.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod contract;

use browser::{IdbPlace, MemoryPlace, OpfsPlace, Replaced, bytes, js, memory_reason, namespace};
use contract::weights::Place as _;
use modelyard::engine::digest::Digest;
use modelyard::engine::snapshot::Persistence;
use modelyard::net::browser_chunk::BrowserChunk;
use modelyard::storage::browser::{open_weights, persistence, request_persistence, used_bytes};
use modelyard::storage::memory_weights::MemoryWeights;
use modelyard::storage::opfs_weights::OpfsWeights;
use modelyard::storage::weights::{Ingest, Weights, WeightsError};
use modelyard::transfer::protocol::WeightsBackEnd;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn opfs() -> OpfsPlace {
    OpfsPlace {
        namespace: namespace(),
    }
}

fn memory() -> MemoryPlace {
    MemoryPlace {
        weights: MemoryWeights::new(),
    }
}

macro_rules! records {
    (records: $($name:ident,)*) => {
        mod records {
            use super::*;
            $(
                #[wasm_bindgen_test]
                async fn $name() {
                    contract::records::$name(IdbPlace { namespace: namespace() }).await;
                }
            )*
        }
    };
}

macro_rules! weights {
    (weights: $($name:ident,)*) => {
        mod opfs_weights {
            use super::*;
            $( #[wasm_bindgen_test] async fn $name() { contract::weights::$name(opfs()).await; } )*
        }

        mod memory_weights {
            use super::*;
            $( #[wasm_bindgen_test] async fn $name() { contract::weights::$name(memory()).await; } )*
        }

        mod opfs_weights_without_move {
            use super::*;
            $(
                #[wasm_bindgen_test]
                async fn $name() {
                    let _missing = Replaced::new("FileSystemFileHandle.prototype", "move", "undefined");
                    contract::weights::$name(opfs()).await;
                }
            )*
        }
    };
}

records_contract!(records);
weights_contract!(weights);

#[wasm_bindgen_test]
async fn a_worker_keeps_weights_on_the_disk() {
    let (weights, reason) = open_weights(&namespace()).await;
    assert_eq!((weights.back_end(), reason), (WeightsBackEnd::Opfs, None));
    let digest = Digest::from_bytes([3; 32]);
    let ingest = weights.open_ingest("a.part").await.unwrap();
    ingest.write_at(0, &BrowserChunk::copy_of(b"weights")).unwrap();
    ingest.close();
    weights.commit("a.part", &digest).await.unwrap();
    assert_eq!(bytes(&weights.blob(&digest).await.unwrap()).await, b"weights");
    assert!(used_bytes().await.is_some());
    assert_eq!(persistence().await, Persistence::BestEffort);
    assert_eq!(request_persistence().await, Persistence::BestEffort);
}

#[wasm_bindgen_test]
async fn opening_leaves_nothing_behind() {
    let place = opfs();
    place.open().await;
    let names = js("const names = [];
        const walk = async directory => {
            for await (const [name, entry] of directory.entries()) {
                names.push(name);
                if (entry.kind === 'directory') await walk(entry);
            }
        };
        await walk(await navigator.storage.getDirectory());
        return names.filter(name => name.startsWith('probe')).join()")
    .await;
    assert_eq!(names.as_string().as_deref(), Some(""));
}

#[wasm_bindgen_test]
async fn without_a_file_system_weights_are_in_memory_and_the_reason_is_told() {
    for (object, name, expression) in [
        ("StorageManager.prototype", "getDirectory", "undefined"),
        (
            "StorageManager.prototype",
            "getDirectory",
            "() => { throw new DOMException('private', 'SecurityError'); }",
        ),
        (
            "FileSystemFileHandle.prototype",
            "createSyncAccessHandle",
            "undefined",
        ),
        ("FileSystemSyncAccessHandle.prototype", "read", "() => 0"),
        (
            "FileSystemFileHandle.prototype",
            "move",
            "() => Promise.reject(new DOMException('transient', 'UnknownError'))",
        ),
    ] {
        let _missing = Replaced::new(object, name, expression);
        let reason = memory_reason().await;
        assert!(
            matches!(&reason, WeightsError::Unavailable(text) if !text.is_empty()),
            "{name}: {reason:?}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_full_disk_is_no_reason_to_leave_it() {
    let _full = Replaced::new(
        "FileSystemSyncAccessHandle.prototype",
        "write",
        "() => { throw new DOMException('', 'QuotaExceededError'); }",
    );
    let (weights, reason) = open_weights(&namespace()).await;
    assert_eq!((weights.back_end(), reason), (WeightsBackEnd::Opfs, None));
}

#[wasm_bindgen_test]
async fn no_room_has_many_names() {
    let weights = opfs().open().await;
    let ingest = weights.open_ingest("a.part").await.unwrap();
    for (method, expression) in [
        (
            "write",
            "() => { throw new DOMException('', 'QuotaExceededError'); }",
        ),
        ("write", "() => { throw { code: 22 }; }"),
        (
            "write",
            "() => { throw { name: 'NS_ERROR_FILE_NO_DEVICE_SPACE' }; }",
        ),
        ("write", "() => { throw { name: 'NS_ERROR_DOM_QUOTA_REACHED' }; }"),
        ("write", "() => 2"),
        (
            "truncate",
            "() => { throw new DOMException('', 'QuotaExceededError'); }",
        ),
    ] {
        let _full = Replaced::new("FileSystemSyncAccessHandle.prototype", method, expression);
        let outcome = match method {
            "write" => ingest.write_at(0, &BrowserChunk::copy_of(b"abc")),
            _ => ingest.truncate(10),
        };
        assert_eq!(outcome, Err(WeightsError::Full), "{expression}");
    }
    assert_eq!(ingest.write_at(0, &BrowserChunk::copy_of(b"abc")), Ok(()));
}

#[wasm_bindgen_test]
async fn a_copy_that_was_cut_off_is_no_blob_and_is_replaced() {
    let place = opfs();
    let weights = place.open().await;
    let digest = Digest::from_bytes([4; 32]);
    let commit = async |text: &[u8]| {
        let ingest = weights.open_ingest("a.part").await.unwrap();
        ingest.write_at(0, &BrowserChunk::copy_of(text)).unwrap();
        ingest.close();
        weights.commit("a.part", &digest).await
    };
    let _missing = Replaced::new("FileSystemFileHandle.prototype", "move", "undefined");
    {
        let _full = Replaced::new(
            "FileSystemSyncAccessHandle.prototype",
            "flush",
            "() => { throw new DOMException('', 'QuotaExceededError'); }",
        );
        assert_eq!(commit(b"weights").await, Err(WeightsError::Full));
    }
    assert_eq!(weights.blobs().await.unwrap(), []);
    assert_eq!(weights.ingests().await.unwrap(), [("a.part".to_owned(), 7)]);
    weights.commit("a.part", &digest).await.unwrap();
    assert_eq!(weights.blobs().await.unwrap().len(), 1);
    assert_eq!(
        place.read_blob(&weights, &digest).await.as_deref(),
        Some(&b"weights"[..])
    );
}

/// A worker, as another tab would have one, that opens and keeps the ingest file `a.part` of `namespace` and then says
/// `held`, or why it could not.
async fn held_elsewhere(namespace: &str) -> String {
    let answer = js(&format!(
        "const code = `onmessage = async () => {{
             try {{
                 let found = await navigator.storage.getDirectory();
                 for (const name of ['modelyard', '{namespace}', 'v1', 'ingest']) found = await found.getDirectoryHandle(name);
                 const file = await found.getFileHandle('a.part', {{ create: true }});
                 globalThis.held = await file.createSyncAccessHandle();
                 postMessage('held');
             }} catch (error) {{ postMessage(error.name); }}
         }}`;
         globalThis.other = new Worker(URL.createObjectURL(new Blob([code], {{ type: 'text/javascript' }})));
         return await new Promise(resolve => {{
             other.onmessage = event => resolve(event.data);
             other.postMessage('');
         }})"
    ))
    .await;
    answer.as_string().unwrap()
}

#[wasm_bindgen_test]
async fn what_another_worker_holds_is_locked_until_that_worker_ends() {
    let namespace = format!("two-workers-{}", js_sys::Math::random().to_bits());
    let weights = OpfsWeights::open(&namespace).await.unwrap();
    let ingest = weights.open_ingest("a.part").await.unwrap();
    assert_eq!(held_elsewhere(&namespace).await, "NoModificationAllowedError");
    ingest.close();
    assert_eq!(held_elsewhere(&namespace).await, "held");
    assert_eq!(
        weights.open_ingest("a.part").await.err(),
        Some(WeightsError::Locked)
    );
    assert_eq!(
        weights.delete_ingest("a.part").await.err(),
        Some(WeightsError::Locked)
    );
    assert_eq!(
        weights.rename_ingest("a.part", "b.part").await.err(),
        Some(WeightsError::Locked)
    );
    assert_eq!(
        weights.commit("a.part", &Digest::from_bytes([5; 32])).await.err(),
        Some(WeightsError::Locked)
    );
    js("other.terminate()").await;
    // The lock ends with the worker, which takes a moment.
    while weights.open_ingest("a.part").await.is_err() {}
}

#[wasm_bindgen_test]
async fn cleared_site_data_is_no_end() {
    let place = opfs();
    let weights = place.open().await;
    js("await (await navigator.storage.getDirectory()).removeEntry('modelyard', { recursive: true })").await;
    assert_eq!(weights.blobs().await, Ok(vec![]));
    assert!(weights.open_ingest("a.part").await.is_ok());
}

#[wasm_bindgen_test]
async fn a_chunk_goes_to_another_thread_and_comes_back() {
    let chunk = BrowserChunk::copy_of(b"abcdef");
    let view = chunk.view().subarray(2, 5);
    let chunk = BrowserChunk::from_view(view);
    let (buffer, start) = (chunk.buffer(), chunk.start());
    assert_eq!((start, buffer.byte_length()), (2, 6));
    // What a message does: the memory moves, the old buffer is empty.
    let moved = js_sys::Reflect::get(&js_sys::global(), &"structuredClone".into()).unwrap();
    let moved = js_sys::Function::from(moved);
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"transfer".into(), &js_sys::Array::of1(&buffer)).unwrap();
    let moved = moved
        .call2(&wasm_bindgen::JsValue::UNDEFINED, &buffer, &options)
        .unwrap();
    assert_eq!(modelyard::net::Chunk::len(&chunk), 0);
    let back = BrowserChunk::from_buffer(&moved.into());
    let mut copy = [0; 6];
    modelyard::net::Chunk::copy_to(&back, &mut copy);
    assert_eq!(&copy, b"abcdef");
}

#[wasm_bindgen_test]
async fn a_file_larger_than_four_gib_is_addressed_right() {
    let weights = OpfsWeights::open(&namespace()).await.unwrap();
    let ingest = weights.open_ingest("a.part").await.unwrap();
    let offset = 5 << 30;
    // Some disks refuse so large a file, sparse as it is; then there is nothing to see.
    if ingest.write_at(offset, &BrowserChunk::copy_of(b"abc")) != Err(WeightsError::Full) {
        assert_eq!(ingest.len(), Ok(offset + 3));
        let mut back = [0; 3];
        assert_eq!(ingest.read_at(offset, &mut back), Ok(3));
        assert_eq!(&back, b"abc");
    }
    drop(ingest);
    weights.delete_ingest("a.part").await.unwrap();
}
