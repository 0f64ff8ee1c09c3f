//! Sequences that random search found to break a law once, each named after what must happen instead.

use modelyard::engine::failure::ErrorCode;
use modelyard::engine::snapshot::JobLifecycle;

use crate::moves::{Late, Move};
use crate::random::world;
use crate::world::World;

fn after(moves: &[Move]) -> World {
    let mut world = world();
    for chosen in moves {
        world.make(*chosen);
    }
    world
}

#[test]
fn a_partial_file_that_is_dropped_changes_every_model_that_has_a_share_in_it() {
    // Models "pair" and "one" share a file.
    let mut world = after(&[Move::Select(0, 3), Move::Commit, Move::Fail(ErrorCode::Integrity)]);
    assert_eq!(world.model("one").present_bytes, 1_000);
    world.come_to_rest();
}

#[test]
fn a_model_whose_file_vanishes_while_it_compiles_is_never_ready() {
    let mut world = after(&[Move::Select(0, 0), Move::Finish, Move::Evict(0)]);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Failed));
    world.come_to_rest();
}

#[test]
fn the_tickets_of_the_page_before_are_stale_in_the_next_one() {
    let mut world = after(&[
        Move::Select(0, 0),
        Move::Finish,
        Move::Reload,
        Move::Select(0, 1),
        Move::LateTransfer(0, Late::Progress),
        Move::LateTransfer(0, Late::Finished),
    ]);
    world.come_to_rest();
}

#[test]
fn a_model_removed_and_chosen_again_is_fetched_after_its_deletion() {
    let mut world = after(&[
        Move::Select(0, 0),
        Move::Select(0, 1),
        Move::Pause(1),
        Move::Finish,
        Move::Remove(0, false),
        Move::Select(0, 0),
    ]);
    world.come_to_rest();
}

#[test]
fn an_answer_that_waited_for_the_wish_before_does_not_start_with_the_model_that_goes() {
    let mut world = world();
    world.list(&["x"]);
    for conversation in ["a", "b"] {
        world.open(conversation);
    }
    for model in ["one", "two"] {
        world.cache(model);
    }
    world.select("a", "ollama/x");
    world.activate("b", "two");
    world.ask("b").expect("an answer of the engine's model");
    // Its load waits for that answer, and so does the answer asked for.
    world.select("a", "one");
    let answer = world.ask("a").expect("an answer of the model that comes");
    world.select("a", "two");
    assert_eq!(world.active("a"), Some("two"));
    world.answer_ends("wllama");
    let (next, model) = world.answering("wllama").expect("the answer that waited");
    assert_eq!((next.get(), model.as_str()), (answer, "two"));
    world.come_to_rest();
}
