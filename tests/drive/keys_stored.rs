//! Keys that are kept: what is stored of them, what comes back, and what does not open.

use std::rc::Rc;

use modelyard::engine::failure::ErrorCode;
use modelyard::keys::KeyKeep;
use modelyard::management::KeyPhase;
use modelyard::runtime::management::ports::TabWord;
use modelyard::storage::memory_records::MemoryRecords;
use modelyard::storage::records::{Durability, Records, RecordsError, Store, Write};
use serde_json::Value;

use crate::keys::{CONFIG, KEY, PLAIN, empty, forget, list, open, sent, set, state};
use crate::rust_crypto::RustCrypto;
use crate::world::World;

/// A page that is opened on what is stored.
fn page(records: &MemoryRecords, crypto: &RustCrypto) -> World {
    let world = World::with(CONFIG, empty());
    world.service.acknowledge_keys();
    open(&world, records, crypto);
    world
}

fn stored(records: &MemoryRecords) -> Vec<(String, String)> {
    crate::world::now(records.all(Store::Meta)).expect("they can be read")
}

fn put(records: &MemoryRecords, key: &str, value: Option<&str>) {
    let write = Write {
        store: Store::Meta,
        key: key.to_owned(),
        value: value.map(str::to_owned),
    };
    crate::world::now(records.write(vec![write], Durability::Strict)).expect("it can be written");
}

/// Changes a field of a record.
fn change(records: &MemoryRecords, key: &str, path: &str, change: impl FnOnce(&mut Value)) {
    let text = stored(records)
        .into_iter()
        .find(|(of, _)| of == key)
        .expect("it is stored")
        .1;
    let mut record: Value = serde_json::from_str(&text).expect("a record");
    change(record.pointer_mut(path).expect("a field"));
    put(records, key, Some(&record.to_string()));
}

fn one_kept() -> (MemoryRecords, RustCrypto) {
    let (records, crypto) = (MemoryRecords::new(), RustCrypto::default());
    let world = page(&records, &crypto);
    set(&world, "one", KEY, KeyKeep::Device).expect("it is taken");
    (records, crypto)
}

#[test]
fn a_key_of_the_device_is_there_after_a_reload_and_one_of_the_session_is_not() {
    let (records, crypto) = (MemoryRecords::new(), RustCrypto::default());
    let world = page(&records, &crypto);
    set(&world, "one", KEY, KeyKeep::Device).expect("it is taken");
    set(&world, "two", "session-key-0001", KeyKeep::Session).expect("it is taken");
    let before = world.service.key_state("one");
    let world = page(&records, &crypto);
    assert_eq!(world.service.key_state("one"), before);
    assert_eq!(state(&world, "two"), KeyPhase::None);
    list(&world, "one").expect("a list");
    assert_eq!(
        sent(&world)[0].1.as_deref(),
        Some(["Authorization: Bearer ", KEY].concat().as_str())
    );
}

#[test]
fn what_is_stored_shows_nothing_of_a_key() {
    let (records, crypto) = (MemoryRecords::new(), RustCrypto::default());
    let world = page(&records, &crypto);
    for (provider, key) in [("one", KEY), ("two", PLAIN)] {
        set(&world, provider, key, KeyKeep::Device).expect("it is taken");
    }
    set(&world, "here", "session-key-0001", KeyKeep::Session).expect("it is taken");
    let all = stored(&records);
    assert_eq!(all.len(), 2, "one of the session is not stored: {all:?}");
    let all = format!("{all:?}");
    assert!(!all.contains("canary") && !all.contains("session-key") && all.contains("https://one.example"));
    let hex = |text: &str| {
        text.bytes()
            .fold(String::new(), |all, byte| all + &format!("{byte:02x}"))
    };
    assert!(!all.contains(&hex("canary")));
}

#[test]
fn a_key_that_changes_how_it_is_kept_leaves_nothing_behind() {
    let (records, crypto) = one_kept();
    let world = page(&records, &crypto);
    set(&world, "one", KEY, KeyKeep::Session).expect("it is taken");
    assert!(stored(&records).is_empty());
    set(&world, "one", KEY, KeyKeep::Device).expect("it is taken");
    forget(&world, "one").expect("it goes");
    assert!(stored(&records).is_empty());
}

/// Bad input 67.
#[test]
fn bad_input_67_a_record_that_was_changed_or_moved_is_told_and_kept() {
    type Change = fn(&MemoryRecords);
    let changes: [(&str, Change); 6] = [
        ("a flipped bit", |records| {
            change(records, "key/one", "/sealed/ciphertext", |text| {
                let mut digits = text.as_str().expect("hex").to_owned();
                let first = if digits.starts_with('0') { "1" } else { "0" };
                digits.replace_range(0..1, first);
                *text = digits.into();
            });
        }),
        ("another vector", |records| {
            change(records, "key/one", "/sealed/iv", |text| {
                *text = "00".repeat(12).into();
            });
        }),
        ("another origin", |records| {
            change(records, "key/one", "/origin", |text| {
                *text = "https://two.example".into();
            });
        }),
        ("another provider within", |records| {
            change(records, "key/one", "/provider", |text| *text = "two".into());
        }),
        ("a newer version", |records| {
            change(records, "key/one", "/version", |number| *number = 2.into());
        }),
        ("no record", |records| put(records, "key/one", Some("{}"))),
    ];
    for (name, change) in changes {
        let (records, crypto) = one_kept();
        change(&records);
        let before = stored(&records);
        let world = page(&records, &crypto);
        assert_eq!(state(&world, "one"), KeyPhase::Unreadable, "{name}");
        list(&world, "one").expect("a list");
        assert!(sent(&world).iter().all(|(_, header)| header.is_none()), "{name}");
        assert_eq!(stored(&records), before, "{name}: nothing is deleted silently");
        forget(&world, "one").expect("by hand it is");
        assert!(stored(&records).is_empty());
    }
}

