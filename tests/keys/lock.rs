//! The lock.

use modelyard::keys::{FREE_TRIES, IDLE_MS, Lock, LockState};
use proptest::prelude::*;

#[test]
fn it_locks_when_nobody_used_a_key_for_fifteen_minutes() {
    let mut lock = Lock::default();
    lock.open(1_000);
    assert!(!lock.idle(1_000 + IDLE_MS - 1));
    lock.used(1_000 + IDLE_MS - 1);
    assert_eq!(lock.left_ms(1_000 + IDLE_MS), Some(IDLE_MS - 1));
    assert!(!lock.idle(1_000 + IDLE_MS));
    assert!(lock.idle(1_000 + 2 * IDLE_MS));
    assert_eq!(lock.state(), LockState::Locked);
    assert!(!lock.idle(9 * IDLE_MS), "it says so once");
}

#[test]
fn a_clock_that_jumps_back_gives_no_more_than_the_idle_time() {
    let mut lock = Lock::default();
    lock.open(100 * IDLE_MS);
    assert!(!lock.idle(1_000));
    assert!(lock.idle(1_000 + IDLE_MS));
}

#[test]
fn what_is_locked_cannot_be_used_longer() {
    let mut lock = Lock::default();
    lock.lock();
    lock.used(5);
    assert_eq!(lock.state(), LockState::Locked);
    assert_eq!(lock.left_ms(5), None);
}

#[test]
fn after_five_wrong_passphrases_each_try_waits_twice_as_long_up_to_a_minute() {
    let mut lock = Lock::default();
    lock.lock();
    for _ in 1..FREE_TRIES {
        lock.wrong(0);
        assert_eq!(lock.delay_ms(0), 0);
    }
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
        lock.wrong(0);
        assert_eq!(lock.delay_ms(0), seconds * 1_000);
        assert_eq!(lock.delay_ms(seconds * 1_000), 0);
    }
    lock.open(0);
    lock.lock();
    lock.wrong(0);
    assert_eq!(lock.delay_ms(0), 0, "the right one makes up for the wrong ones");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_lock_is_never_open_longer_than_the_idle_time_after_its_last_use(
        steps in prop::collection::vec((0_u8..4, 0..2 * IDLE_MS), 1..40)
    ) {
        let (mut lock, mut now, mut last) = (Lock::default(), 0, None);
        for (step, pass) in steps {
            now += pass;
            lock.idle(now);
            if last.is_some_and(|last| now - last >= IDLE_MS) {
                last = None;
            }
            match step {
                0 => { lock.open(now); last = Some(now); }
                1 => { lock.used(now); last = last.map(|_| now); }
                2 => lock.wrong(now),
                _ => { lock.lock(); last = None; }
            }
            prop_assert_eq!(lock.is_open(), last.is_some());
            prop_assert!(lock.left_ms(now).is_none_or(|left| left <= IDLE_MS));
        }
    }
}
