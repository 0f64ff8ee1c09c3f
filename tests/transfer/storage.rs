//! The disk: reload, crash, no room, someone else (Q8, Q11, scenarios 39, 40, 52, 53, faults 107, 108).

use modelyard::engine::failure::ErrorCode;
use modelyard::engine::manifest::ModelFile;
use modelyard::engine::protocol::FromWorker;
use modelyard::storage::records::{RecordsError, Store};
use modelyard::storage::weights::WeightsError;
use modelyard::transfer::journal::{ingest_name, key_of};

use super::support::network::Reply;
use super::support::rig::{Rig, ticket};
use super::support::{Dice, KIB, MIB, known, noise};

const OVERLAP: u64 = 64 << 10;

/// 64 KiB each 200 ms: five chunks a second.
fn slow(bytes: &[u8]) -> Rig {
    let bytes = bytes.to_vec();
    Rig::new(move |asked| Reply::partial(&bytes, asked.offset).paced(200))
}

#[test]
fn q8_after_a_reload_it_goes_on_from_the_last_second_and_hashes_nothing_again() {
    let bytes = noise(2 * MIB, 1);
    let rig = slow(&bytes);
    rig.hello();
    rig.start(&[known(&bytes)]);
    rig.advance(3_900);
    let before = rig.progress().last().unwrap().1;
    let rig = rig.killed();
    rig.hello();
    rig.advance(10);
    let Some(FromWorker::Ready { partials, blobs, .. }) = rig.messages().first().cloned() else {
        panic!("not ready")
    };
    assert_eq!((partials.len(), blobs.len()), (1, 0));
    let safe = partials[0].offset_bytes;
    assert!(
        before - safe <= 6 * 64 * KIB as u64,
        "a second of bytes at most: {before} and {safe}"
    );
    let sent = rig.sent_bytes();
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert_eq!(rig.offsets()[1..], [safe - OVERLAP]);
    assert_eq!(rig.sent_bytes() - sent, bytes.len() as u64 - safe + OVERLAP);
    assert!(rig.progress().iter().all(|(.., restarted)| !restarted));
    assert!(rig.progress().iter().any(|(_, bytes, _)| *bytes >= safe));
}

#[test]
fn q8_a_fast_download_loses_no_more_than_sixteen_mebibytes() {
    let bytes = noise(40 * MIB, 1);
    let rig = {
        let bytes = bytes.clone();
        // All within one virtual second, so that only the count of bytes makes checkpoints.
        Rig::new(move |asked| Reply::partial(&bytes, asked.offset).paced(1))
    };
    rig.start(&[known(&bytes)]);
    let (mut worst, mut seen) = (0, 0);
    while rig.end().is_none() {
        rig.advance(1);
        let safe = rig.records.journal().first().map_or(0, |record| record.offset);
        seen = seen.max(safe);
        if rig.end().is_none() {
            worst = worst.max(rig.sent_bytes() - safe);
        }
    }
    assert!(worst <= 16 * MIB as u64, "{worst}");
    assert!(seen >= 32 * MIB as u64);
}

#[test]
fn a_checkpoint_is_flushed_before_it_is_written() {
    let bytes = noise(2 * MIB, 1);
    let rig = slow(&bytes);
    rig.records.latency_ms.set(30);
    rig.start(&[known(&bytes)]);
    for _ in 0..30 {
        // The records check each entry against what is durable at that moment.
        rig.advance(100);
    }
    assert!(rig.disk.borrow().calls["flush"] >= 2);
    assert!(rig.has_journal());
}

type Damage = fn(&mut Vec<u8>, usize);

#[test]
fn groups_107_and_108_a_damaged_partial_file_starts_over() {
    let bytes = noise(2 * MIB, 1);
    let damages: [(&str, Damage); 3] = [
        ("cut below the entry", |file, safe| file.truncate(safe - 1)),
        ("another last byte", |file, safe| file[safe - 1] ^= 1),
        ("zeros", |file, _| file.fill(0)),
    ];
    for (name, damage) in damages {
        let rig = slow(&bytes);
        rig.start(&[known(&bytes)]);
        rig.advance(3_900);
        let rig = rig.killed();
        let safe = usize::try_from(rig.records.journal()[0].offset).unwrap();
        for file in rig.disk.borrow_mut().ingests.values_mut() {
            damage(&mut file.written, safe);
        }
        rig.start(&[known(&bytes)]);
        rig.finish_within_seconds(60);
        rig.check_committed(&bytes);
        assert_eq!(rig.offsets(), [0, 0], "{name}");
    }
}

