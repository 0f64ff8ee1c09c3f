//! Random cuts, stalls, flips, kills, losses of power and stops; then a fair world. Whatever happened: what is
//! committed is right (I1), what is vouched for is durable (I3), nothing follows a stop (I4), and it ends (L1).

use std::cell::Cell;
use std::rc::Rc;

use modelyard::engine::manifest::ModelFile;
use modelyard::net::NetError;
use modelyard::storage::records::RecordsError;
use modelyard::storage::weights::WeightsError;
use proptest::prelude::*;

use super::support::network::{Asked, Reply, Step};
use super::support::records::check_entry;
use super::support::rig::{Rig, ticket};
use super::support::{Dice, KIB, digest, known, noise};

/// A server that does something else for each request, as the dice fall.
fn unfair(bytes: &[u8], asked: &Asked, dice: &mut Dice) -> Reply {
    let mut served = bytes.to_vec();
    if dice.chance(15) && !served.is_empty() {
        let at = usize::try_from(dice.below(served.len() as u64)).unwrap();
        served[at] ^= 1 << dice.below(8);
    }
    let from = usize::try_from(asked.offset).unwrap().min(served.len());
    let reply = match dice.below(20) {
        0 => Reply::unreachable(),
        1 => Reply::silent(),
        2 => Reply::of([500, 503, 429, 408][usize::try_from(dice.below(4)).unwrap()]),
        3 => Reply::of(416),
        4 => Reply::of(403),
        5 => Reply {
            head: Err(NetError::Aborted),
            ..Reply::of(0)
        },
        6..=8 => Reply::whole(&served),
        9 => Reply::partial(&served, asked.offset)
            .with(|head| head.content_range = Some("bytes 1-2/3".to_owned())),
        10 => Reply::partial(&served, asked.offset).etag(&format!("\"{}\"", dice.below(3))),
        // CORS hides the headers.
        11..=13 => Reply::of(206).body(&served[from..]),
        _ => Reply::partial(&served, asked.offset),
    };
    // Chunks of odd lengths, pauses between them, and an end of some kind.
    let mut shaped = Reply {
        steps: std::collections::VecDeque::new(),
        ..reply.clone()
    };
    for step in reply.steps {
        if let Step::Bytes(bytes) = step {
            let pieces = 1 + usize::try_from(dice.below(3)).unwrap();
            for piece in bytes.chunks(bytes.len().div_ceil(pieces).max(1)) {
                if dice.chance(30) {
                    shaped = shaped.then(Step::Pause(dice.below(700)));
                }
                shaped = shaped.then(Step::Bytes(piece.to_vec()));
                match dice.below(60) {
                    0 => return shaped.then(Step::Cut),
                    1 => return shaped.then(Step::Stall),
                    2 => return shaped,
                    3 => return shaped.then(Step::Bytes(vec![0; 70 * KIB])),
                    _ => {}
                }
            }
        }
    }
    shaped
}

/// What the disk shows must be true at every moment power could be lost.
fn check_safety(rig: &Rig) {
    for record in rig.records.journal() {
        check_entry(&record, &rig.disk.borrow());
    }
    for (name, blob) in &rig.disk.borrow().blobs {
        assert_eq!(*name, digest(&blob.written), "I1");
        assert_eq!(blob.written, blob.durable, "I1: a blob is durable");
    }
}

