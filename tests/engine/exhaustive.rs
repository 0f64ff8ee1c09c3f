//! Every order in which a small world can happen: two conversations, three models, one engine, and a budget of
//! choices, cancels, failures and late words. The worker and the engine may answer at any time.
//!
//! The laws are checked in every state, and where nobody has anything left to do, nothing may be left open. The
//! witnesses show that the interesting situations are among what was looked at.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

use modelyard::engine::Options;
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::snapshot::{CancelReason, JobLifecycle, Presence, Residency};
use stateright::{Checker, Model, Property};

use crate::fallback::any_profile;
use crate::moves::{Late, Move};
use crate::world::{World, options};

/// How much of what is not forced may still happen.
#[derive(Debug, Clone, Copy, Hash, PartialEq)]
struct Budget {
    selects: u8,
    cancels: u8,
    retries: u8,
    failures: u8,
    asks: u8,
    /// Tries of answers that come to nothing, or of which some is shown.
    tries: u8,
    aborts: u8,
    late: u8,
}

#[derive(Debug, Clone)]
struct Node {
    world: World,
    budget: Budget,
    /// What the last step said, and what was seen on the way here.
    seen: BTreeSet<&'static str>,
    broken: Option<String>,
}

/// Feeds what is written into a hasher, the count of late words excepted: worlds that differ in it alone are one.
struct Fingerprint<'a, H> {
    hasher: &'a mut H,
    skip: u8,
}

impl<H: Hasher> Write for Fingerprint<'_, H> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        match self.skip {
            0 if text == "stale_dropped" => self.skip = 2,
            0 => self.hasher.write(text.as_bytes()),
            // The colon, then the number.
            _ => self.skip -= 1,
        }
        Ok(())
    }
}

impl Hash for Node {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let world = &self.world;
        let mut text = Fingerprint { hasher, skip: 0 };
        let _ = write!(text, "{:?}{:?}", world.engine, world.host.engines);
        let _ = write!(
            text,
            "{:?}",
            world.worker.current.as_ref().map(|transfer| transfer.ticket)
        );
        self.budget.hash(hasher);
        self.seen.hash(hasher);
        self.broken.hash(hasher);
    }
}

impl PartialEq for Node {
    /// As the fingerprint has it.
    fn eq(&self, other: &Self) -> bool {
        let fingerprint = |node: &Self| {
            let mut hasher = DefaultHasher::new();
            node.hash(&mut hasher);
            hasher.finish()
        };
        fingerprint(self) == fingerprint(other)
    }
}

struct Small {
    budget: Budget,
    /// Whether model "one" is loaded and active in conversation "a" at the start.
    warm: bool,
    /// Whether a profile led there, and model "two" is on the disk and can take over.
    routed: bool,
}

impl Node {
    /// What the worker and the engine have left to do.
    fn forced(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        if self.world.worker.current.is_some() {
            moves.push(Move::Finish);
        }
        if let Some(slot) = self.world.host.engines.values().next() {
            if slot.leaving {
                moves.push(Move::Unloaded(0));
            } else if slot.loading.is_some() {
                moves.push(Move::Loaded(0));
            }
            if slot.answer.is_some() {
                moves.push(Move::AnswerEnds(0));
            }
        }
        moves
    }

    /// What may happen besides.
    fn free(&self, moves: &mut Vec<Move>) {
        let (budget, world) = (&self.budget, &self.world);
        if budget.selects > 0 {
            moves.extend((0..2).flat_map(|of| (0..3).map(move |model| Move::Select(of, model))));
        }
        if budget.asks > 0 {
            moves.extend([Move::Ask(0), Move::Ask(1)]);
        }
        for (index, job) in world.shown.jobs.values().enumerate() {
            match job.lifecycle {
                JobLifecycle::Queued | JobLifecycle::Downloading | JobLifecycle::Compiling
                    if budget.cancels > 0 =>
                {
                    moves.push(Move::Cancel(index));
                }
                JobLifecycle::Failed | JobLifecycle::Canceled if budget.retries > 0 => {
                    moves.push(Move::Retry(index));
                }
                _ => {}
            }
        }
        if budget.failures > 0 {
            if world.worker.current.is_some() {
                moves.push(Move::Fail(ErrorCode::Network));
            }
            let slot = world.host.engines.values().next();
            if slot.is_some_and(|slot| slot.loading.is_some() || slot.holds.is_some()) {
                moves.push(Move::LoadFails(0));
            }
        }
        if budget.tries > 0 {
            moves.push(Move::Shows(0));
            moves.push(Move::AnswerFails(0, ErrorCode::ProviderError));
        }
        if budget.aborts > 0 {
            moves.extend((0..world.answers.len()).map(Move::Abort));
        }
        if budget.late > 0 {
            if let Some(last) = world.host.past_answers.len().checked_sub(1) {
                moves.push(Move::LateAnswer(last));
            }
            if let Some(last) = world.worker.past.len().checked_sub(1) {
                moves.extend([Late::Finished, Late::Failed].map(|word| Move::LateTransfer(last, word)));
            }
            if let Some(last) = world.host.past.len().checked_sub(1) {
                moves.push(Move::LateLoad(last, false));
            }
            let leaves = |slot: &crate::fakes::InPage| slot.leaving && slot.loading.is_some();
            if world.host.engines.values().next().is_some_and(leaves) {
                moves.push(Move::LoadedAnyway(0));
            }
        }
    }
}

