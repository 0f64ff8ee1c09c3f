//! Scenarios 15–23: other files, refusals, servers that are busy, networks that are gone.

use modelyard::engine::failure::ErrorCode;
use modelyard::engine::manifest::ModelFile;
use modelyard::engine::protocol::{FromWorker, ToWorker, Waiting};

use super::support::network::{Reply, Step};
use super::support::rig::Rig;
use super::support::{KIB, MIB, known, noise};

const OVERLAP: u64 = 64 << 10;

#[test]
fn scenario_15_a_416_below_the_size_restarts_once() {
    let bytes = noise(600 * KIB, 1);
    let served = bytes.clone();
    let mut number = 0;
    let rig = Rig::new(move |asked| {
        number += 1;
        match number {
            1 => Reply::partial(&served, 0).after(300 * KIB, Step::Cut),
            2 => Reply::of(416),
            _ => Reply::partial(&served, asked.offset),
        }
    });
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert_eq!(rig.offsets(), [0, 300 * KIB as u64 - OVERLAP, 0]);
}

#[test]
fn scenario_15_a_416_at_the_size_is_verified_and_committed() {
    // Only where the size is not known is there a request at all when everything is here.
    let bytes = noise(32 * KIB, 1);
    let file = ModelFile {
        size_bytes: None,
        ..known(&bytes)
    };
    let rig = Rig::replying([
        Reply::of(200).body(&bytes).then(Step::Cut),
        Reply::of(416).with(|head| head.content_range = Some(format!("bytes */{}", 32 * KIB))),
    ]);
    rig.start(&[file]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
}

#[test]
fn scenario_16_another_etag_restarts_and_a_file_that_stays_wrong_is_an_integrity_failure() {
    let (old, new) = (noise(600 * KIB, 1), noise(600 * KIB, 2));
    let (before, after) = (old.clone(), new.clone());
    let mut first = true;
    let rig = Rig::new(move |asked| {
        if std::mem::take(&mut first) {
            Reply::partial(&before, asked.offset)
                .etag("\"old\"")
                .after(300 * KIB, Step::Cut)
        } else {
            Reply::partial(&after, asked.offset).etag("\"new\"")
        }
    });
    rig.start(&[known(&new)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&new);
    assert_eq!(rig.offsets(), [0, 300 * KIB as u64 - OVERLAP, 0]);

    let rig = Rig::new(move |asked| Reply::partial(&new, asked.offset).etag("\"new\""));
    rig.start(&[known(&old)]);
    rig.finish_within_seconds(60);
    assert_eq!(
        rig.failure_code(),
        ErrorCode::Integrity,
        "group 88: another revision"
    );
}

#[test]
fn scenario_17_without_an_etag_the_overlap_finds_another_file() {
    let (old, new) = (noise(600 * KIB, 1), noise(600 * KIB, 2));
    let (before, after) = (old, new.clone());
    let mut first = true;
    let rig = Rig::new(move |asked| {
        let from = usize::try_from(asked.offset).unwrap();
        // CORS hides every header.
        if std::mem::take(&mut first) {
            Reply::of(206).body(&before[from..]).after(300 * KIB, Step::Cut)
        } else {
            Reply::of(206).body(&after[from..])
        }
    });
    rig.start(&[known(&new)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&new);
    assert_eq!(rig.offsets(), [0, 300 * KIB as u64 - OVERLAP, 0]);
    assert!(
        rig.sent_bytes() <= (300 + 64 + 600) * KIB as u64,
        "the overlap was enough to know"
    );
}

#[test]
fn a_server_whose_etag_changes_from_node_to_node_is_gone_on_with_by_the_overlap() {
    let bytes = noise(2 * MIB, 1);
    let served = bytes.clone();
    let mut number = 0;
    let rig = Rig::new(move |asked| {
        number += 1;
        let reply = Reply::partial(&served, asked.offset).etag(&format!("\"node-{number}\""));
        if reply.steps.len() > 6 {
            reply.after(320 * KIB, Step::Cut)
        } else {
            reply
        }
    });
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(600);
    rig.check_committed(&bytes);
}

#[test]
fn scenario_18_a_server_that_asks_to_wait_is_waited_for() {
    let bytes = noise(10, 1);
    for (retry_after, least, most) in [
        (Some("20"), 20_000, 22_000),
        (Some("1000000000"), 600_000, 601_000),
        (Some("-1"), 500, 2_000),
        (None, 500, 2_000),
    ] {
        let busy = Reply::of(429).with(|head| head.retry_after = retry_after.map(str::to_owned));
        let rig = Rig::replying([busy, Reply::partial(&bytes, 0)]);
        rig.start(&[known(&bytes)]);
        rig.advance(100);
        // What a server asks for is not cut short by a network that comes back.
        rig.tell(ToWorker::Online);
        rig.finish_within_seconds(700);
        rig.check_committed(&bytes);
        let again = rig.asked_at()[1];
        assert!((least..=most).contains(&again), "{retry_after:?}: {again}");
        let waits = rig.messages().into_iter().find_map(|message| match message {
            FromWorker::Waits {
                waiting: Waiting::Retry { attempt, failure, .. },
                ..
            } => Some((attempt, failure.code)),
            _ => None,
        });
        assert_eq!(waits, Some((1, ErrorCode::RateLimited)));
    }
}

#[test]
fn scenario_19_bursts_of_5xx_back_off_and_end_after_six() {
    let bytes = noise(10, 1);
    let rig = Rig::replying(
        [500, 502, 503, 504, 500]
            .map(Reply::of)
            .into_iter()
            .chain([Reply::partial(&bytes, 0)]),
    );
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(120);
    rig.check_committed(&bytes);
    let pauses: Vec<_> = rig.asked_at().windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (pause, base) in pauses.iter().zip([1_000, 2_000, 4_000, 8_000, 16_000]) {
        assert!(
            (base / 2..=base * 3 / 2 + 250).contains(pause),
            "{pause} for {base}"
        );
    }

    let rig = Rig::new(|_| Reply::of(503));
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(600);
    let failure = rig.failure();
    assert_eq!(
        (failure.code, failure.http_status),
        (ErrorCode::ProviderError, Some(503))
    );
    assert!(failure.retryable);
    assert_eq!(rig.offsets().len(), 6);
}

#[test]
fn scenario_20_an_expired_address_is_asked_for_again_at_the_canonical_one_once() {
    let bytes = noise(3 * MIB, 1);
    for status in [401, 403] {
        let served = bytes.clone();
        let mut number = 0;
        let rig = Rig::new(move |asked| {
            number += 1;
            match number {
                1 => Reply::partial(&served, asked.offset).after(MIB, Step::Cut),
                2 => Reply::of(status),
                _ => Reply::partial(&served, asked.offset),
            }
        });
        rig.start(&[known(&bytes)]);
        rig.finish_within_seconds(60);
        rig.check_committed(&bytes);
        assert!(
            rig.net
                .log
                .asked
                .borrow()
                .iter()
                .all(|asked| asked.url == known(&bytes).url)
        );

        let served = bytes.clone();
        let mut first = true;
        let rig = Rig::new(move |asked| {
            let reply = Reply::partial(&served, asked.offset).after(MIB, Step::Cut);
            if std::mem::take(&mut first) {
                reply
            } else {
                Reply::of(status)
            }
        });
        rig.start(&[known(&bytes)]);
        rig.finish_within_seconds(60);
        assert_eq!(rig.failure_code(), ErrorCode::Unauthorized);
        assert_eq!(rig.offsets().len(), 3, "once");
        assert!(rig.has_partials(), "the rights may come back");
    }
}

#[test]
fn scenario_20_a_permanent_refusal_fails_at_once() {
    for (status, code) in [
        (401, ErrorCode::Unauthorized),
        (403, ErrorCode::Unauthorized),
        (404, ErrorCode::NotFound),
        (410, ErrorCode::NotFound),
        (204, ErrorCode::ProviderError),
        (304, ErrorCode::ProviderError),
        (301, ErrorCode::ProviderError),
    ] {
        let rig = Rig::new(move |_| Reply::of(status));
        rig.start(&[known(b"x")]);
        rig.finish_within_seconds(60);
        let failure = rig.failure();
        assert_eq!((failure.code, failure.http_status), (code, Some(status)));
        assert_eq!(rig.offsets().len(), 1, "{status}: no retry");
        assert!(!failure.retryable, "{status}");
    }
}

#[test]
fn scenario_23_without_a_network_it_waits_for_one_and_goes_on_by_itself() {
    let bytes = noise(300 * KIB, 1);
    let rig = Rig::new(|_| Reply::unreachable());
    rig.start(&[known(&bytes)]);
    rig.advance_seconds(55);
    assert_eq!(rig.offsets().len(), 6, "six in a row");
    let offline = FromWorker::Waits {
        ticket: super::support::rig::ticket(1),
        waiting: Waiting::Offline,
    };
    assert!(rig.messages().contains(&offline));
    assert_eq!(rig.end(), None, "a missing network is no failure");
    let served = bytes.clone();
    rig.net.set(move |asked| Reply::partial(&served, asked.offset));
    rig.tell(ToWorker::Online);
    rig.finish_within_seconds(1);
    rig.check_committed(&bytes);
}

#[test]
fn a_network_that_comes_back_without_a_word_is_found_within_a_minute() {
    let bytes = noise(300 * KIB, 1);
    let rig = Rig::new(|_| Reply::unreachable());
    rig.start(&[known(&bytes)]);
    rig.advance_seconds(600);
    let tries = rig.offsets().len();
    assert!((13..=20).contains(&tries), "{tries} in ten minutes");
    let served = bytes.clone();
    rig.net.set(move |asked| Reply::partial(&served, asked.offset));
    rig.finish_within_seconds(61);
    rig.check_committed(&bytes);
}

#[test]
fn a_byte_after_a_gone_network_begins_a_new_row_of_failures() {
    let bytes = noise(300 * KIB, 1);
    let served = bytes.clone();
    let mut number = 0;
    let rig = Rig::new(move |asked| {
        number += 1;
        match number {
            1..=6 => Reply::unreachable(),
            7 => Reply::partial(&served, asked.offset).after(100 * KIB, Step::Cut),
            _ => Reply::partial(&served, asked.offset),
        }
    });
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(240);
    rig.check_committed(&bytes);
    let asked = rig.asked_at();
    assert!(asked[6] - asked[5] >= 60_000, "the network was gone");
    assert!(asked[7] - asked[6] <= 2_000, "and came back");
}

#[test]
fn a_refusal_before_any_byte_gives_back_the_reserved_space() {
    let rig = Rig::replying([Reply::of(404)]);
    rig.start(&[known(&noise(600 * KIB, 1))]);
    rig.finish_within_seconds(60);
    assert_eq!(rig.failure_code(), ErrorCode::NotFound);
    assert!(!rig.has_partials() && !rig.has_journal());
}
