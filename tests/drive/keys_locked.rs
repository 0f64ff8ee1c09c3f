//! Keys behind a passphrase.

use std::rc::Rc;

use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::keys::{FREE_TRIES, IDLE_MS, KeyKeep};
use modelyard::management::KeyPhase;
use modelyard::runtime::management::ports::TabWord;
use modelyard::storage::memory_records::MemoryRecords;
use modelyard::storage::records::{Records, RecordsError, Store};

use crate::keys::{CONFIG, KEY, PLAIN, empty, forget, list, open, sent, set, state};
use crate::rust_crypto::RustCrypto;
use crate::world::{Told, World};

const PASSPHRASE: &str = "four words of caf\u{e9}";

fn page(records: &MemoryRecords, crypto: &RustCrypto) -> World {
    let world = World::with(CONFIG, empty());
    world.service.acknowledge_keys();
    open(&world, records, crypto);
    world
}

fn make(world: &World, text: &str) -> Result<(), Failure> {
    let (service, text) = (Rc::clone(&world.service), text.to_owned());
    world.wait(async move { service.set_passphrase(text).await })
}

fn unlock(world: &World, text: &str) -> Result<(), Failure> {
    let (service, text) = (Rc::clone(&world.service), text.to_owned());
    world.wait(async move { service.unlock(text).await })
}

fn stored(records: &MemoryRecords) -> Vec<(String, String)> {
    crate::world::now(records.all(Store::Meta)).expect("they can be read")
}

/// A page with one key behind the passphrase, open.
fn opened() -> (World, MemoryRecords, RustCrypto) {
    let (records, crypto) = (MemoryRecords::new(), RustCrypto::default());
    let world = page(&records, &crypto);
    make(&world, PASSPHRASE).expect("it is made");
    set(&world, "one", KEY, KeyKeep::Passphrase).expect("it is taken");
    (world, records, crypto)
}

#[test]
fn a_key_behind_a_passphrase_is_locked_after_a_reload_and_ready_when_that_is_entered() {
    let (world, records, crypto) = opened();
    assert_eq!(state(&world, "one"), KeyPhase::Ready);
    let world = page(&records, &crypto);
    assert!(world.service.is_locked());
    assert_eq!(state(&world, "one"), KeyPhase::Locked);
    list(&world, "one").expect("a list");
    assert!(sent(&world).iter().all(|(_, header)| header.is_none()));
    // However the accent is typed.
    unlock(&world, "four words of cafe\u{301}").expect("it is right");
    assert!(!world.service.is_locked());
    assert_eq!(state(&world, "one"), KeyPhase::Ready);
    list(&world, "one").expect("a list");
    assert!(sent(&world).last().is_some_and(|(_, header)| header.is_some()));
}

#[test]
fn bad_input_66_a_wrong_empty_or_huge_passphrase_opens_nothing() {
    let (_, records, crypto) = opened();
    let world = page(&records, &crypto);
    for (text, code) in [
        ("four words of cafe", ErrorCode::Unauthorized),
        ("four words of caf\u{e9} ", ErrorCode::Unauthorized),
        ("x", ErrorCode::Unauthorized),
        ("", ErrorCode::InvalidInput),
        (&"x".repeat(1 << 20), ErrorCode::InvalidInput),
    ] {
        let failure = unlock(&world, text).expect_err("it is wrong");
        assert_eq!(failure.code, code, "{}", text.len());
        assert!(text.is_empty() || text == "x" || !format!("{failure:?}").contains(text));
        assert_eq!(state(&world, "one"), KeyPhase::Locked);
    }
    for text in ["", "short", &"x".repeat(1 << 20)] {
        assert_eq!(
            make(&world, text).expect_err("it is none").field.as_deref(),
            Some("passphrase")
        );
    }
}