fn disturb(rig: Rig, file: &ModelFile, epoch: &Cell<u64>, dice: &mut Dice) -> Rig {
    let next = || ticket(epoch.replace(epoch.get() + 1) + 1);
    let current = ticket(epoch.get());
    match dice.below(12) {
        0 | 1 => {
            check_safety(&rig);
            if dice.chance(50) {
                rig.disk.borrow_mut().crash(dice);
            }
            super::stopping::check_last_word(&rig);
            let rig = rig.killed();
            check_safety(&rig);
            rig.weights.latency_ms.set(dice.below(40));
            rig.records.latency_ms.set(dice.below(40));
            if dice.chance(70) {
                rig.hello();
            }
            rig.start_as(next(), std::slice::from_ref(file));
            return rig;
        }
        2 => rig.stop(current, true),
        3 => rig.stop(current, false),
        4 => {
            rig.stop(current, dice.chance(50));
            rig.start_as(next(), std::slice::from_ref(file));
        }
        5 => rig.hasher_is_mute.set(true),
        6 => rig
            .kept
            .borrow_mut()
            .failing
            .push(RecordsError::Unavailable("lost".to_owned())),
        7 => {
            let calls = [
                "write_at",
                "flush",
                "commit",
                "rename_ingest",
                "open_ingest",
                "truncate",
                "read_at",
            ];
            let call = calls[usize::try_from(dice.below(7)).unwrap()];
            let error = if dice.chance(50) {
                WeightsError::Full
            } else {
                WeightsError::Locked
            };
            rig.disk.borrow_mut().failing.push((call, error));
        }
        8 if dice.chance(30) => rig.net.log.late_ms.set(dice.below(3_000)),
        8 if dice.chance(50) => rig.hasher_lag_ms.set(dice.below(2_000)),
        8 => rig.executor.jump(dice.below(100_000)),
        9 => rig.tell(modelyard::engine::protocol::ToWorker::Online),
        _ => {}
    }
    if rig.end().is_some() && dice.chance(50) {
        rig.start_as(next(), std::slice::from_ref(file));
    }
    rig
}

fn run(seed: u64, len: usize, knows_size: bool, knows_digest: bool, steps: u32) {
    let bytes = noise(len, seed);
    let mut file = known(&bytes);
    if !knows_size {
        file.size_bytes = None;
    }
    if !knows_digest {
        file.sha256 = None;
    }
    let dice = Rc::new(std::cell::RefCell::new(Dice(seed)));
    let (served, server_dice) = (bytes.clone(), Rc::clone(&dice));
    let mut rig = Rig::new(move |asked| unfair(&served, asked, &mut server_dice.borrow_mut()));
    let epoch = Cell::new(1);
    rig.weights.latency_ms.set(dice.borrow_mut().below(40));
    rig.records.latency_ms.set(dice.borrow_mut().below(40));
    rig.start_as(ticket(1), std::slice::from_ref(&file));
    for _ in 0..steps {
        let pause = dice.borrow_mut().below(900);
        let long = dice.borrow_mut().chance(10);
        rig.advance(if long { pause * 60 } else { pause });
        check_safety_of(&rig, knows_digest);
        let mut own = Dice(dice.borrow_mut().roll());
        rig = disturb(rig, &file, &epoch, &mut own);
    }
    // From now on the world is fair.
    let served = bytes.clone();
    rig.net.set(move |asked| Reply::partial(&served, asked.offset));
    rig.disk.borrow_mut().failing.clear();
    rig.kept.borrow_mut().failing.clear();
    rig.advance_seconds(1_300);
    if !knows_digest {
        // Nothing could tell a wrong file from the right one.
        rig.disk.borrow_mut().blobs.clear();
    }
    let last = ticket(epoch.get() + 1);
    rig.start_as(last, std::slice::from_ref(&file));
    rig.finish_within_seconds(900);
    let end = rig.end();
    assert!(matches!(end, Some(Ok(_))), "L1: {end:?}");
    // What a failed clean-up left behind goes with the next look around.
    rig.hello();
    rig.advance_seconds(1);
    if knows_digest {
        rig.check_committed(&bytes);
    }
    super::stopping::check_last_word(&rig);
}

fn check_safety_of(rig: &Rig, knows_digest: bool) {
    if knows_digest {
        check_safety(rig);
    } else {
        for record in rig.records.journal() {
            check_entry(&record, &rig.disk.borrow());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_happens_what_is_committed_is_right_and_it_ends(
        seed: u64,
        len in 0_usize..600 * 1024,
        knows_size in proptest::bool::weighted(0.8),
        steps in 1_u32..25,
    ) {
        run(seed, len, knows_size, true, steps);
    }

    #[test]
    fn a_file_of_unknown_digest_ends_too(seed: u64, len in 1_usize..300 * 1024, knows_size: bool, steps in 1_u32..15) {
        run(seed, len, knows_size, false, steps);
    }
}
