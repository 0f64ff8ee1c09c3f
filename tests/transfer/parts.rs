//! Asking in parts, where the network is faster than the hash: when it begins, how one follows another, how it ends.

use modelyard::engine::manifest::ModelFile;
use modelyard::transfer::hash::{MIDSTATE_BYTES, Midstate, StreamHash};
use modelyard::transfer::policy::PartSizes;
use modelyard::transfer::step::{Effect, Head, Input};

use super::decisions::Desk;
use super::support::network::{Reply, Step};
use super::support::rig::Rig;
use super::support::{MIB, known, noise};

const M: u64 = MIB as u64;
const OVERLAP: u64 = 64 << 10;
const PART: u64 = 8 * M;
const END: u64 = PART + M;
const SIZE: u64 = 100 * M;

fn large() -> ModelFile {
    ModelFile {
        size_bytes: Some(SIZE),
        ..known(b"x")
    }
}

/// What is asked for, with the request in use or beside it.
fn asked(effects: &[Effect]) -> Vec<(u64, Option<u64>)> {
    let of = |effect: &Effect| match effect {
        Effect::Request { from, end, .. } | Effect::RequestNext { from, end, .. } => Some((*from, *end)),
        _ => None,
    };
    effects.iter().filter_map(of).collect()
}

fn head(first: u64, end: u64) -> Input {
    Input::Head(Ok(Head {
        status: 206,
        content_range: Some(format!("bytes {first}-{}/{SIZE}", end - 1)),
        etag: Some("\"one\"".to_owned()),
        ..Head::default()
    }))
}

/// A desk that reads the whole file from byte 0 on.
fn whole() -> Desk {
    let mut desk = Desk::asking(&large());
    assert!(desk.take(head(0, SIZE)).contains(&Effect::ReadBody));
    desk
}

/// A desk at which so many mebibytes of a part are here, which ends at 9 MiB. One came as part of the whole, at once; then
/// the hash fell behind. Then one a second. Nothing is safe.
fn in_part(mebibytes: u64) -> (Desk, Vec<Effect>) {
    let mut desk = whole();
    desk.burst(1);
    let effects = desk.take(Input::HashBehind);
    assert!(effects.contains(&Effect::Abort), "{effects:?}");
    assert_eq!(asked(&effects), [(M - OVERLAP, Some(END))]);
    read_part(&mut desk, M - OVERLAP, END);
    let effects = (1..mebibytes).flat_map(|_| desk.store(M)).collect();
    (desk, effects)
}

/// Its head and its overlap come.
fn read_part(desk: &mut Desk, from: u64, end: u64) {
    assert!(desk.take(head(from, end)).contains(&Effect::ReadBody));
    assert_eq!(
        desk.take(Input::Chunk { len: OVERLAP }),
        [Effect::Compare {
            at: from,
            len: OVERLAP
        }]
    );
    assert_eq!(desk.take(Input::Compared { same: true })[..], [Effect::DropChunk]);
}

/// Bytes up to `offset` become safe.
fn make_safe(desk: &mut Desk, offset: u64) -> Vec<Effect> {
    let mut bytes = [0; MIDSTATE_BYTES];
    bytes[..].copy_from_slice(StreamHash::new().midstate().as_bytes());
    bytes[32..40].copy_from_slice(&(offset / 64).to_le_bytes());
    desk.take(Input::Flushed(Ok(7)));
    desk.take(Input::HashSaved(Midstate::from_bytes(bytes).unwrap()));
    desk.take(Input::Saved(Ok(())))
}

#[test]
fn a_file_is_asked_for_as_a_whole_and_a_slow_network_gets_no_other_request() {
    let mut desk = whole();
    let effects: Vec<Effect> = (0..90).flat_map(|_| desk.store(M)).collect();
    assert_eq!(asked(&effects), []);
    let bytes = noise(3 * MIB, 1);
    let rig = Rig::serving(&bytes);
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(10);
    let ends: Vec<_> = rig.net.log.asked.borrow().iter().map(|asked| asked.end).collect();
    assert_eq!(ends, [None]);
}

#[test]
fn where_the_hash_is_slower_one_part_follows_another_without_a_gap() {
    let (mut desk, effects) = in_part(2);
    assert_eq!(asked(&effects), []);
    assert_eq!(desk.take(Input::HashBehind), [], "the part in use goes on");
    make_safe(&mut desk, 2 * M);
    let effects: Vec<Effect> = (2..6).flat_map(|_| desk.store(M)).collect();
    assert_eq!(asked(&effects), [], "not too early");
    let effects: Vec<Effect> = (6..8).flat_map(|_| desk.store(M)).collect();
    assert_eq!(
        asked(&effects),
        [(END, Some(END + PART))],
        "asked for once, before the end of the first, without overlap"
    );
    assert!(!effects.contains(&Effect::UseNext));
    assert_eq!(desk.store(M), [Effect::UseNext]);
    assert!(desk.take(head(END, END + PART)).contains(&Effect::ReadBody));
    assert!(matches!(
        desk.take(Input::Chunk { len: M })[..],
        [Effect::Store { at: END, skip: 0 }]
    ));
}