#[test]
fn after_five_wrong_passphrases_even_the_right_one_has_to_wait() {
    let (_, records, crypto) = opened();
    let world = page(&records, &crypto);
    for _ in 0..FREE_TRIES {
        assert_eq!(
            unlock(&world, "wrong").expect_err("it is wrong").code,
            ErrorCode::Unauthorized
        );
    }
    assert_eq!(
        unlock(&world, PASSPHRASE).expect_err("too early").code,
        ErrorCode::RateLimited
    );
    world.pass(1_000);
    unlock(&world, PASSPHRASE).expect("it is right");
}

#[test]
fn nobody_used_a_key_for_a_quarter_of_an_hour_and_it_is_locked() {
    let (world, ..) = opened();
    world.pass(IDLE_MS - 1_000);
    list(&world, "one").expect("a list");
    world.pass(IDLE_MS - 1_000);
    assert_eq!(state(&world, "one"), KeyPhase::Ready, "it was used");
    world.pass(2_000);
    assert_eq!(state(&world, "one"), KeyPhase::Locked);
    assert!(world.service.is_locked());
    let last = world.told().into_iter().rev().find_map(|told| match told {
        Told::KeyChanged(_, key) => Some(key.state),
        _ => None,
    });
    assert_eq!(last, Some(KeyPhase::Locked), "the host was told");
}

#[test]
fn locking_is_at_once_and_in_all_tabs() {
    let (world, records, crypto) = opened();
    let other = page(&records, &crypto);
    unlock(&other, PASSPHRASE).expect("it is right");
    set(&world, "two", "device-key-0001", KeyKeep::Device).expect("it is taken");
    world.service.lock();
    assert_eq!(state(&world, "one"), KeyPhase::Locked);
    assert_eq!(state(&world, "two"), KeyPhase::Ready, "the others stay");
    assert_eq!(world.tabs.borrow().last(), Some(&TabWord::Locked));
    let service = Rc::clone(&other.service);
    other.wait(async move { service.peer_keys(TabWord::Locked).await });
    assert_eq!(state(&other, "one"), KeyPhase::Locked);
    unlock(&world, PASSPHRASE).expect("it opens again");
    assert_eq!(state(&world, "one"), KeyPhase::Ready);
}

#[test]
fn what_is_locked_while_it_is_opened_stays_locked() {
    let (_, records, crypto) = opened();
    crypto.hesitate();
    let world = page(&records, &crypto);
    let (unlocking, locking) = (Rc::clone(&world.service), Rc::clone(&world.service));
    let outcome = Rc::new(std::cell::RefCell::new(None));
    let place = Rc::clone(&outcome);
    world.executor.spawn(async move {
        let unlocked = unlocking.unlock(PASSPHRASE.to_owned()).await;
        place.replace(Some(unlocked));
    });
    world.executor.spawn(async move { locking.lock() });
    world.pass(1_000);
    let failure = outcome.take().expect("it ended").expect_err("somebody locked it");
    assert_eq!(failure.code, ErrorCode::Canceled);
    assert_eq!(state(&world, "one"), KeyPhase::Locked);
    assert!(world.service.is_locked());
    unlock(&world, PASSPHRASE).expect("another time it opens");
    assert_eq!(state(&world, "one"), KeyPhase::Ready);
}

#[test]
fn a_passphrase_that_is_changed_while_somebody_locks_loses_no_key() {
    let (world, _, crypto) = opened();
    crypto.hesitate();
    let (changing, locking) = (Rc::clone(&world.service), Rc::clone(&world.service));
    world.executor.spawn(async move {
        let _ = changing.set_passphrase("another passphrase".to_owned()).await;
    });
    world.executor.spawn(async move { locking.lock() });
    world.pass(1_000);
    assert_eq!(state(&world, "one"), KeyPhase::Locked);
    unlock(&world, "another passphrase").expect("it was changed all the same");
    assert_eq!(state(&world, "one"), KeyPhase::Ready);
}