impl Budget {
    fn spend(&mut self, chosen: Move) {
        let spent = match chosen {
            Move::Select(..) => &mut self.selects,
            Move::Cancel(_) => &mut self.cancels,
            Move::Retry(_) => &mut self.retries,
            Move::Fail(_) | Move::LoadFails(_) => &mut self.failures,
            Move::Ask(_) => &mut self.asks,
            Move::Shows(_) | Move::AnswerFails(..) => &mut self.tries,
            Move::Abort(_) => &mut self.aborts,
            Move::LateTransfer(..) | Move::LateLoad(..) | Move::LateAnswer(_) | Move::LoadedAnyway(_) => {
                &mut self.late
            }
            _ => return,
        };
        *spent -= 1;
    }
}

/// The situations that must come up.
const WITNESSES: [&str; 14] = [
    "a wish is activated",
    "a wish is superseded",
    "a wish fails",
    "a wish is canceled",
    "a superseded download is canceled in the queue",
    "a model becomes ready and is not loaded",
    "a switch waits for an answer",
    "a late word is dropped",
    "a retry after a failure ends in an activation",
    "the two conversations have different models",
    "an answer is given",
    "an answer goes on with another model",
    "an answer ends with two failures",
    "an answer is given up between two tries",
];

/// What of [`WITNESSES`] a step shows.
fn witnessed(
    before: &World,
    after: &World,
    chosen: Move,
    seen: &BTreeSet<&'static str>,
) -> Vec<&'static str> {
    let mut found = Vec::new();
    for event in &after.events {
        match event {
            Event::SelectionSettled { outcome, .. } => match outcome {
                SelectionOutcome::Activated => {
                    found.push(WITNESSES[0]);
                    if seen.contains("retried") {
                        found.push(WITNESSES[8]);
                    }
                }
                SelectionOutcome::Superseded => found.push(WITNESSES[1]),
                SelectionOutcome::Failed { .. } => found.push(WITNESSES[2]),
                SelectionOutcome::Canceled => found.push(WITNESSES[3]),
            },
            Event::DownloadCanceled {
                reason: CancelReason::Superseded,
                ..
            } => found.push(WITNESSES[4]),
            Event::AnswerStarted { .. } => found.push(WITNESSES[10]),
            Event::AnswerFellBack { .. } => found.push(WITNESSES[11]),
            Event::AnswerEnded { tried, .. } if tried.len() == 2 => found.push(WITNESSES[12]),
            Event::AnswerEnded { tried, .. } if tried.len() == 1 && matches!(chosen, Move::Abort(_)) => {
                found.push(WITNESSES[13]);
            }
            _ => {}
        }
    }
    let unwanted = |world: &World| {
        let mut models = world.shown.models.values();
        models.any(|model| {
            let ready = model
                .job_id
                .is_some_and(|job| world.shown.jobs[&job].lifecycle == JobLifecycle::Ready);
            ready
                && model.presence == Presence::Cached
                && model.residency == Residency::Unloaded
                && !model.in_use
        })
    };
    if unwanted(after) {
        found.push(WITNESSES[5]);
    }
    let slot = after.host.engines.values().next();
    let waits = matches!(chosen, Move::Select(..)) && slot.is_some_and(|slot| slot.answer.is_some());
    if waits && after.memory.open.len() > before.memory.open.len() && after.worker.current.is_none() {
        found.push(WITNESSES[6]);
    }
    if after.shown.stale_dropped > before.shown.stale_dropped {
        found.push(WITNESSES[7]);
    }
    let (a, b) = (after.active("a"), after.active("b"));
    if a.is_some() && b.is_some() && a != b {
        found.push(WITNESSES[9]);
    }
    found
}

impl Model for Small {
    type State = Node;
    type Action = Move;

    fn init_states(&self) -> Vec<Node> {
        let mut options = options();
        options.models.truncate(3);
        options.engines.truncate(1);
        options.profiles = vec![any_profile()];
        let mut world = World::with(options);
        if self.warm {
            world.activate("a", "one");
        }
        if self.routed {
            world.cache("two");
            world.make(Move::SelectAny(0));
        }
        world.events.clear();
        world.options = Options::default();
        vec![Node {
            world,
            budget: self.budget,
            seen: BTreeSet::new(),
            broken: None,
        }]
    }