#[test]
fn a_part_is_not_given_up_when_the_hash_falls_behind_again() {
    let (mut desk, _) = in_part(1);
    desk.burst(1);
    assert_eq!(desk.take(Input::HashBehind), []);
}

#[test]
fn q8_a_part_is_asked_for_only_when_enough_is_safe() {
    let (mut desk, effects) = in_part(9);
    assert_eq!(
        asked(&effects),
        [],
        "nothing is safe yet, and 17 MiB would be at risk"
    );
    assert_eq!(
        effects.last(),
        Some(&Effect::LeaveBody),
        "nothing more is read of it"
    );
    let left = effects.iter().filter(|effect| **effect == Effect::LeaveBody);
    assert_eq!(left.count(), 1, "not before its end");
    assert_eq!(
        desk.take(Input::BodyEnded),
        [Effect::LeaveBody],
        "its end is no failure"
    );
    assert_eq!(
        desk.take(Input::BodyFailed(broken())),
        [Effect::LeaveBody],
        "nor that it breaks"
    );
    let effects = make_safe(&mut desk, 2 * M);
    assert_eq!(asked(&effects), [(END, Some(END + PART))]);
    assert_eq!(effects.last(), Some(&Effect::UseNext));
}

/// The last part has no end of its own: the end of the file counts.
#[test]
fn q8_the_last_part_waits_for_what_is_safe_too() {
    let size = 36 * M;
    let file = ModelFile {
        size_bytes: Some(size),
        ..large()
    };
    let head = |from: u64, end: u64| {
        Input::Head(Ok(Head {
            status: 206,
            content_range: Some(format!("bytes {from}-{}/{size}", end - 1)),
            ..Head::default()
        }))
    };
    let mut desk = Desk::asking(&file);
    desk.take(head(0, size));
    desk.burst(1);
    desk.take(Input::HashBehind);
    desk.take(head(M - OVERLAP, END));
    desk.take(Input::Chunk { len: OVERLAP });
    desk.take(Input::Compared { same: true });
    let (mut end, mut safe) = (END, 0);
    let mut last = Vec::new();
    for here in 2..=33 {
        last = desk.burst(1);
        for effect in last.clone() {
            match effect {
                // Beyond 20 MiB nothing becomes safe.
                Effect::Flush { at } if safe < 20 * M => {
                    make_safe(&mut desk, at);
                    safe = at;
                }
                _ => {}
            }
        }
        if here * M == end && end < 33 * M {
            assert_eq!(last.last(), Some(&Effect::UseNext), "{here} {safe}");
            desk.take(head(end, end + PART));
            end += PART;
        }
    }
    assert!(
        size - safe > 16 * M - (256 << 10) && 33 * M - safe <= 16 * M,
        "{safe}"
    );
    assert_eq!(last, [Effect::LeaveBody]);
    let effects = make_safe(&mut desk, 24 * M);
    assert_eq!(asked(&effects), [(33 * M, None)]);
}

#[test]
fn a_checkpoint_that_cannot_be_made_holds_nothing_up() {
    let (mut desk, _) = in_part(9);
    // The hasher counts otherwise than we do, for ever: no entry can be written.
    let mut effects = Vec::new();
    for _ in 0..8 {
        effects.extend(desk.take(Input::Tick { reading: false }));
        effects.extend(desk.take(Input::Flushed(Ok(7))));
        effects.extend(desk.take(Input::HashSaved(StreamHash::new().midstate())));
    }
    assert_eq!(asked(&effects), [(END, Some(END + PART))]);
}

#[test]
fn q8_a_request_is_given_up_for_parts_at_once_but_the_first_waits_for_what_is_safe() {
    let mut desk = whole();
    let effects = desk.burst(9);
    assert!(effects.contains(&Effect::Flush { at: 8 * M }));
    let effects = desk.take(Input::HashBehind);
    assert_eq!(effects, [Effect::Abort], "17 MiB would be at risk");
    assert_eq!(desk.take(Input::Tick { reading: false }).len(), 0);
    let effects = make_safe(&mut desk, 8 * M);
    assert_eq!(asked(&effects), [(9 * M - OVERLAP, Some(17 * M))]);
}

