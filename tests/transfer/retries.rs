//! When to try again, and when a connection is worth nothing (Q9).

use modelyard::engine::failure::ErrorCode;
use modelyard::engine::protocol::{FromWorker, Waiting};
use modelyard::transfer::retry::{Attempts, pause_ms};
use modelyard::transfer::watch::{Idle, Watch};

use super::support::network::{Reply, Step};
use super::support::rig::Rig;
use super::support::{KIB, known, noise};

#[test]
fn pauses_double_from_one_second_to_one_minute_with_half_of_jitter() {
    let bases = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
    for (attempt, base) in (1..).zip(bases) {
        assert_eq!(pause_ms(attempt, 0), base / 2);
        assert_eq!(pause_ms(attempt, u32::MAX), (base * 3 / 2).min(60_000));
        let middle = pause_ms(attempt, u32::MAX / 2);
        assert!(middle.abs_diff(base) <= 1, "{middle} for {base}");
    }
    assert_eq!(pause_ms(u32::MAX, 0), 30_000);
}

#[test]
fn six_failures_in_a_row_are_enough() {
    let mut attempts = Attempts::default();
    for number in 1..=5 {
        assert_eq!(attempts.failed(), number);
        assert!(!attempts.exhausted());
    }
    assert_eq!(attempts.failed(), 6);
    assert!(attempts.exhausted());
}

#[test]
fn one_mebibyte_of_progress_makes_failures_forgotten_and_less_does_not() {
    let mut attempts = Attempts::default();
    attempts.failed();
    attempts.progressed((1 << 20) - 1);
    assert_eq!(attempts.failed(), 2);
    attempts.progressed(1);
    assert_eq!(attempts.failed(), 1, "it adds up over connections");
}

/// Ticks every quarter of a second until something is wrong, and says when.
fn ticks_until(
    watch: &mut Watch,
    from: u64,
    limit: u64,
    mut bytes: impl FnMut(u64) -> u64,
) -> Option<(u64, Idle)> {
    (1..=limit * 4).find_map(|tick| {
        let now = from + tick * 250;
        let heard = bytes(tick);
        if heard > 0 {
            watch.heard(heard);
        }
        watch.tick(now, true).map(|idle| (tick * 250, idle))
    })
}

#[test]
fn thirty_seconds_of_silence_are_a_stall() {
    let mut watch = Watch::start(1_000);
    assert_eq!(
        ticks_until(&mut watch, 1_000, 60, |_| 0),
        Some((30_000, Idle::Stalled))
    );
}

#[test]
fn a_byte_now_and_then_is_slow_after_a_minute() {
    let mut watch = Watch::start(0);
    let slow = ticks_until(&mut watch, 0, 200, |tick| u64::from(tick % 4 == 0));
    assert_eq!(slow, Some((60_000, Idle::Slow)), "scenario 4, group 85");
}

#[test]
fn one_kibibyte_a_second_is_fast_enough() {
    let mut watch = Watch::start(0);
    assert_eq!(ticks_until(&mut watch, 0, 300, |_| 256), None);
}

#[test]
fn a_sleeping_machine_or_a_clock_set_back_is_no_stall() {
    let mut watch = Watch::start(0);
    assert_eq!(watch.tick(3_600_000, true), None, "an hour of sleep");
    assert_eq!(watch.tick(0, true), None, "an hour back");
    assert_eq!(watch.tick(86_400_000, true), None, "a day ahead");
    watch.heard(1);
    assert_eq!(ticks_until(&mut watch, 86_400_000, 29, |_| 0), None);
}

#[test]
fn silence_counts_only_while_we_read() {
    let mut watch = Watch::start(0);
    for tick in 1..1_000 {
        assert_eq!(watch.tick(tick * 250, false), None);
    }
}

#[test]
fn scenario_24_a_server_that_lets_nobody_read_fails_and_says_so() {
    let rig = Rig::new(|_| Reply::unreachable());
    rig.net.log.reachable.set(true);
    rig.start(&[known(&noise(KIB, 1))]);
    rig.finish_within_seconds(10);
    assert_eq!(rig.failure_code(), ErrorCode::CorsOrNetwork);
    assert!(!rig.failure().retryable);
    assert_eq!(rig.offsets().len(), 3, "two tries, and one right after the probe");
    assert!(!rig.has_partials(), "no space is kept reserved");
}

#[test]
fn a_server_that_comes_back_at_the_moment_of_the_probe_is_no_such_server() {
    let bytes = noise(KIB, 1);
    let served = bytes.clone();
    let mut number = 0;
    let rig = Rig::new(move |asked| {
        number += 1;
        if number <= 2 {
            Reply::unreachable()
        } else {
            Reply::to(asked, &served)
        }
    });
    rig.net.log.reachable.set(true);
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(10);
    rig.check_committed(&bytes);
    assert_eq!(rig.net.log.probes.get(), 1);
}

#[test]
fn a_server_that_was_read_from_is_unreachable_whatever_a_probe_would_say() {
    let bytes = noise(300 * KIB, 1);
    let served = bytes.clone();
    let mut number = 0;
    let rig = Rig::new(move |asked| {
        number += 1;
        match number {
            1 => Reply::to(asked, &served).after(100 * KIB, Step::Cut),
            2..=5 => Reply::unreachable(),
            _ => Reply::to(asked, &served),
        }
    });
    rig.net.log.reachable.set(true);
    rig.start(&[known(&bytes)]);
    rig.finish_within_seconds(60);
    rig.check_committed(&bytes);
    assert_eq!(rig.net.log.probes.get(), 0);
}

#[test]
fn a_probe_that_finds_nobody_changes_nothing() {
    let rig = Rig::new(|_| Reply::unreachable());
    rig.start(&[known(&noise(KIB, 1))]);
    rig.advance_seconds(200);
    assert_eq!(rig.end(), None);
    assert!(matches!(
        rig.messages()
            .iter()
            .rev()
            .find(|message| matches!(message, FromWorker::Waits { .. })),
        Some(FromWorker::Waits {
            waiting: Waiting::Offline,
            ..
        })
    ));
    // There are CORS headers to be missed only where there is a server.
    rig.net.log.reachable.set(true);
    rig.finish_within_seconds(120);
    assert_eq!(rig.failure_code(), ErrorCode::CorsOrNetwork);
}
