//! Scenarios 1–14 of the facts on downloads, through the driver.

use modelyard::engine::failure::ErrorCode;
use modelyard::engine::manifest::ModelFile;
use modelyard::engine::protocol::FromWorker;

use super::support::network::{Reply, Step};
use super::support::rig::Rig;
use super::support::{KIB, MIB, digest, known, noise};

const OVERLAP: u64 = 64 << 10;

/// A server that cuts the first body at `at`, by `step`, and is well afterwards.
fn cut_once(bytes: &[u8], at: usize, step: Option<Step>) -> Rig {
    let served = bytes.to_vec();
    let mut first = true;
    let rig = Rig::new(move |asked| {
        let reply = Reply::partial(&served, asked.offset);
        match (std::mem::take(&mut first), &step) {
            (true, Some(step)) => reply.after(at, step.clone()),
            (true, None) => reply.ending_after(at),
            (false, _) => reply,
        }
    });
    rig.start(&[known(bytes)]);
    rig.finish_within_seconds(120);
    rig
}

#[test]
fn scenarios_01_and_02_a_cut_body_is_gone_on_with_by_one_request() {
    let bytes = noise(300 * KIB, 1);
    for at in [0, 1, 150 * KIB, 300 * KIB - 1] {
        for step in [None, Some(Step::Cut)] {
            let rig = cut_once(&bytes, at, step.clone());
            rig.check_committed(&bytes);
            assert_eq!(
                rig.offsets(),
                [0, (at as u64).saturating_sub(OVERLAP)],
                "{step:?} at {at}"
            );
            assert!(rig.sent_bytes() <= bytes.len() as u64 + OVERLAP);
        }
    }
}

#[test]
fn scenario_03_silence_before_the_head_before_the_body_and_within_it() {
    let bytes = noise(300 * KIB, 1);
    let served = bytes.clone();
    let mut first = true;
    let rig = Rig::new(move |asked| {
        if std::mem::take(&mut first) {
            Reply::silent()
        } else {
            Reply::partial(&served, asked.offset)
        }
    });
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert!(
        (30_000..33_000).contains(&rig.asked_at()[1]),
        "{:?}",
        rig.asked_at()
    );

    for at in [0, 150 * KIB] {
        let rig = cut_once(&bytes, at, Some(Step::Stall));
        rig.check_committed(&bytes);
        assert_eq!(rig.offsets().len(), 2);
        let again = rig.asked_at()[1];
        assert!((30_000..33_000).contains(&again), "{again}");
        if at > 0 {
            assert!(again <= 30_500, "it brought something: no pause, {again}");
        }
        // Nothing is counted twice.
        assert_eq!(rig.progress().last().unwrap().1, bytes.len() as u64);
    }
}

#[test]
fn a_stall_that_brought_something_is_no_failure_however_often_it_happens() {
    let bytes = noise(MIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| {
        let rest = served.len() - usize::try_from(asked.offset).unwrap();
        let reply = Reply::partial(&served, asked.offset);
        if rest > 128 * KIB {
            reply.after(80 * KIB, Step::Stall)
        } else {
            reply
        }
    });
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(3_600);
    rig.check_committed(&bytes);
    assert!(rig.offsets().len() > 20);
    assert!(
        !rig.messages()
            .iter()
            .any(|message| matches!(message, FromWorker::Waits { .. }))
    );
}

#[test]
fn scenario_04_a_trickle_gets_new_connections_and_never_fails() {
    let bytes = noise(400, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| {
        let from = usize::try_from(asked.offset).unwrap();
        let mut reply = Reply::partial(&served, asked.offset);
        reply.steps = served[from..]
            .iter()
            .flat_map(|byte| [Step::Pause(1_000), Step::Bytes(vec![*byte])])
            .collect();
        reply
    });
    rig.start(&[known(&bytes)]);
    rig.advance_seconds(61);
    assert_eq!(rig.offsets().len(), 2, "below the floor for a minute");
    rig.advance_seconds(120);
    assert_eq!(rig.end(), None, "bytes flow");
    rig.net.set({
        let bytes = bytes.clone();
        move |asked| Reply::partial(&bytes, asked.offset)
    });
    rig.finish_within_seconds(120);
    rig.check_committed(&bytes);
}