#[test]
fn q8_a_part_that_has_to_wait_makes_what_is_here_safe_at_once() {
    let mut desk = whole();
    desk.burst(7);
    desk.take(Input::Chunk { len: M - 1 });
    assert_eq!(desk.take(Input::Stored(Ok(()))), [], "no checkpoint is due");
    let effects = desk.take(Input::HashBehind);
    assert_eq!(effects, [Effect::Abort, Effect::Flush { at: 8 * M - 1 }]);
}

#[test]
fn a_part_that_broke_off_near_its_end_asks_for_nothing_while_it_waits() {
    let (mut desk, _) = in_part(8);
    desk.take(Input::BodyFailed(broken()));
    let effects = make_safe(&mut desk, 2 * M);
    assert_eq!(asked(&effects), []);
}

#[test]
fn a_first_part_that_waits_can_be_stopped_and_survives_the_loss_of_the_hasher() {
    let mut desk = whole();
    desk.burst(9);
    desk.take(Input::HashBehind);
    assert_eq!(desk.take(Input::Leave), [Effect::Abort]);
    let effects = make_safe(&mut desk, 8 * M);
    assert_eq!(effects, [Effect::Flush { at: 9 * M }]);
    assert_eq!(make_safe(&mut desk, 9 * M), [Effect::Left]);

    let mut desk = whole();
    desk.burst(8);
    make_safe(&mut desk, 8 * M);
    desk.burst(8);
    let effects = desk.take(Input::HashBehind);
    assert_eq!(effects, [Effect::Abort], "24 MiB, of which 8 are safe");
    let effects = desk.take(Input::HashLost);
    assert_eq!(asked(&effects), [(8 * M - OVERLAP, Some(16 * M))]);
}

#[test]
fn on_a_network_that_is_not_fast_only_a_hash_that_stays_behind_is_a_reason_for_parts() {
    let mut desk = whole();
    desk.store(M);
    assert_eq!(desk.take(Input::HashBehind), [], "much came at once, that is all");
    let unread = |desk: &mut Desk| asked(&desk.take(Input::Tick { reading: false }));
    for _ in 0..3 {
        assert_eq!(unread(&mut desk), []);
    }
    desk.take(Input::Tick { reading: true });
    for _ in 0..3 {
        assert_eq!(unread(&mut desk), []);
    }
    assert_eq!(unread(&mut desk), [(M - OVERLAP, Some(END))]);
}

#[test]
fn with_the_sizes_in_use_only_a_body_that_is_not_read_is_given_up() {
    let mut desk = Desk::asking_with(&large(), &PartSizes::USUAL);
    assert!(desk.take(head(0, SIZE)).contains(&Effect::ReadBody));
    desk.burst(1);
    assert_eq!(
        desk.take(Input::HashBehind),
        [],
        "a fast network alone is no reason"
    );
    for _ in 0..3 {
        assert_eq!(asked(&desk.take(Input::Tick { reading: false })), []);
    }
    let effects = desk.take(Input::Tick { reading: false });
    assert_eq!(asked(&effects), [(M - OVERLAP, Some(END))]);
}

#[test]
fn a_small_rest_is_left_to_come() {
    let mut desk = whole();
    for _ in 0..68 {
        desk.store(M);
    }
    for _ in 0..5 {
        assert!(!desk.take(Input::Tick { reading: false }).contains(&Effect::Abort));
    }
}

#[test]
fn a_server_that_ignores_the_end_of_a_part_is_read_on_and_gets_no_other() {
    let mut desk = whole();
    desk.burst(1);
    desk.take(Input::HashBehind);
    read_part(&mut desk, M - OVERLAP, SIZE);
    let effects: Vec<Effect> = (1..20).flat_map(|_| desk.store(M)).collect();
    assert_eq!(asked(&effects), []);
    desk.burst(1);
    assert_eq!(desk.take(Input::HashBehind), []);
    // Not after a failure either.
    let effects = desk.take(Input::BodyFailed(broken()));
    assert_eq!(asked(&effects), []);
    assert_eq!(asked(&desk.take(Input::Online)), [(21 * M - OVERLAP, None)]);
    // Nor after an answer to a request that names no end.
    read_part(&mut desk, 21 * M - OVERLAP, SIZE);
    desk.burst(1);
    assert_eq!(desk.take(Input::HashBehind), []);
}

#[test]
fn a_server_without_ranges_is_never_given_up_for_parts() {
    let mut desk = Desk::asking(&large());
    let whole = Head {
        status: 200,
        ..Head::default()
    };
    desk.take(Input::Head(Ok(whole)));
    desk.burst(2);
    assert_eq!(desk.take(Input::HashBehind), []);
}

fn broken() -> modelyard::transfer::step::NetTrouble {
    modelyard::transfer::step::NetTrouble::Broken {
        message: "network error".to_owned(),
    }
}

