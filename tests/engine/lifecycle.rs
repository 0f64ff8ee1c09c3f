//! The table of requirement Q3, whole: each state with each transition.

use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::lifecycle::{Lifecycle, Transition};
use modelyard::engine::snapshot::{CancelReason, JobLifecycle};

fn failure() -> Failure {
    Failure::new(ErrorCode::Network, "Cut.")
}

fn states() -> [(&'static str, Lifecycle); 8] {
    [
        ("queued", Lifecycle::Queued),
        ("downloading", Lifecycle::Downloading),
        ("paused", Lifecycle::Paused(None)),
        ("full", Lifecycle::Paused(Some(failure()))),
        ("compiling", Lifecycle::Compiling),
        ("ready", Lifecycle::Ready),
        ("failed", Lifecycle::Failed(failure())),
        ("canceled", Lifecycle::Canceled(CancelReason::User)),
    ]
}

fn transitions() -> [(&'static str, Transition); 10] {
    [
        ("start", Transition::Start),
        ("compile", Transition::Compile),
        ("finish", Transition::Finish),
        ("fail", Transition::Fail(failure())),
        ("cancel", Transition::Cancel(CancelReason::Superseded)),
        ("pause", Transition::Pause(None)),
        ("fill", Transition::Pause(Some(failure()))),
        ("resume", Transition::Resume { at_once: true }),
        ("wait", Transition::Resume { at_once: false }),
        ("retry", Transition::Retry),
    ]
}

/// One row a state, one column a transition, in the orders above; `.` is not allowed.
const TABLE: [&str; 8] = [
    // start        compile    finish fail    cancel    pause   fill  resume       wait    retry
    "downloading    .          .      failed  canceled  .       .     .            .       .",
    ".              compiling  .      failed  canceled  paused  full  .            .       .",
    ".              .          .      .       canceled  .       .     downloading  queued  .",
    ".              .          .      .       canceled  .       .     downloading  queued  .",
    ".              .          ready  failed  canceled  .       .     .            .       .",
    ".              .          .      .       .         .       .     .            .       .",
    ".              .          .      .       .         .       .     .            .       queued",
    ".              .          .      .       .         .       .     .            .       queued",
];

#[test]
fn every_transition_from_every_state_is_in_the_table() {
    for ((from, state), row) in states().into_iter().zip(TABLE) {
        let cells: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(cells.len(), transitions().len());
        for ((name, transition), expected) in transitions().into_iter().zip(cells) {
            let expected = states()
                .into_iter()
                .find(|(state, _)| *state == expected)
                .map(|(name, state)| match name {
                    // The reason is the one that was given, not that of the list above.
                    "canceled" => Lifecycle::Canceled(CancelReason::Superseded),
                    _ => state,
                });
            assert_eq!(state.next(transition), expected, "{name} from {from}");
        }
    }
}

#[test]
fn what_is_shown_and_what_is_settled_follow_from_the_state() {
    let shown = [
        (JobLifecycle::Queued, false),
        (JobLifecycle::Downloading, false),
        (JobLifecycle::Paused, false),
        (JobLifecycle::Paused, false),
        (JobLifecycle::Compiling, false),
        (JobLifecycle::Ready, true),
        (JobLifecycle::Failed, true),
        (JobLifecycle::Canceled, true),
    ];
    for ((name, state), (expected, settled)) in states().into_iter().zip(shown) {
        assert_eq!(state.shown(), expected, "{name}");
        assert_eq!(state.is_settled(), settled, "{name}");
    }
}
