//! Stopping (I4, I5): at once, whatever hangs, and nothing after it.

use modelyard::engine::protocol::{FromWorker, ToWorker};

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
            rig.advance(10);
            assert!(stopped_after(rig).unwrap() <= before + 10);
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
    let two_file = modelyard::engine::manifest::ModelFile {
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
    let two_file = modelyard::engine::manifest::ModelFile {
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
