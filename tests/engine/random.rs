//! Random sequences of everything that can happen: late, doubled, reordered and stale words, lost workers, reloads at
//! any point. Every law is checked after every step, and when faults stop, everything comes to rest.
//!
//! A failure is printed as its shortest sequence of moves and its seed is kept in `proptest-regressions`; the sequence
//! becomes a test of its own in `found`. `PROPTEST_CASES` makes more of them.

use modelyard::engine::command::Fallback;
use modelyard::engine::failure::ErrorCode;
use modelyard::routing::ProfileSpec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use crate::models::model_of;
use crate::moves::{ANY, Late, Move};
use crate::served::with_server;
use crate::world::{WLLAMA, World};

/// What is known without looking at the core: which conversations there are.
#[derive(Debug, Clone, Default)]
struct Plan {
    open: [bool; 3],
}

fn code() -> impl Strategy<Value = ErrorCode> {
    prop_oneof![
        Just(ErrorCode::Network),
        Just(ErrorCode::Integrity),
        Just(ErrorCode::StorageFull),
        Just(ErrorCode::Unauthorized),
    ]
}

/// What may go wrong with an answer.
fn trouble() -> impl Strategy<Value = ErrorCode> {
    select(&[
        ErrorCode::RateLimited,
        ErrorCode::Overloaded,
        ErrorCode::Network,
        ErrorCode::ContextExceeded,
        ErrorCode::NotFound,
        ErrorCode::ProviderError,
        ErrorCode::EngineCrashed,
        ErrorCode::Unauthorized,
        ErrorCode::Unsupported,
        ErrorCode::Canceled,
    ])
}

fn fallback() -> impl Strategy<Value = Fallback> {
    select(&[Fallback::Never, Fallback::BeforeText, Fallback::AfterText])
}

fn late() -> impl Strategy<Value = Late> {
    prop_oneof![
        Just(Late::Progress),
        Just(Late::Waits),
        Just(Late::Committed),
        Just(Late::Finished),
        Just(Late::Failed),
    ]
}

fn wishes() -> impl Strategy<Value = Move> {
    let (conversation, model, which) = (0..3_usize, 0..7_usize, 0..8_usize);
    prop_oneof![
        2 => conversation.clone().prop_map(Move::Open),
        1 => conversation.clone().prop_map(Move::Forget),
        12 => (conversation.clone(), model.clone()).prop_map(|(of, model)| Move::Select(of, model)),
        3 => conversation.clone().prop_map(Move::SelectAny),
        3 => model.clone().prop_map(Move::Download),
        4 => which.clone().prop_map(Move::Cancel),
        3 => which.clone().prop_map(Move::Pause),
        3 => which.clone().prop_map(Move::Resume),
        4 => which.clone().prop_map(Move::Retry),
        1 => (which.clone(), 0..4_u32).prop_map(|(of, place)| Move::Reorder(of, place)),
        1 => which.clone().prop_map(Move::Dismiss),
        2 => model.clone().prop_map(Move::AskModel),
        2 => (0..2_usize).prop_map(Move::AddServed),
        3 => (model, any::<bool>()).prop_map(|(of, unload)| Move::Remove(of, unload)),
        1 => (0..2_usize).prop_map(Move::Unload),
        6 => conversation.clone().prop_map(Move::Ask),
        3 => (conversation, fallback()).prop_map(|(of, fallback)| Move::AskWith(of, fallback)),
        2 => which.prop_map(Move::Abort),
    ]
}

fn answers_of_the_world() -> impl Strategy<Value = Move> {
    let engine = prop_oneof![4 => Just(0_usize), 1 => Just(1_usize)];
    prop_oneof![
        4 => (0..2_000_u64).prop_map(Move::Progress),
        1 => Just(Move::Restarts),
        1 => Just(Move::Waits),
        1 => Just(Move::Commit),
        8 => Just(Move::Finish),
        4 => code().prop_map(Move::Fail),
        1 => engine.clone().prop_map(Move::LoadProgress),
        8 => engine.clone().prop_map(Move::Loaded),
        2 => engine.clone().prop_map(Move::LoadedAnyway),
        3 => engine.clone().prop_map(Move::LoadFails),
        8 => engine.clone().prop_map(Move::Unloaded),
        5 => engine.clone().prop_map(Move::AnswerEnds),
        3 => (engine, trouble()).prop_map(|(of, code)| Move::AnswerFails(of, code)),
        2 => (0..8_usize).prop_map(Move::Shows),
        2 => Just(Move::Deletes),
        1 => Just(Move::DeletionFails),
        1 => (0..4_000_u64).prop_map(Move::Wait),
    ]
}

fn words_of_the_server() -> impl Strategy<Value = Move> {
    let bytes = 0..2_000_u64;
    prop_oneof![
        6 => any::<[bool; 2]>().prop_map(Move::List),
        4 => (bytes.clone(), proptest::option::of(bytes)).prop_map(|(of, all)| Move::PullProgress(of, all)),
        1 => Just(Move::PullWaits),
        6 => Just(Move::PullFinishes),
        3 => code().prop_map(Move::PullFails),
        3 => any::<bool>().prop_map(Move::ServerRemoves),
        5 => (0..8_usize).prop_map(Move::ServedAnswerEnds),
        5 => (0..8_usize, trouble(), proptest::option::of(0..3_000_u32))
            .prop_map(|(which, code, retry)| Move::ServedAnswerFails(which, code, retry)),
        4 => (0..20_usize, late()).prop_map(|(which, word)| Move::LatePull(which, word)),
        1 => Just(Move::LateRemoval),
        1 => Just(Move::RemoveServer),
    ]
}