#[test]
fn a_partial_file_damaged_where_only_the_digest_sees_it_costs_one_full_try() {
    // Not what a crash does: the entry vouches for bytes that someone changed under it.
    let bytes = noise(2 * MIB, 1);
    let rig = slow(&bytes);
    rig.start(&[known(&bytes)]);
    rig.advance(3_900);
    let rig = rig.killed();
    let mut record = rig.records.journal()[0].clone();
    rig.kept.borrow_mut().unchecked = true;
    // The midstate of other bytes, in an entry that is right otherwise.
    let mut hash = modelyard::transfer::hash::StreamHash::new();
    hash.update(&noise(usize::try_from(record.offset).unwrap(), 99));
    record.midstate = hash.midstate();
    rig.kept
        .borrow_mut()
        .entries
        .insert((Store::Journal, record.key.clone()), record.encode());
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(120);
    rig.check_committed(&bytes);
    assert_eq!(rig.offsets().last(), Some(&0));
}

#[test]
fn scenario_52_an_entry_that_cannot_be_read_starts_over_and_leaves_no_garbage() {
    let bytes = noise(2 * MIB, 1);
    let rig = slow(&bytes);
    rig.start(&[known(&bytes)]);
    rig.advance(3_900);
    let rig = rig.killed();
    for text in rig.kept.borrow_mut().entries.values_mut() {
        text.pop();
    }
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert_eq!(rig.offsets(), [0, 0]);
}

#[test]
fn garbage_of_former_times_is_swept_at_the_start_and_partial_files_are_not() {
    let bytes = noise(2 * MIB, 1);
    let rig = slow(&bytes);
    rig.start(&[known(&bytes)]);
    rig.advance(3_900);
    let rig = rig.killed();
    rig.disk
        .borrow_mut()
        .ingests
        .insert("dead-1.part".to_owned(), super::support::disk::File::default());
    rig.kept
        .borrow_mut()
        .entries
        .insert((Store::Journal, "dead".to_owned()), "{}".to_owned());
    rig.hello();
    rig.advance(10);
    assert_eq!(rig.disk.borrow().ingests.len(), 1);
    assert_eq!(rig.kept.borrow().entries.len(), 1);
    assert_eq!(rig.records.journal().len(), 1);
}

