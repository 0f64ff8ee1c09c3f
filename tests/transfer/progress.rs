//! Progress (Q6, I8): first, last, never backwards, never too often, never silent.

use modelyard::engine::protocol::FromWorker;
use modelyard::storage::weights::WeightsError;

use super::support::network::{Reply, Step};
use super::support::rig::Rig;
use super::support::{KIB, MIB, known, noise};

/// At most ten a second, at least one a second, never backwards unless it says so, never above the total.
pub fn check(rig: &Rig, total: u64) {
    let progress = rig.progress();
    for window in progress.windows(11) {
        assert!(
            window[10].0 - window[0].0 >= 1_000,
            "eleven within a second: {window:?}"
        );
    }
    for pair in progress.windows(2) {
        assert!(
            pair[1].0 - pair[0].0 <= 1_000,
            "silent from {} to {}",
            pair[0].0,
            pair[1].0
        );
        assert!(pair[1].1 >= pair[0].1 || pair[1].2, "it went back: {pair:?}");
    }
    assert!(progress.iter().all(|(_, bytes, _)| *bytes <= total));
}

#[test]
fn progress_begins_at_nothing_and_ends_at_everything() {
    let bytes = noise(3 * MIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| Reply::partial(&served, asked.offset).paced(7));
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    check(&rig, bytes.len() as u64);
    let progress = rig.progress();
    assert_eq!(progress[0].1, 0);
    assert_eq!(progress.last().unwrap().1, bytes.len() as u64);
    let at = |wanted: fn(&FromWorker) -> bool| rig.messages().iter().rposition(wanted).unwrap();
    let last = at(|message| matches!(message, FromWorker::Progress { .. }));
    assert!(last < at(|message| matches!(message, FromWorker::Committed { .. })));
}

#[test]
fn a_heartbeat_goes_on_while_nothing_moves() {
    let rig = Rig::new(|_| Reply::silent());
    rig.start(&[known(&noise(10, 1))]);
    rig.advance_seconds(29);
    check(&rig, 10);
    assert!(rig.progress().len() >= 29);
}

#[test]
fn a_heartbeat_goes_on_while_it_waits_for_the_network() {
    let rig = Rig::new(|_| Reply::unreachable());
    rig.start(&[known(&noise(10, 1))]);
    rig.advance_seconds(120);
    check(&rig, 10);
    assert!(rig.progress().len() >= 120);
}

#[test]
fn progress_falls_only_when_a_file_starts_over() {
    let bytes = noise(600 * KIB, 1);
    let served = bytes.clone();
    let mut first = true;
    let rig = Rig::new(move |_| {
        let reply = Reply::whole(&served).paced(50);
        if std::mem::take(&mut first) {
            let mut reply = reply;
            reply.steps.truncate(12);
            reply.then(Step::Cut)
        } else {
            reply
        }
    });
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    check(&rig, bytes.len() as u64);
    let fell: Vec<_> = rig
        .progress()
        .windows(2)
        .filter(|pair| pair[1].1 < pair[0].1)
        .map(|pair| pair[1].2)
        .collect();
    assert_eq!(fell, [true]);
    rig.check_committed(&bytes);
}

/// What a failure says stays, and what the journal says.
fn kept_after_failure(second: Reply) -> (Option<u64>, u64) {
    let (first, bytes) = (noise(MIB, 1), noise(4 * MIB, 2));
    let mut replies = vec![
        second,
        Reply::partial(&bytes, 0)
            .after(3 * MIB, Step::Pause(1_500))
            .then(Step::Bytes(bytes[3 * MIB..][..KIB].to_vec()))
            .then(Step::Cut),
        Reply::partial(&first, 0),
    ];
    let rig = Rig::new(move |_| replies.pop().unwrap_or_else(|| Reply::of(404)));
    rig.start(&[known(&first), known(&bytes)]);
    rig.finish_within_seconds(60);
    let kept = rig.messages().into_iter().find_map(|message| match message {
        FromWorker::Failed { kept_bytes, .. } => kept_bytes,
        _ => None,
    });
    (
        kept,
        rig.records.journal().first().map_or(0, |record| record.offset),
    )
}

#[test]
fn a_failure_says_what_is_safe_of_all_its_files() {
    let (kept, safe) = kept_after_failure(Reply::of(404));
    assert!(safe >= 3 * MIB as u64);
    assert_eq!(kept, Some(MIB as u64 + safe));
    // One byte too many: what is here is worth nothing.
    let overlap_at = 3 * MIB + KIB - 64 * KIB;
    let mut rest = noise(4 * MIB, 2).split_off(overlap_at);
    rest.push(0);
    let (kept, safe) = kept_after_failure(Reply::of(206).body(&rest));
    assert_eq!((kept, safe), (Some(MIB as u64), 0));
}

#[test]
fn a_failure_does_not_count_what_is_not_safe_yet() {
    let bytes = noise(4 * MIB, 1);
    let chunk = |at: usize| Step::Bytes(bytes[at..at + 64 * KIB].to_vec());
    let rig = Rig::replying([Reply::partial(&bytes, 0)
        .after(3 * MIB, Step::Pause(1_200))
        .then(chunk(3 * MIB))
        .then(Step::Pause(100))
        .then(chunk(3 * MIB + 64 * KIB))]);
    rig.start(&[known(&bytes)]);
    rig.advance(1_250);
    rig.disk
        .borrow_mut()
        .failing
        .push(("write_at", WeightsError::Full));
    rig.finish_within_seconds(10);
    assert_eq!(
        rig.progress().last().map(|last| last.1),
        Some(3 * MIB as u64 + 64 * KIB as u64)
    );
    let Some(FromWorker::Failed { kept_bytes, .. }) = rig.messages().pop() else {
        panic!("it has not failed")
    };
    assert_eq!(kept_bytes, Some(3 * MIB as u64));
}

#[test]
fn a_failure_told_by_a_worker_of_another_version_can_be_read() {
    let (rig, bytes) = (Rig::new(|_| Reply::of(404)), noise(KIB, 1));
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    let message = rig.messages().pop().unwrap();
    let text = serde_json::to_string(&message).unwrap();
    let former = text.replace(",\"keptBytes\":0", "");
    assert_ne!(text, former);
    let read: FromWorker = modelyard::json::from_str(&former).unwrap();
    assert!(matches!(read, FromWorker::Failed { kept_bytes: None, .. }));
}