#[test]
fn another_passphrase_needs_the_old_one_and_then_only_the_new_one_opens() {
    let (world, records, crypto) = opened();
    set(&world, "two", PLAIN, KeyKeep::Passphrase).expect("it is taken");
    world.service.lock();
    assert_eq!(
        make(&world, "another passphrase").expect_err("it is locked").code,
        ErrorCode::Unauthorized
    );
    unlock(&world, PASSPHRASE).expect("it is right");
    make(&world, "another passphrase").expect("it is changed");
    assert_eq!(state(&world, "one"), KeyPhase::Ready);
    world.service.lock();
    assert_eq!(state(&world, "one"), KeyPhase::Locked);
    unlock(&world, "another passphrase").expect("it opens here");
    let world = page(&records, &crypto);
    assert_eq!(
        unlock(&world, PASSPHRASE).expect_err("it is the old one").code,
        ErrorCode::Unauthorized
    );
    unlock(&world, "another passphrase").expect("it is right");
    assert_eq!(
        (state(&world, "one"), state(&world, "two")),
        (KeyPhase::Ready, KeyPhase::Ready)
    );
}

#[test]
fn a_passphrase_that_could_not_be_stored_is_not_in_force() {
    let (world, records, crypto) = opened();
    let before = stored(&records);
    records.refuse_changes(Some(RecordsError::Full));
    assert_eq!(
        make(&world, "another passphrase").expect_err("no room").code,
        ErrorCode::StorageFull
    );
    records.refuse_changes(None);
    assert_eq!(stored(&records), before);
    world.service.lock();
    unlock(&world, PASSPHRASE).expect("the old one is right");
    assert_eq!(state(&world, "one"), KeyPhase::Ready);
    drop(crypto);
}

#[test]
fn a_key_behind_a_passphrase_that_was_never_made_or_is_not_entered_is_refused() {
    let (records, crypto) = (MemoryRecords::new(), RustCrypto::default());
    let world = page(&records, &crypto);
    assert_eq!(
        set(&world, "one", KEY, KeyKeep::Passphrase)
            .expect_err("there is none")
            .code,
        ErrorCode::InvalidInput
    );
    assert_eq!(
        unlock(&world, PASSPHRASE).expect_err("there is none").code,
        ErrorCode::InvalidInput
    );
    assert!(!world.service.is_locked());
    world.service.lock();
    assert!(!world.service.is_locked(), "there is nothing to lock");
    make(&world, PASSPHRASE).expect("it is made");
    world.service.lock();
    assert_eq!(
        set(&world, "one", KEY, KeyKeep::Passphrase)
            .expect_err("it is locked")
            .code,
        ErrorCode::Unauthorized
    );
    set(&world, "one", KEY, KeyKeep::Device).expect("that needs none");
}

#[test]
fn another_tab_that_changed_the_passphrase_locks_this_one() {
    let (world, records, crypto) = opened();
    let other = page(&records, &crypto);
    unlock(&other, PASSPHRASE).expect("it is right");
    make(&other, "another passphrase").expect("it is changed");
    let service = Rc::clone(&world.service);
    world.wait(async move { service.peer_keys(TabWord::Changed).await });
    assert_eq!(state(&world, "one"), KeyPhase::Locked);
    unlock(&world, "another passphrase").expect("it is the new one");
    assert_eq!(state(&world, "one"), KeyPhase::Ready);
}

#[test]
fn a_passphrase_that_cannot_be_read_leaves_its_keys_unreadable_until_they_are_forgotten() {
    let (_, records, crypto) = opened();
    let text = stored(&records)
        .into_iter()
        .find(|(key, _)| key == "passphrase")
        .expect("it is stored")
        .1;
    let newer = text.replace("\"version\":1", "\"version\":7");
    crate::world::put(&records, "passphrase", &newer);
    let world = page(&records, &crypto);
    assert_eq!(state(&world, "one"), KeyPhase::Unreadable);
    assert_eq!(
        make(&world, PASSPHRASE).expect_err("its key would be lost").code,
        ErrorCode::StorageUnavailable
    );
    assert_eq!(
        unlock(&world, PASSPHRASE).expect_err("it cannot be told").code,
        ErrorCode::StorageUnavailable
    );
    forget(&world, "one").expect("it goes");
    make(&world, PASSPHRASE).expect("there is nothing to lose");
}