#[test]
fn what_comes_beyond_the_end_of_a_part_is_dropped_and_the_rest_is_asked_for() {
    let (mut desk, _) = in_part(8);
    let effects = desk.take(Input::Chunk { len: M + 1 });
    assert_eq!(effects[..2], [Effect::DropChunk, Effect::Abort]);
    assert_eq!(asked(&effects), [(8 * M - OVERLAP, None)]);
}

#[test]
fn a_server_that_ignores_ranges_from_now_on_begins_anew_with_the_body_in_hand() {
    let (mut desk, _) = in_part(2);
    make_safe(&mut desk, 2 * M);
    for _ in 2..9 {
        desk.store(M);
    }
    let whole = Head {
        status: 200,
        ..Head::default()
    };
    let effects = desk.take(Input::Head(Ok(whole)));
    assert!(effects.contains(&Effect::HashReset), "{effects:?}");
    assert!(!effects.contains(&Effect::Abort), "{effects:?}");
    assert_eq!(asked(&effects), []);
    let effects = desk.take(Input::Forgotten(Ok(())));
    assert_eq!(effects.last(), Some(&Effect::ReadBody));
    assert_eq!(
        asked(&desk.burst(20)),
        [],
        "it goes on to the end, which no part bounds"
    );
}

#[test]
fn another_file_behind_the_next_part_is_noticed_by_its_etag() {
    let (mut desk, _) = in_part(2);
    make_safe(&mut desk, 2 * M);
    for _ in 2..9 {
        desk.store(M);
    }
    let mut other = head(END, END + PART);
    if let Input::Head(Ok(head)) = &mut other {
        head.etag = Some("\"two\"".to_owned());
    }
    let effects = desk.take(other);
    assert!(effects.contains(&Effect::Abort), "{effects:?}");
    assert!(effects.contains(&Effect::HashReset), "{effects:?}");
}

#[test]
fn without_etag_and_digest_a_part_overlaps_the_one_before() {
    for (file, etag, overlap) in [
        (unverified(), None, OVERLAP),
        (unverified(), Some("\"one\""), 0),
        (large(), None, 0),
    ] {
        let mut desk = Desk::asking(&file);
        let head = |from: u64, end: u64| {
            Input::Head(Ok(Head {
                status: 206,
                content_range: Some(format!("bytes {from}-{}/{SIZE}", end - 1)),
                etag: etag.map(str::to_owned),
                ..Head::default()
            }))
        };
        desk.take(head(0, SIZE));
        desk.burst(1);
        desk.take(Input::HashBehind);
        desk.take(head(M - OVERLAP, END));
        desk.take(Input::Chunk { len: OVERLAP });
        desk.take(Input::Compared { same: true });
        desk.store(M);
        make_safe(&mut desk, 2 * M);
        let effects = desk.burst(7);
        assert_eq!(asked(&effects), [(END - overlap, Some(END + PART))]);
    }
}

fn unverified() -> ModelFile {
    ModelFile {
        sha256: None,
        ..large()
    }
}

#[test]
fn a_part_that_breaks_off_is_asked_for_again_as_a_part() {
    let (mut desk, _) = in_part(4);
    let effects = desk.take(Input::BodyEnded);
    assert!(effects.contains(&Effect::Abort), "{effects:?}");
    assert_eq!(
        asked(&desk.take(Input::Online)),
        [(4 * M - OVERLAP, Some(12 * M))],
        "it counts as a try that failed"
    );
}

/// 72 MiB from a fast network, at a hash that takes its time; every fifth answer breaks off.
#[test]
fn q8_in_parts_no_more_than_sixteen_mebibytes_are_at_risk_and_the_file_is_right() {
    let bytes = noise(72 * MIB, 1);
    let served = bytes.clone();
    let mut number = 0;
    let rig = Rig::new(move |asked| {
        number += 1;
        let reply = Reply::to(asked, &served);
        if number % 5 == 0 {
            reply.after(MIB, Step::Cut)
        } else {
            reply
        }
    });
    rig.hasher_lag_ms.set(20);
    rig.records.latency_ms.set(5);
    rig.start(&[known(&bytes)]);
    let (mut worst, mut ms) = (0, 0);
    while rig.end().is_none() {
        rig.advance(1);
        ms += 1;
        assert!(ms < 60_000, "it never ends");
        let safe = rig.records.journal().first().map_or(0, |record| record.offset);
        let asked = rig.net.log.asked.borrow().last().and_then(|asked| asked.end);
        if let Some(end) = asked.filter(|_| rig.end().is_none()) {
            worst = worst.max(end.saturating_sub(safe));
        }
    }
    rig.check_committed(&bytes);
    let parts = rig
        .net
        .log
        .asked
        .borrow()
        .iter()
        .filter(|asked| asked.end.is_some())
        .count();
    assert!(parts >= 8, "{parts}");
    assert!(worst <= 16 * M, "{worst}");
}