/// One byte of the answers with these numbers is wrong.
fn flipping(bytes: &[u8], wrong: impl Fn(usize) -> bool + 'static) -> Rig {
    let served = bytes.to_vec();
    let mut number = 0;
    let rig = Rig::new(move |asked| {
        number += 1;
        let mut served = served.clone();
        if wrong(number) {
            let middle = served.len() / 2;
            served[middle] ^= 1;
        }
        Reply::partial(&served, asked.offset)
    });
    rig.start(&[known(bytes)]);
    rig.finish_within_seconds(60);
    rig
}

#[test]
fn scenario_05_a_flipped_byte_costs_one_more_try_from_the_start() {
    let bytes = noise(300 * KIB, 1);
    let rig = flipping(&bytes, |number| number == 1);
    rig.check_committed(&bytes);
    assert_eq!(rig.offsets(), [0, 0]);
    assert!(rig.progress().iter().any(|(_, _, restarted)| *restarted));
}

#[test]
fn scenario_06_a_byte_that_is_always_flipped_is_an_integrity_failure_after_two_tries() {
    let bytes = noise(300 * KIB, 1);
    let rig = flipping(&bytes, |_| true);
    assert_eq!(rig.failure_code(), ErrorCode::Integrity);
    assert_eq!(rig.offsets(), [0, 0], "two full tries, not a loop");
    assert_eq!(rig.blob(&digest(&bytes)), None);
    assert!(!rig.has_partials() && !rig.has_journal(), "nothing is kept");
}

#[test]
fn scenario_07_a_body_that_is_too_long_is_stopped_at_one_byte_too_many() {
    let bytes = noise(300 * KIB, 1);
    let longer = noise(500 * MIB / 100, 1);
    let rig = Rig::new(move |_| Reply::whole(&longer));
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    assert_eq!(rig.failure_code(), ErrorCode::SizeMismatch);
    assert!(
        rig.sent_bytes() <= (300 + 64) * KIB as u64,
        "{} bytes were read",
        rig.sent_bytes()
    );
    assert!(!rig.has_partials());
}

#[test]
fn group_87_the_right_bytes_and_one_more_are_a_size_mismatch() {
    let bytes = noise(300 * KIB, 1);
    let mut longer = bytes.clone();
    longer.push(0);
    let rig = Rig::new(move |_| {
        Reply::of(200)
            .body(&longer[..bytes_len(&longer) - 1])
            .then(Step::Bytes(vec![0]))
    });
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    assert_eq!(rig.failure_code(), ErrorCode::SizeMismatch);
    assert_eq!(rig.blob(&digest(&bytes)), None);
}

fn bytes_len(bytes: &[u8]) -> usize {
    bytes.len()
}

#[test]
fn group_86_a_server_that_sends_everything_and_never_closes_is_no_obstacle() {
    let bytes = noise(300 * KIB, 1);
    let served = bytes.clone();
    let rig = Rig::new(move |asked| Reply::partial(&served, asked.offset).then(Step::Stall));
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(5);
    rig.check_committed(&bytes);
}

#[test]
fn scenario_08_two_clean_ends_at_the_same_place_are_a_size_mismatch() {
    let bytes = noise(300 * KIB, 1);
    let short = bytes[..200 * KIB].to_vec();
    // Without Content-Range, or the total would give it away at once.
    let rig = Rig::new(move |asked| Reply::of(206).body(&short[usize::try_from(asked.offset).unwrap()..]));
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    assert_eq!(rig.failure_code(), ErrorCode::SizeMismatch);
    assert_eq!(rig.offsets(), [0, 200 * KIB as u64 - OVERLAP]);
}

#[test]
fn clean_ends_at_different_places_are_gone_on_from() {
    let bytes = noise(300 * KIB, 1);
    let served = bytes.clone();
    let mut number = 0;
    let rig = Rig::new(move |asked| {
        number += 1;
        let reply = Reply::partial(&served, asked.offset);
        if number < 4 {
            reply.ending_after(100 * KIB)
        } else {
            reply
        }
    });
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert_eq!(rig.offsets().len(), 4);
}

