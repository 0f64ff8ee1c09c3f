//! Stopping (I4, I5): at once, whatever hangs, and nothing after it.

use modelyard::engine::ids::Ticket;
use modelyard::engine::manifest::ModelFile;
use modelyard::engine::protocol::{FromWorker, ToWorker};
use modelyard::storage::records::RecordsError;
use modelyard::storage::weights::WeightsError;

use super::support::network::{Reply, Step};
use super::support::rig::{Rig, START_MS, ticket};
use super::support::{KIB, MIB, digest, known, noise};

fn stopped_after(rig: &Rig) -> Option<u64> {
    let sent = rig.sent.borrow();
    let mut stops = sent
        .iter()
        .filter(|(_, message)| matches!(message, FromWorker::Stopped { .. }));
    stops.next().map(|(at, _)| at - START_MS)
}

/// I4: `Stopped` is the last word on its ticket.
pub fn check_last_word(rig: &Rig) {
    let mut silent = Vec::new();
    for message in rig.messages() {
        let of = match &message {
            FromWorker::Progress { ticket, .. }
            | FromWorker::Waits { ticket, .. }
            | FromWorker::Committed { ticket, .. }
            | FromWorker::Finished { ticket, .. }
            | FromWorker::Failed { ticket, .. } => Some(*ticket),
            // A second stop gets a second answer.
            FromWorker::Stopped { .. }
            | FromWorker::Ready { .. }
            | FromWorker::Deleted { .. }
            | FromWorker::Alive => None,
        };
        assert!(
            of.is_none_or(|of| !silent.contains(&of)),
            "after Stopped: {message:?}"
        );
        if let FromWorker::Stopped { ticket } = message {
            silent.push(ticket);
        }
    }
}

#[test]
fn a_stop_is_answered_at_once_whatever_hangs() {
    let bytes = noise(2 * MIB, 1);
    let stall = {
        let bytes = bytes.clone();
        move || {
            Rig::new({
                let bytes = bytes.clone();
                move |asked| Reply::partial(&bytes, asked.offset).after(MIB, Step::Stall)
            })
        }
    };
    let rigs = [Rig::new(|_| Reply::silent()), stall(), stall()];
    rigs[2].hasher_is_mute.set(true);
    for keep in [true, false] {
        for rig in &rigs {
            rig.sent.borrow_mut().clear();
            let ticket = rig.start_as(ticket(u64::from(keep)), &[known(&bytes)]);
            rig.advance(3_000);
            let before = rig.executor.now() - START_MS;
            rig.stop(ticket, keep);
            // A hasher that is gone is waited for, but not for long: it owes the last checkpoint.
            let patience = if keep && rig.hasher_is_mute.get() { 800 } else { 10 };
            rig.advance(patience);
            assert!(stopped_after(rig).unwrap() <= before + patience);
            assert!(rig.disk.borrow().open.is_empty(), "all handles are closed");
            rig.advance_seconds(120);
            check_last_word(rig);
        }
    }
}

#[test]
fn stopping_without_keeping_removes_the_partial_file_and_its_entry() {
    let bytes = noise(2 * MIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| Reply::partial(&served, asked.offset).paced(200));
    let first = rig.start(&[known(&bytes)]);
    rig.advance(3_000);
    assert!(rig.has_partials() && rig.has_journal());
    rig.stop(first, false);
    rig.advance(10);
    assert!(!rig.has_partials() && !rig.has_journal());
}