fn faults() -> impl Strategy<Value = Move> {
    prop_oneof![
        6 => (0..20_usize, late()).prop_map(|(which, word)| Move::LateTransfer(which, word)),
        4 => (0..20_usize, any::<bool>()).prop_map(|(which, fails)| Move::LateLoad(which, fails)),
        2 => (0..20_usize).prop_map(Move::LateAnswer),
        1 => Just(Move::LateDeletion),
        2 => Just(Move::WorkerLost),
        3 => Just(Move::WorkerReady),
        2 => any::<bool>().prop_map(Move::Lead),
        2 => Just(Move::Reload),
        1 => (0..8_usize).prop_map(Move::Evict),
    ]
}

struct Anything;

impl ReferenceStateMachine for Anything {
    type State = Plan;
    type Transition = Move;

    fn init_state() -> BoxedStrategy<Plan> {
        Just(Plan {
            open: [true, true, false],
        })
        .boxed()
    }

    fn transitions(_: &Plan) -> BoxedStrategy<Move> {
        prop_oneof![
            6 => wishes(),
            6 => answers_of_the_world(),
            4 => words_of_the_server(),
            2 => faults(),
        ]
        .boxed()
    }

    fn apply(mut plan: Plan, chosen: &Move) -> Plan {
        match chosen {
            Move::Open(of) => plan.open[*of] = true,
            Move::Forget(of) => plan.open[*of] = false,
            _ => {}
        }
        plan
    }
}

impl StateMachineTest for Anything {
    type SystemUnderTest = World;
    type Reference = Self;

    fn init_test(_: &Plan) -> World {
        world()
    }

    fn apply(mut world: World, _: &Plan, chosen: Move) -> World {
        world.make(chosen);
        world
    }

    fn check_invariants(world: &World, plan: &Plan) {
        let names = crate::moves::CONVERSATIONS.iter().zip(plan.open);
        for (name, open) in names {
            assert_eq!(
                world.shown.conversations.contains_key(*name),
                open,
                "conversation {name}"
            );
        }
    }

    fn teardown(mut world: World, _: Plan) {
        world.come_to_rest();
    }
}

/// Answers above all: a server with both its models, two models on the disk, and conversations with a profile.
struct Chains;

impl ReferenceStateMachine for Chains {
    type State = Plan;
    type Transition = Move;

    fn init_state() -> BoxedStrategy<Plan> {
        Just(Plan::default()).boxed()
    }

    fn transitions(_: &Plan) -> BoxedStrategy<Move> {
        let conversation = 0..2_usize;
        let which = 0..4_usize;
        prop_oneof![
            8 => conversation.clone().prop_map(Move::Ask),
            5 => (conversation.clone(), fallback()).prop_map(|(of, fallback)| Move::AskWith(of, fallback)),
            3 => conversation.clone().prop_map(Move::SelectAny),
            1 => (conversation, 0..7_usize).prop_map(|(of, model)| Move::Select(of, model)),
            8 => (which.clone(), trouble(), proptest::option::of(0..3_000_u32))
                .prop_map(|(which, code, retry)| Move::ServedAnswerFails(which, code, retry)),
            4 => trouble().prop_map(|code| Move::AnswerFails(0, code)),
            3 => which.clone().prop_map(Move::Shows),
            3 => which.clone().prop_map(Move::Abort),
            6 => (0..40_usize).prop_map(Move::LateAnswer),
            2 => which.prop_map(Move::ServedAnswerEnds),
            2 => Just(Move::AnswerEnds(0)),
            5 => Just(Move::Loaded(0)),
            3 => Just(Move::LoadFails(0)),
            3 => Just(Move::Unloaded(0)),
            1 => Just(Move::Unload(0)),
            2 => any::<[bool; 2]>().prop_map(Move::List),
            1 => Just(Move::RemoveServer),
            2 => (0..6_000_u64).prop_map(Move::Wait),
        ]
        .boxed()
    }

    fn apply(plan: Plan, _: &Move) -> Plan {
        plan
    }
}

impl StateMachineTest for Chains {
    type SystemUnderTest = World;
    type Reference = Self;

    fn init_test(_: &Plan) -> World {
        let mut world = world();
        world.list(&["x", "y"]);
        world.make(Move::SelectAny(0));
        for model in ["one", "two"] {
            world.cache(model);
        }
        world.make(Move::SelectAny(1));
        world
    }

    fn apply(mut world: World, _: &Plan, chosen: Move) -> World {
        world.make(chosen);
        world
    }

    fn teardown(mut world: World, _: Plan) {
        world.come_to_rest();
    }
}

/// One of the models shares a file with another.
pub(crate) fn world() -> World {
    let mut options = with_server();
    options.models.push(model_of("pair", WLLAMA, &["one", "extra"]));
    options.profiles = vec![ProfileSpec {
        name: ANY.to_owned(),
        min_context: Some(1.0),
        ..ProfileSpec::default()
    }];
    World::with(options)
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_every_law_holds_and_everything_comes_to_rest(sequential 1..80 => Anything);
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn whatever_becomes_of_answers_every_law_holds_and_all_of_them_end(sequential 1..60 => Chains);
}
