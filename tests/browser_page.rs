//! What a page, which has no sync access handles, can do with weights.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod contract;

use browser::{bytes, js, memory_reason, namespace};
use modelyard::engine::digest::Digest;
use modelyard::storage::opfs_directory::blob_file;
use modelyard::storage::weights::WeightsError;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_page_reads_a_blob_that_a_worker_wrote() {
    let namespace = format!("page-{}", js_sys::Math::random().to_bits());
    let digest = Digest::from_bytes([6; 32]);
    assert_eq!(
        blob_file(&namespace, &digest).await.err(),
        Some(WeightsError::NotFound)
    );
    js(&format!(
        "const code = `onmessage = async () => {{
             let found = await navigator.storage.getDirectory();
             for (const name of ['modelyard', '{namespace}', 'v1', 'blobs'])
                 found = await found.getDirectoryHandle(name, {{ create: true }});
             const file = await found.getFileHandle('{}', {{ create: true }});
             const handle = await file.createSyncAccessHandle();
             handle.write(new TextEncoder().encode('weights'));
             handle.close();
             postMessage('done');
         }}`;
         const worker = new Worker(URL.createObjectURL(new Blob([code], {{ type: 'text/javascript' }})));
         await new Promise(resolve => {{ worker.onmessage = resolve; worker.postMessage(''); }})",
        digest.blob_name()
    ))
    .await;
    let file = blob_file(&namespace, &digest).await.unwrap();
    assert_eq!(bytes(&file).await, b"weights");
    assert_eq!(
        blob_file(&namespace, &Digest::from_bytes([7; 32])).await.err(),
        Some(WeightsError::NotFound)
    );
    assert_eq!(
        blob_file(&browser::namespace(), &digest).await.err(),
        Some(WeightsError::NotFound)
    );
}

#[wasm_bindgen_test]
async fn a_page_cannot_write_weights_and_says_so() {
    let reason = memory_reason().await;
    assert!(
        matches!(&reason, WeightsError::Unavailable(text) if text.contains("createSyncAccessHandle")),
        "{reason:?}"
    );
    assert!(!namespace().is_empty());
}
