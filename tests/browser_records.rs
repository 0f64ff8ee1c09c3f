//! Records in `IndexedDB`, in a page: the contract, and the hazards of that database.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod contract;

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use browser::{IdbPlace, Replaced, js, namespace};
use modelyard::engine::snapshot::RecordsBackEnd;
use modelyard::storage::browser::open_records;
use modelyard::storage::idb_records::IdbRecords;
use modelyard::storage::records::{Durability, Records, RecordsError, Store, Write};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

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

records_contract!(records);

fn put(key: &str, value: &str) -> Vec<Write> {
    vec![Write {
        store: Store::Meta,
        key: key.to_owned(),
        value: Some(value.to_owned()),
    }]
}

async fn open(namespace: &str) -> IdbRecords {
    IdbRecords::open(namespace).await.unwrap()
}

/// Opens the database without any manners: it does not close when another version is wanted.
async fn hold(namespace: &str, version: u32) {
    js(&format!(
        "await new Promise((resolve, reject) => {{
             const request = indexedDB.open('modelyard-{namespace}', {version});
             request.onsuccess = () => {{ globalThis.held = request.result; resolve(); }};
             request.onerror = () => reject(request.error);
         }})"
    ))
    .await;
}

async fn release() {
    js("globalThis.held.close()").await;
}

#[wasm_bindgen_test]
async fn a_write_whose_caller_went_away_is_not_lost() {
    let records = open(&namespace()).await;
    {
        let mut write = pin!(records.write(put("k", "1"), Durability::Strict));
        poll_fn(|context| {
            assert!(write.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
    }
    assert_eq!(records.get(Store::Meta, "k").await, Ok(Some("1".to_owned())));
}

#[wasm_bindgen_test]
async fn a_write_says_how_sure_it_must_be() {
    let records = open(&namespace()).await;
    let _spy = Replaced::new(
        "IDBDatabase.prototype",
        "transaction",
        "(original => function (...args) {
             const transaction = original.apply(this, args);
             globalThis.durability = transaction.durability;
             return transaction;
         })(IDBDatabase.prototype.transaction)",
    );
    records.write(put("k", "1"), Durability::Strict).await.unwrap();
    assert_eq!(
        js("return durability").await.as_string().as_deref(),
        Some("strict")
    );
    records.write(put("k", "2"), Durability::Relaxed).await.unwrap();
    assert_eq!(
        js("return durability").await.as_string().as_deref(),
        Some("relaxed")
    );
}

#[wasm_bindgen_test]
async fn a_newer_schema_is_refused_and_named() {
    let namespace = namespace();
    hold(&namespace, 7).await;
    release().await;
    let refused = IdbRecords::open(&namespace).await.err();
    assert_eq!(refused, Some(RecordsError::NewerSchema { found: 7 }));
    let (records, reason) = open_records(&namespace).await;
    assert_eq!(records.back_end(), RecordsBackEnd::Memory);
    assert_eq!(reason, Some(RecordsError::NewerSchema { found: 7 }));
}

#[wasm_bindgen_test]
async fn an_upgrade_that_another_tab_blocks_gives_up_and_works_later() {
    let namespace = namespace();
    drop(open(&namespace).await);
    hold(&namespace, 1).await;
    let blocked = IdbRecords::open_as(&namespace, 2, 300).await.err();
    assert_eq!(blocked, Some(RecordsError::Blocked));
    release().await;
    // The upgrade given up on runs now; its connection must not stay.
    IdbRecords::open_as(&namespace, 2, 3000).await.unwrap();
    IdbRecords::open_as(&namespace, 3, 3000).await.unwrap();
}

#[wasm_bindgen_test]
async fn an_open_that_never_answers_gives_up() {
    let namespace = namespace();
    drop(open(&namespace).await);
    hold(&namespace, 1).await;
    // Behind a deletion that waits, an open waits without any event.
    js(&format!("indexedDB.deleteDatabase('modelyard-{namespace}')")).await;
    let refused = IdbRecords::open_as(&namespace, 1, 300).await.err();
    assert!(
        matches!(refused, Some(RecordsError::Unavailable(_))),
        "{refused:?}"
    );
    release().await;
}

#[wasm_bindgen_test]
async fn an_older_connection_makes_way_for_a_newer_version_and_then_refuses() {
    let namespace = namespace();
    let old = open(&namespace).await;
    old.write(put("k", "1"), Durability::Strict).await.unwrap();
    let new = IdbRecords::open_as(&namespace, 2, 3000).await.unwrap();
    assert_eq!(new.get(Store::Meta, "k").await, Ok(Some("1".to_owned())));
    assert_eq!(
        old.get(Store::Meta, "k").await,
        Err(RecordsError::NewerSchema { found: 2 })
    );
}

#[wasm_bindgen_test]
async fn a_connection_that_was_lost_is_opened_anew() {
    let namespace = namespace();
    let records = open(&namespace).await;
    // Closed behind its back: the next transaction throws an InvalidStateError.
    let spy = Replaced::new(
        "IDBDatabase.prototype",
        "transaction",
        "(original => function (...args) {
             if (!globalThis.closedOnce) { globalThis.closedOnce = true; this.close(); }
             return original.apply(this, args);
         })(IDBDatabase.prototype.transaction)",
    );
    assert_eq!(records.write(put("k", "1"), Durability::Strict).await, Ok(()));
    drop(spy);
    assert_eq!(records.get(Store::Meta, "k").await, Ok(Some("1".to_owned())));
}