#[test]
fn q11_no_room_is_known_before_the_first_byte_and_says_how_much_is_needed() {
    let bytes = noise(2 * MIB, 1);
    let rig = slow(&bytes);
    rig.disk.borrow_mut().capacity = Some(MIB);
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(10);
    let failure = rig.failure();
    assert_eq!(
        (failure.code, failure.needed_bytes),
        (ErrorCode::StorageFull, Some(2 * MIB as u64))
    );
    assert!(rig.offsets().is_empty());
    rig.disk.borrow_mut().capacity = None;
    rig.start_as(ticket(2), &[known(&bytes)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
}

#[test]
fn scenario_39_a_disk_that_fills_up_keeps_the_partial_file_and_goes_on_when_there_is_room() {
    let bytes = noise(2 * MIB, 1);
    // The length is not known, so nothing can be reserved; the 200 does not tell it either.
    let served = bytes.clone();
    let rig = Rig::new(move |asked| {
        let from = usize::try_from(asked.offset).unwrap();
        Reply::of(if from == 0 { 200 } else { 206 })
            .body(&served[from..])
            .paced(200)
    });
    let file = ModelFile {
        size_bytes: None,
        ..known(&bytes)
    };
    rig.disk.borrow_mut().capacity = Some(MIB);
    rig.start(std::slice::from_ref(&file));
    rig.finish_within_seconds(30);
    assert_eq!(rig.failure_code(), ErrorCode::StorageFull);
    assert!(rig.has_partials() && rig.disk.borrow().open.is_empty());
    let safe = rig.records.journal()[0].offset;
    assert!(safe >= 700 * KIB as u64);
    rig.disk.borrow_mut().capacity = None;
    rig.start_as(ticket(2), &[file]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert_eq!(rig.offsets().last(), Some(&(safe - OVERLAP)));
}

#[test]
fn scenario_39_a_full_disk_at_the_journal_or_the_commit_keeps_the_partial_file() {
    let bytes = noise(2 * MIB, 1);
    let rig = slow(&bytes);
    rig.start(&[known(&bytes)]);
    rig.advance(2_500);
    rig.kept.borrow_mut().failing.push(RecordsError::Full);
    rig.finish_within_seconds(30);
    assert_eq!(rig.failure_code(), ErrorCode::StorageFull);
    assert!(rig.has_partials() && rig.has_journal());

    let rig = slow(&bytes);
    rig.disk.borrow_mut().failing.push(("commit", WeightsError::Full));
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(30);
    assert_eq!(rig.failure_code(), ErrorCode::StorageFull);
    assert!(rig.has_partials() && rig.has_journal());
}

#[test]
fn scenario_37_a_journal_that_cannot_be_written_does_not_end_the_download() {
    let bytes = noise(2 * MIB, 1);
    let rig = slow(&bytes);
    rig.kept.borrow_mut().failing = vec![RecordsError::Unavailable("connection lost".to_owned()); 3];
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(30);
    rig.check_committed(&bytes);
}

#[test]
fn scenario_40_site_data_cleared_in_the_middle_starts_over_without_a_crash() {
    let bytes = noise(2 * MIB, 1);
    let rig = slow(&bytes);
    rig.start(&[known(&bytes)]);
    rig.advance(3_000);
    rig.disk.borrow_mut().ingests.clear();
    rig.kept.borrow_mut().entries.clear();
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert_eq!(rig.offsets(), [0, 0]);
    super::progress::check(&rig, bytes.len() as u64);
    rig.disk.borrow_mut().blobs.clear();
    rig.start_as(ticket(2), &[known(&bytes)]);
    for _ in 0..2 {
        rig.advance(1_000);
        rig.disk.borrow_mut().ingests.clear();
    }
    rig.finish_within_seconds(60);
    assert_eq!(
        rig.failure_code(),
        ErrorCode::StorageUnavailable,
        "twice is no accident"
    );
}

#[test]
fn a_commit_that_is_held_up_is_tried_again() {
    let bytes = noise(300 * KIB, 1);
    let rig = Rig::serving(&bytes);
    rig.disk.borrow_mut().failing = vec![("commit", WeightsError::Locked); 3];
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(10);
    rig.check_committed(&bytes);
    assert_eq!(rig.disk.borrow().calls["commit"], 4);
}

#[test]
fn a_file_that_is_held_is_waited_for_as_long_as_a_closed_tab_takes() {
    let bytes = noise(2 * MIB, 1);
    let rig = slow(&bytes);
    rig.start(&[known(&bytes)]);
    rig.advance(3_900);
    let rig = rig.killed();
    let name = rig.disk.borrow().ingests.keys().next().cloned().unwrap();
    rig.disk.borrow_mut().open.push(name);
    rig.start(&[known(&bytes)]);
    rig.advance(1_200);
    assert_eq!(rig.offsets().len(), 1, "held");
    rig.disk.borrow_mut().open.clear();
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert!(rig.offsets()[1] > 0, "it went on, it did not start over");
}

#[test]
fn i2_a_file_that_is_taken_over_has_a_new_name() {
    let bytes = noise(2 * MIB, 1);
    let rig = slow(&bytes);
    rig.start(&[known(&bytes)]);
    rig.advance(3_900);
    let first = ingest_name(&key_of(&known(&bytes)), 1);
    assert!(rig.disk.borrow().ingests.contains_key(&first));
    let rig = rig.killed();
    rig.start(&[known(&bytes)]);
    rig.advance(100);
    assert_eq!(
        rig.disk.borrow().ingests.keys().cloned().collect::<Vec<_>>(),
        [ingest_name(&key_of(&known(&bytes)), 2)]
    );
}

#[test]
fn before_bytes_that_are_vouched_for_are_overwritten_the_entry_is_gone() {
    // Bytes of another file come first, are journaled, and are then overwritten from the start; power is lost in the
    // middle of that. An entry that survived would have the old midstate vouch for the new bytes.
    let (old, new) = (noise(2 * MIB, 1), noise(2 * MIB, 2));
    for crash_at in (100..4_000).step_by(300) {
        let (before, after) = (old.clone(), new.clone());
        let mut number = 0;
        let rig = Rig::new(move |asked| {
            number += 1;
            let bytes = if number == 1 { &before } else { &after };
            let reply = Reply::partial(bytes, asked.offset).paced(100);
            if number == 1 {
                reply.ending_after_steps(40)
            } else {
                reply
            }
        });
        rig.start(&[known(&new)]);
        rig.advance(2_500 + crash_at);
        rig.disk.borrow_mut().crash(&mut Dice(crash_at));
        let rig = rig.killed();
        for record in rig.records.journal() {
            super::support::records::check_entry(&record, &rig.disk.borrow());
        }
        let served = new.clone();
        rig.net.set(move |asked| Reply::partial(&served, asked.offset));
        rig.start(&[known(&new)]);
        rig.finish_within_seconds(120);
        rig.check_committed(&new);
    }
}