#[test]
fn group_70_an_empty_answer_is_a_size_mismatch() {
    let rig = Rig::new(|_| Reply::of(200));
    rig.start(&[known(&noise(10, 1))]);
    rig.finish_within_seconds(60);
    assert_eq!(rig.failure_code(), ErrorCode::SizeMismatch);
    assert_eq!(rig.offsets().len(), 2);
    let rig = Rig::new(|_| Reply::of(200));
    rig.start(&[ModelFile {
        size_bytes: None,
        sha256: None,
        ..known(b"")
    }]);
    rig.finish_within_seconds(60);
    assert_eq!(rig.failure_code(), ErrorCode::SizeMismatch);
}

#[test]
fn scenarios_09_and_10_content_length_is_never_looked_at() {
    let bytes = noise(300 * KIB, 1);
    for lie in [
        None,
        Some("-5"),
        Some("99999999999999999999999"),
        Some("1, 2"),
        Some("0"),
    ] {
        let served = bytes.clone();
        let rig = Rig::new(move |asked| {
            Reply::partial(&served, asked.offset).with(|head| head.content_length = lie.map(str::to_owned))
        });
        rig.start(&[known(&bytes)]);
        rig.finish_within_seconds(60);
        rig.check_committed(&bytes);
    }
}

#[test]
fn scenario_11_and_group_81_what_counts_are_the_decoded_bytes() {
    // A browser hands over what it decoded; a broken or endless one is a wrong, short or long file.
    let bytes = noise(300 * KIB, 1);
    let bomb = vec![0; 2 * MIB];
    let rig = Rig::new(move |_| Reply::whole(&bomb));
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    assert_eq!(rig.failure_code(), ErrorCode::SizeMismatch);
    assert!(rig.sent_bytes() < MIB as u64);
}

#[test]
fn scenario_12_a_server_that_ignores_ranges_restarts_with_the_body_in_hand() {
    let bytes = noise(600 * KIB, 1);
    let served = bytes.clone();
    let mut first = true;
    let rig = Rig::new(move |_| {
        let reply = Reply::whole(&served);
        if std::mem::take(&mut first) {
            reply.after(300 * KIB, Step::Cut)
        } else {
            reply
        }
    });
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert_eq!(rig.offsets(), [0, 300 * KIB as u64 - OVERLAP]);
    assert_eq!(
        rig.progress()
            .iter()
            .filter(|(_, _, restarted)| *restarted)
            .count(),
        1
    );
}

#[test]
fn scenario_13_a_wrong_part_restarts_once_and_then_fails() {
    let bytes = noise(600 * KIB, 1);
    let len = bytes.len();
    let wrong_parts = [
        (format!("bytes 0-{}/{len}", len - 1), ErrorCode::ProviderError),
        (
            format!("bytes {}-{}/{}", 300 * KIB as u64 - OVERLAP, len, len + 1),
            ErrorCode::SizeMismatch,
        ),
        (
            format!("items {}-{}/{len}", 300 * KIB as u64 - OVERLAP, len - 1),
            ErrorCode::ProviderError,
        ),
    ];
    for (content_range, code) in wrong_parts {
        for always in [false, true] {
            let (served, content_range) = (bytes.clone(), content_range.clone());
            let mut number = 0;
            let rig = Rig::new(move |asked| {
                number += 1;
                let reply = Reply::partial(&served, asked.offset);
                match number {
                    1 => reply.after(300 * KIB, Step::Cut),
                    2 => reply.with(|head| head.content_range = Some(content_range.clone())),
                    _ if always => reply.with(|head| head.content_range = Some("bytes 1-2/3".to_owned())),
                    _ => reply,
                }
            });
            rig.start(&[known(&bytes)]);
            rig.finish_within_seconds(60);
            assert_eq!(
                rig.offsets(),
                [0, 300 * KIB as u64 - OVERLAP, 0],
                "restarted once"
            );
            if always {
                let expected = [code, ErrorCode::SizeMismatch, ErrorCode::ProviderError];
                assert!(expected.contains(&rig.failure_code()));
                assert_eq!(rig.blob(&digest(&bytes)), None);
            } else {
                rig.check_committed(&bytes);
            }
        }
    }
}

#[test]
fn scenario_14_a_206_to_the_first_request_is_fine() {
    let bytes = noise(10, 1);
    let rig = Rig::serving(&bytes);
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(10);
    rig.check_committed(&bytes);
}