#[test]
fn stopping_with_keeping_goes_on_later_from_where_it_was() {
    let bytes = noise(2 * MIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| Reply::partial(&served, asked.offset).paced(200));
    let first = rig.start(&[known(&bytes)]);
    rig.advance(3_100);
    rig.stop(first, true);
    rig.advance(10);
    let safe = rig.records.journal()[0].offset;
    assert!(safe > 0);
    rig.start_as(ticket(2), &[known(&bytes)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert_eq!(rig.offsets(), [0, safe.saturating_sub(64 * KIB as u64)]);
}

#[test]
fn a_stop_of_another_ticket_changes_nothing_and_is_answered() {
    let bytes = noise(300 * KIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| Reply::partial(&served, asked.offset).paced(100));
    rig.start(&[known(&bytes)]);
    rig.advance(200);
    rig.stop(ticket(77), false);
    rig.advance(10);
    assert!(
        rig.messages()
            .contains(&FromWorker::Stopped { ticket: ticket(77) })
    );
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
}

#[test]
fn a_stop_while_the_file_is_being_opened_closes_it_when_it_opens() {
    let bytes = noise(300 * KIB, 1);
    let rig = Rig::serving(&bytes);
    rig.weights.latency_ms.set(300);
    for at in (0..2_000).step_by(100) {
        let ticket = rig.start_as(ticket(at), &[known(&bytes)]);
        rig.advance(at);
        rig.stop(ticket, false);
        rig.advance(5_000);
        assert!(rig.disk.borrow().open.is_empty(), "stopped after {at} ms");
        assert!(!rig.has_partials() && !rig.has_journal(), "stopped after {at} ms");
        rig.disk.borrow_mut().blobs.clear();
    }
    check_last_word(&rig);
}

#[test]
fn a_stop_does_not_wait_for_a_disk_that_hangs() {
    let bytes = noise(2 * MIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| Reply::partial(&served, asked.offset).paced(200));
    let ticket = rig.start(&[known(&bytes)]);
    rig.advance(900);
    rig.records.latency_ms.set(1_000_000);
    rig.advance(1_000);
    rig.stop(ticket, false);
    rig.advance(1_000);
    assert!(stopped_after(&rig).is_some());
    check_last_word(&rig);
}

#[test]
fn a_start_while_another_one_runs_stops_that_one_and_keeps_its_bytes() {
    let (one, two) = (noise(2 * MIB, 1), noise(300 * KIB, 2));
    let (first, second) = (one.clone(), two.clone());
    let rig = Rig::new(move |asked| {
        if asked.url.ends_with("two") {
            Reply::partial(&second, asked.offset)
        } else {
            Reply::partial(&first, asked.offset).paced(200)
        }
    });
    rig.start(&[known(&one)]);
    rig.advance(3_000);
    let two_file = ModelFile {
        url: "https://models.example/two".to_owned(),
        ..known(&two)
    };
    rig.start_as(ticket(2), &[two_file]);
    rig.finish_within_seconds(10);
    assert!(
        rig.messages()
            .contains(&FromWorker::Stopped { ticket: ticket(1) })
    );
    check_last_word(&rig);
    assert!(rig.blob(&digest(&two)).is_some());
    assert!(rig.has_journal(), "the bytes of the first one stay");
}

#[test]
fn discarding_removes_a_partial_file_that_is_not_running_and_no_other() {
    let (one, two) = (noise(2 * MIB, 1), noise(2 * MIB, 2));
    let (first, second) = (one.clone(), two.clone());
    let rig = Rig::new(move |asked| {
        let bytes = if asked.url.ends_with("two") {
            &second
        } else {
            &first
        };
        Reply::partial(bytes, asked.offset).paced(200)
    });
    let two_file = ModelFile {
        url: "https://models.example/two".to_owned(),
        ..known(&two)
    };
    let ticket_one = rig.start(&[known(&one)]);
    rig.advance(3_000);
    rig.stop(ticket_one, true);
    rig.start_as(ticket(2), std::slice::from_ref(&two_file));
    rig.advance(3_000);
    assert_eq!(rig.records.journal().len(), 2);
    rig.tell(ToWorker::Discard {
        files: vec![known(&one), two_file],
    });
    rig.advance(10);
    assert_eq!(rig.records.journal().len(), 1, "the running one keeps its entry");
    rig.finish_within_seconds(60);
    rig.check_committed(&two);
}

#[test]
fn a_hash_worker_that_dies_is_replaced_and_the_file_is_right() {
    let bytes = noise(2 * MIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| Reply::partial(&served, asked.offset).paced(200));
    rig.start(&[known(&bytes)]);
    rig.advance(3_100);
    let safe = rig.records.journal()[0].offset;
    rig.hasher_is_mute.set(true);
    rig.finish_within_seconds(120);
    rig.check_committed(&bytes);
    let offsets = rig.offsets();
    assert_eq!(offsets.len(), 2);
    assert!(
        offsets[1] + 64 * KIB as u64 >= safe,
        "no byte before the last checkpoint comes again"
    );
    super::progress::check(&rig, bytes.len() as u64);
}

#[test]
fn a_hash_worker_that_never_answers_is_replaced() {
    let bytes = noise(MIB, 1);
    let rig = Rig::serving(&bytes);
    rig.hasher_is_mute.set(true);
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(15);
    rig.check_committed(&bytes);
}

#[test]
fn late_words_of_a_former_run_change_nothing() {
    let bytes = noise(300 * KIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| Reply::partial(&served, asked.offset).paced(10));
    for epoch in 1..50 {
        rig.start_as(ticket(epoch), &[known(&bytes)]);
        rig.advance(epoch * 3 % 40);
        rig.stop(ticket(epoch), epoch % 2 == 0);
    }
    rig.start_as(ticket(100), &[known(&bytes)]);
    rig.finish_within_seconds(60);
    check_last_word(&rig);
    rig.check_committed(&bytes);
}

#[test]
fn i5_what_still_comes_of_a_stopped_request_changes_nothing() {
    let bytes = noise(600 * KIB, 1);
    for late_ms in [1, 40, 90, 200, 700] {
        // Of the same run: a body that stalls is given up for a new request while its read still hangs.
        let served = bytes.clone();
        let mut first = true;
        let rig = Rig::new(move |asked| {
            let reply = Reply::partial(&served, asked.offset).paced(100);
            if std::mem::take(&mut first) {
                reply.after_steps(5, [Step::Stall, Step::Bytes(vec![0xee; 64 * KIB])])
            } else {
                reply
            }
        });
        rig.net.log.late_ms.set(late_ms);
        rig.start(&[known(&bytes)]);
        rig.finish_within_seconds(120);
        rig.check_committed(&bytes);
        assert_eq!(rig.offsets().len(), 2, "{late_ms}");

        // Of a former run.
        let served = bytes.clone();
        let rig = Rig::new(move |asked| {
            let reply = Reply::partial(&served, asked.offset).paced(100);
            if asked.at_ms < START_MS + 100 {
                reply.after_steps(1, [Step::Stall, Step::Bytes(vec![0xee; 64 * KIB])])
            } else {
                reply
            }
        });
        rig.net.log.late_ms.set(late_ms);
        rig.start(&[known(&bytes)]);
        rig.advance(150);
        rig.stop(ticket(1), true);
        rig.start_as(ticket(2), &[known(&bytes)]);
        rig.finish_within_seconds(120);
        rig.check_committed(&bytes);
        assert_eq!(rig.offsets().len(), 2, "{late_ms}");
        check_last_word(&rig);
    }
}

#[test]
fn i5_what_a_hasher_says_late_changes_nothing() {
    // The hash of a former run's bytes must not end up in this one's journal, nor its digest in this one's commit.
    let (one, two) = (noise(300 * KIB, 1), noise(300 * KIB, 2));
    for lag_ms in [50, 300, 1_500, 4_000] {
        let (first, second) = (one.clone(), two.clone());
        let rig = Rig::new(move |asked| {
            let bytes = if asked.url.ends_with("two") {
                &second
            } else {
                &first
            };
            Reply::partial(bytes, asked.offset).paced(10)
        });
        let unverified = |name: &str| ModelFile {
            url: format!("https://models.example/{name}"),
            sha256: None,
            ..known(&one)
        };
        rig.hasher_lag_ms.set(lag_ms);
        rig.start_as(ticket(1), &[unverified("one")]);
        // Everything has come, and the digest is asked for.
        rig.advance(100);
        rig.stop(ticket(1), true);
        rig.start_as(ticket(2), &[unverified("two")]);
        rig.finish_within_seconds(120);
        assert_eq!(rig.finished()[0].digest, digest(&two), "{lag_ms}");
        assert!(rig.blob(&digest(&two)).as_ref() == Some(&two));
    }
}

#[test]
fn a_commit_that_has_not_begun_when_it_is_stopped_never_begins() {
    let bytes = noise(300 * KIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| Reply::partial(&served, asked.offset).paced(100));
    rig.start(&[known(&bytes)]);
    rig.advance(450);
    // A deletion is in the way when the last byte comes.
    rig.weights.latency_ms.set(500);
    rig.tell(ToWorker::Delete {
        request: 1,
        digests: vec![digest(b"other")],
    });
    rig.advance(200);
    rig.stop(ticket(1), true);
    rig.advance(5_000);
    assert_eq!(rig.blob(&digest(&bytes)), None);
    assert!(rig.has_partials());
    check_last_word(&rig);
}

#[test]
fn a_hundred_stopped_runs_leave_no_clock_ticking() {
    let bytes = noise(MIB, 1);
    let rig = Rig::serving(&bytes);
    rig.hasher_is_mute.set(true);
    for epoch in 1..100 {
        rig.start_as(ticket(epoch), &[known(&bytes)]);
        rig.stop(ticket(epoch), false);
    }
    rig.start_as(ticket(100), &[known(&bytes)]);
    rig.advance(9_000);
    assert!(
        rig.hasher_is_mute.get(),
        "ten seconds of patience, not a hundredth of it"
    );
    rig.finish_within_seconds(10);
    rig.check_committed(&bytes);
}

/// A rig at which 1.6 MiB of 2 MiB are here, the last 300 ms of them not safe yet.
fn in_the_middle(bytes: &[u8]) -> (Rig, Ticket) {
    let served = bytes.to_vec();
    let rig = Rig::new(move |asked| Reply::to(asked, &served).paced(100));
    rig.records.latency_ms.set(5);
    let ticket = rig.start(&[known(bytes)]);
    rig.advance(2_650);
    assert!(rig.records.journal()[0].offset < rig.sent_bytes());
    (rig, ticket)
}

#[test]
fn q8_a_stop_that_keeps_the_bytes_writes_a_last_checkpoint_and_nothing_comes_again() {
    let bytes = noise(2 * MIB, 1);
    let (rig, ticket) = in_the_middle(&bytes);
    let came = rig.sent_bytes();
    rig.stop(ticket, true);
    rig.advance(20);
    assert!(stopped_after(&rig).is_some());
    assert!(rig.disk.borrow().open.is_empty());
    assert_eq!(rig.records.journal()[0].offset, came);
    // Also when the page is gone by then.
    let rig = rig.killed();
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert_eq!(
        rig.sent_bytes(),
        bytes.len() as u64 + 64 * KIB as u64,
        "only the overlap"
    );
}

#[test]
fn the_next_transfer_waits_for_the_last_checkpoint_of_the_one_before() {
    let (bytes, other) = (noise(2 * MIB, 1), noise(MIB, 2));
    let (rig, first) = in_the_middle(&bytes);
    let came = rig.sent_bytes();
    rig.stop(first, true);
    let served = other.clone();
    rig.net.set(move |asked| Reply::to(asked, &served));
    let other_file = ModelFile {
        url: "https://models.example/other.bin".to_owned(),
        ..known(&other)
    };
    rig.start_as(ticket(2), &[other_file]);
    rig.finish_within_seconds(10);
    assert_eq!(rig.finished().len(), 1);
    assert_eq!(rig.records.journal()[0].offset, came);
    check_last_word(&rig);
}

#[test]
fn what_is_discarded_while_it_writes_its_last_checkpoint_is_gone() {
    let bytes = noise(2 * MIB, 1);
    let (rig, ticket) = in_the_middle(&bytes);
    rig.stop(ticket, true);
    rig.tell(ToWorker::Discard {
        files: vec![known(&bytes)],
    });
    rig.advance_seconds(2);
    assert!(!rig.has_partials() && !rig.has_journal());
    assert!(rig.disk.borrow().open.is_empty());
    check_last_word(&rig);
}

#[test]
fn a_last_checkpoint_that_fails_does_not_hold_up_the_stop() {
    let bytes = noise(2 * MIB, 1);
    for call in ["flush", "read_at"] {
        let (rig, ticket) = in_the_middle(&bytes);
        rig.disk
            .borrow_mut()
            .failing
            .push((call, WeightsError::Unavailable("gone".to_owned())));
        rig.stop(ticket, true);
        rig.advance(20);
        assert!(stopped_after(&rig).is_some(), "{call}");
        check_last_word(&rig);
    }
    let (rig, ticket) = in_the_middle(&bytes);
    rig.kept.borrow_mut().failing.push(RecordsError::Full);
    rig.stop(ticket, true);
    rig.advance(20);
    assert!(stopped_after(&rig).is_some());
    check_last_word(&rig);
}