#[test]
fn bad_input_67_a_record_moved_to_another_provider_does_not_open() {
    let (records, crypto) = one_kept();
    let text = stored(&records)[0].1.clone();
    put(&records, "key/two", Some(&text));
    let moved = text
        .replace("\"one\"", "\"two\"")
        .replace("one.example", "two.example");
    put(&records, "key/here", Some(&moved.replace("\"two\"", "\"here\"")));
    let world = page(&records, &crypto);
    assert_eq!(state(&world, "one"), KeyPhase::Ready);
    assert_eq!(state(&world, "two"), KeyPhase::Unreadable);
    assert_eq!(state(&world, "here"), KeyPhase::Unreadable);
}

#[test]
fn without_the_key_of_the_device_its_keys_are_unreadable_and_new_ones_can_be_set() {
    let (records, crypto) = one_kept();
    crypto.lose_device_key();
    let world = page(&records, &crypto);
    assert_eq!(state(&world, "one"), KeyPhase::Unreadable);
    set(&world, "one", KEY, KeyKeep::Device).expect("it is taken");
    let world = page(&records, &crypto);
    assert_eq!(state(&world, "one"), KeyPhase::Ready);
}

#[test]
fn what_cannot_be_stored_is_an_error_and_changes_nothing() {
    let (records, crypto) = one_kept();
    let world = page(&records, &crypto);
    let before = world.service.key_state("one");
    records.refuse_changes(Some(RecordsError::Full));
    let failure = set(&world, "one", "another-key-0001", KeyKeep::Device).expect_err("no room");
    assert_eq!(failure.code, ErrorCode::StorageFull);
    assert_eq!(
        set(&world, "one", "another-key-0001", KeyKeep::Session)
            .expect_err("the old one would come back")
            .code,
        ErrorCode::StorageFull
    );
    assert_eq!(
        forget(&world, "one").expect_err("it is there still").code,
        ErrorCode::StorageFull
    );
    assert_eq!(world.service.key_state("one"), before);
    records.refuse_changes(None);
    crypto.refuse(true);
    let failure = set(&world, "two", KEY, KeyKeep::Device).expect_err("no cryptography");
    assert_eq!(failure.code, ErrorCode::StorageUnavailable);
    assert!(failure.recovery.iter().any(|advice| advice.contains("session")));
    set(&world, "two", KEY, KeyKeep::Session).expect("that works without");
}

#[test]
fn another_tab_hears_that_keys_changed_and_reads_them() {
    let (records, crypto) = (MemoryRecords::new(), RustCrypto::default());
    let (one, other) = (page(&records, &crypto), page(&records, &crypto));
    let peer = |world: &World| {
        let service = Rc::clone(&world.service);
        world.wait(async move { service.peer_keys(TabWord::Changed).await });
    };
    set(&other, "two", "session-key-0001", KeyKeep::Session).expect("it is taken");
    set(&one, "one", KEY, KeyKeep::Device).expect("it is taken");
    assert_eq!(*one.tabs.borrow(), [TabWord::Changed]);
    peer(&other);
    assert_eq!(state(&other, "one"), KeyPhase::Ready);
    assert_eq!(state(&other, "two"), KeyPhase::Ready, "its own stays");
    assert_eq!(other.tabs.borrow().len(), 1, "what it heard it does not tell");
    forget(&one, "one").expect("it goes");
    peer(&other);
    assert_eq!(state(&other, "one"), KeyPhase::None);
    set(&one, "two", KEY, KeyKeep::Device).expect("it is taken");
    peer(&other);
    let kept = other.service.key_state("two").expect("a provider").keep;
    assert_eq!(kept, Some(KeyKeep::Device), "what was stored later counts");
}

#[test]
fn before_the_vault_is_open_only_keys_of_the_session_are_taken() {
    let world = World::with(CONFIG, empty());
    world.service.acknowledge_keys();
    assert_eq!(
        set(&world, "one", KEY, KeyKeep::Device)
            .expect_err("not yet")
            .code,
        ErrorCode::NotReady
    );
    set(&world, "one", KEY, KeyKeep::Session).expect("it is taken");
    open(&world, &MemoryRecords::new(), &RustCrypto::default());
    assert_eq!(state(&world, "one"), KeyPhase::Ready);
}