#[wasm_bindgen_test]
async fn a_connection_that_is_lost_again_and_again_is_an_error() {
    let records = open(&namespace()).await;
    let _broken = Replaced::new(
        "IDBDatabase.prototype",
        "transaction",
        "function () { throw new DOMException('Connection to Indexed Database server lost', 'UnknownError'); }",
    );
    let lost = "UnknownError: Connection to Indexed Database server lost".to_owned();
    assert_eq!(
        records.get(Store::Meta, "k").await,
        Err(RecordsError::Unavailable(lost))
    );
}

#[wasm_bindgen_test]
async fn an_aborted_transaction_is_an_error_and_changes_nothing() {
    let records = open(&namespace()).await;
    records.write(put("k", "1"), Durability::Strict).await.unwrap();
    let aborting = Replaced::new(
        "IDBObjectStore.prototype",
        "put",
        "(original => function (...args) {
             const request = original.apply(this, args);
             request.addEventListener('success', () => this.transaction.abort());
             return request;
         })(IDBObjectStore.prototype.put)",
    );
    let aborted = records.write(put("k", "2"), Durability::Strict).await;
    assert!(
        matches!(aborted, Err(RecordsError::Unavailable(_))),
        "{aborted:?}"
    );
    drop(aborting);
    assert_eq!(records.get(Store::Meta, "k").await, Ok(Some("1".to_owned())));
}

#[wasm_bindgen_test]
async fn a_full_disk_is_told_from_other_failures() {
    let records = open(&namespace()).await;
    for thrown in [
        "new DOMException('', 'QuotaExceededError')",
        "{ name: 'NS_ERROR_DOM_QUOTA_REACHED' }",
        "{ code: 22 }",
    ] {
        let _full = Replaced::new(
            "IDBObjectStore.prototype",
            "put",
            &format!("function () {{ throw {thrown}; }}"),
        );
        assert_eq!(
            records.write(put("k", "1"), Durability::Strict).await,
            Err(RecordsError::Full)
        );
    }
    assert_eq!(records.get(Store::Meta, "k").await, Ok(None));
}

#[wasm_bindgen_test]
async fn a_deleted_database_is_made_anew() {
    let namespace = namespace();
    let records = open(&namespace).await;
    records.write(put("k", "1"), Durability::Strict).await.unwrap();
    js(&format!(
        "await new Promise(resolve => indexedDB.deleteDatabase('modelyard-{namespace}').onsuccess = resolve)"
    ))
    .await;
    assert_eq!(records.get(Store::Meta, "k").await, Ok(None));
    records.write(put("k", "2"), Durability::Strict).await.unwrap();
}

#[wasm_bindgen_test]
async fn without_a_database_records_are_in_memory_and_the_reason_is_told() {
    let _missing = Replaced::new("globalThis", "indexedDB", "undefined");
    let (records, reason) = open_records(&namespace()).await;
    assert_eq!(records.back_end(), RecordsBackEnd::Memory);
    assert_eq!(
        reason,
        Some(RecordsError::Unavailable("there is no IndexedDB here".to_owned()))
    );
    records.write(put("k", "1"), Durability::Strict).await.unwrap();
    assert_eq!(records.get(Store::Meta, "k").await, Ok(Some("1".to_owned())));
}