    fn actions(&self, node: &Node, actions: &mut Vec<Move>) {
        if node.broken.is_none() {
            actions.extend(node.forced());
            node.free(actions);
        }
    }

    fn next_state(&self, before: &Node, chosen: Move) -> Option<Node> {
        let mut node = before.clone();
        node.world.events.clear();
        node.world.worker.heard.clear();
        node.budget.spend(chosen);
        let done = catch_unwind(AssertUnwindSafe(|| {
            node.world.make(chosen);
            if node.forced().is_empty() {
                node.world.assert_at_rest();
            }
        }));
        match done {
            Ok(()) => {
                // Of the past only what a witness needs is kept: more of it would tell equal worlds apart.
                node.seen.clear();
                if matches!(chosen, Move::Retry(_)) || before.seen.contains("retried") {
                    node.seen.insert("retried");
                }
                let found = witnessed(&before.world, &node.world, chosen, &node.seen);
                node.seen.extend(found);
            }
            Err(panic) => {
                let said = panic.downcast_ref::<String>().cloned();
                node.broken = Some(said.unwrap_or_else(|| "a law is broken".to_owned()));
            }
        }
        Some(node)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        fn seen<const WITNESS: usize>(_: &Small, node: &Node) -> bool {
            node.seen.contains(WITNESSES[WITNESS])
        }
        let mut properties = vec![Property::<Self>::always("every law holds", |_, node| {
            node.broken.is_none()
        })];
        let checks: [fn(&Self, &Node) -> bool; WITNESSES.len()] = [
            seen::<0>, seen::<1>, seen::<2>, seen::<3>, seen::<4>, seen::<5>, seen::<6>, seen::<7>,
            seen::<8>, seen::<9>, seen::<10>, seen::<11>, seen::<12>, seen::<13>,
        ];
        for (name, check) in WITNESSES.into_iter().zip(checks) {
            properties.push(Property::<Self>::sometimes(name, check));
        }
        properties
    }
}

/// Looks at every order of what `budget` allows, and wants to have seen the witnesses of these places.
fn look_at_all(warm: bool, budget: Budget, witnesses: &[usize]) {
    let routed = budget.tries > 0;
    let small = Small { budget, warm, routed };
    let checker = small.checker().threads(2).spawn_bfs().join();
    if let Some(path) = checker.discovery("every law holds") {
        let broken = path.last_state().broken.clone().unwrap_or_default();
        panic!("{broken}\nafter {:?}", path.into_actions());
    }
    assert!(checker.is_done());
    println!(
        "{} states, {} of them different",
        checker.state_count(),
        checker.unique_state_count()
    );
    for witness in witnesses.iter().map(|place| WITNESSES[*place]) {
        assert!(checker.discovery(witness).is_some(), "never seen: {witness}");
    }
}

const NOTHING: Budget = Budget {
    selects: 0,
    cancels: 0,
    retries: 0,
    failures: 0,
    asks: 0,
    tries: 0,
    aborts: 0,
    late: 0,
};

#[test]
fn every_order_of_three_choices_and_a_cancel_keeps_the_laws() {
    let budget = Budget {
        selects: 3,
        cancels: 1,
        ..NOTHING
    };
    look_at_all(false, budget, &[0, 1, 3, 4, 5, 9]);
}

#[test]
fn every_order_of_two_choices_with_a_cancel_a_failure_a_retry_and_late_words_keeps_the_laws() {
    let budget = Budget {
        selects: 2,
        cancels: 1,
        failures: 1,
        retries: 1,
        late: 1,
        ..NOTHING
    };
    look_at_all(false, budget, &[0, 1, 2, 3, 5, 7, 8, 9]);
}

#[test]
fn every_order_of_a_choice_with_failures_cancels_and_retries_keeps_the_laws() {
    let budget = Budget {
        selects: 1,
        cancels: 1,
        failures: 2,
        retries: 2,
        late: 1,
        ..NOTHING
    };
    look_at_all(false, budget, &[0, 2, 3, 7, 8]);
}

#[test]
fn every_order_of_choices_around_a_running_answer_keeps_the_laws() {
    let budget = Budget {
        selects: 2,
        asks: 1,
        failures: 1,
        late: 1,
        ..NOTHING
    };
    look_at_all(true, budget, &[0, 1, 2, 5, 6, 7, 9, 10]);
}

#[test]
fn every_order_of_answers_that_go_on_or_are_given_up_keeps_the_laws() {
    let budget = Budget {
        asks: 2,
        tries: 2,
        aborts: 1,
        failures: 1,
        late: 1,
        ..NOTHING
    };
    look_at_all(true, budget, &[7, 10, 11, 12, 13]);
}
