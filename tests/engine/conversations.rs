//! Choosing models for conversations: requirements C1 to C10.

use modelyard::engine::command::Command;
use modelyard::engine::effect::Effect;
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::input::Input;
use modelyard::engine::snapshot::{CancelReason, JobLifecycle, Presence};
use modelyard::engine::{Options, Superseded};

use crate::models::model_id;
use crate::world::{WEBLLM, WLLAMA, World, options};

fn activated(event: &Event, conversation: &str, model: &str) -> bool {
    matches!(event, Event::ModelActivated { conversation_id, model_id, .. }
        if conversation_id == conversation && model_id == model)
}

#[test]
fn c1_a_model_is_chosen_for_one_conversation_and_no_other() {
    let mut world = World::new();
    world.activate("a", "one");
    assert_eq!(world.active("a"), Some("one"));
    assert_eq!(world.active("b"), None);
}

#[test]
fn c1_a_new_conversation_starts_with_the_default_model_and_fetches_nothing() {
    let mut world = World::with(Options {
        default_model: Some(model_id("one")),
        ..options()
    });
    let heard = world.worker.heard.len();
    world.open("c");
    assert_eq!(world.active("c"), Some("one"));
    assert_eq!(world.requested("c"), Some("one"));
    assert_eq!(world.worker.heard.len(), heard);
    assert!(world.model("one").in_use);
}

#[test]
fn c1_opening_a_conversation_again_changes_nothing() {
    let mut world = World::new();
    world.activate("a", "one");
    let before = world.shown.clone();
    world.open("a");
    assert_eq!(world.shown, before);
}

#[test]
fn c2_the_wish_is_recorded_in_the_very_step_that_selects() {
    let mut world = World::new();
    let intent = world.select("a", "one");
    assert_eq!(world.conversation("a").intent, intent);
    assert_eq!(world.requested("a"), Some("one"));
    let record = world.disk.conversations.values().next().expect("a record");
    assert_eq!((record.intent, record.pending), (intent, true));
}

#[test]
fn c2_of_two_rapid_clicks_the_second_stays() {
    let mut world = World::new();
    world.cache("one");
    world.cache("two");
    let first = world.select("a", "one");
    let second = world.select("a", "two");
    assert!(second > first);
    assert_eq!(world.outcome("a", first), Some(&SelectionOutcome::Superseded));
    world.unloaded(WLLAMA);
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("two"));
    assert_eq!(world.outcome("a", second), Some(&SelectionOutcome::Activated));
}

#[test]
fn c2_choosing_the_same_model_again_ends_the_first_wish_and_keeps_its_download() {
    let mut world = World::new();
    let first = world.select("a", "one");
    let job = world.job("one").id;
    let second = world.select("a", "one");
    assert_eq!(world.job("one").id, job);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
    assert_eq!(world.outcome("a", first), Some(&SelectionOutcome::Superseded));
    world.finish();
    world.loaded(WLLAMA);
    assert_eq!(world.outcome("a", second), Some(&SelectionOutcome::Activated));
}

#[test]
fn c3_each_request_ends_by_itself_activated_superseded_failed_or_canceled() {
    let mut world = World::new();
    let a = world.select("a", "one");
    let b = world.select("b", "two");
    world.fail(ErrorCode::Integrity);
    assert!(
        matches!(world.outcome("a", a), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::Integrity && failure.model.as_deref() == Some("one"))
    );
    assert_eq!(world.outcome("b", b), None);
    world.cancel(world.job("two").id);
    assert_eq!(world.outcome("b", b), Some(&SelectionOutcome::Canceled));
}

#[test]
fn c3_a_cached_model_is_activated_while_the_queue_is_busy() {
    let mut world = World::new();
    world.cache("one");
    world.download("two");
    world.download("three");
    let intent = world.select("a", "one");
    world.loaded(WLLAMA);
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Activated));
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Downloading));
}

#[test]
fn c4_a_resident_model_is_active_at_once() {
    let mut world = World::new();
    world.activate("a", "one");
    let intent = world.select("b", "one");
    assert_eq!(world.active("b"), Some("one"));
    assert_eq!(world.outcome("b", intent), Some(&SelectionOutcome::Activated));
}

#[test]
fn c4_a_cached_model_is_loaded_and_then_active() {
    let mut world = World::new();
    world.cache("one");
    world.select("a", "one");
    assert_eq!(world.active("a"), None);
    assert_eq!(
        world.loading(WLLAMA).map(|(_, model)| model).as_deref(),
        Some("one")
    );
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("one"));
}

#[test]
fn c4_an_absent_model_is_fetched_while_the_active_one_goes_on_answering() {
    let mut world = World::new();
    world.activate("a", "one");
    world.select("a", "two");
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Downloading));
    assert!(
        world.host.has("one"),
        "a download unloaded the model that answers"
    );
    world.ask("a").expect("an answer");
    assert_eq!(
        world.answering(WLLAMA).map(|(_, model)| model),
        Some(model_id("one"))
    );
    world.progress(400);
    world.answer_ends(WLLAMA);
    world.finish();
    world.unloaded(WLLAMA);
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("two"));
}

#[test]
fn c4_an_answer_asked_for_after_choosing_a_cached_model_comes_from_that_model() {
    let mut world = World::new();
    world.cache("two");
    world.activate("a", "one");
    world.select("a", "two");
    world.ask("a").expect("an answer");
    world.unloaded(WLLAMA);
    world.loaded(WLLAMA);
    assert_eq!(
        world.answering(WLLAMA).map(|(_, model)| model),
        Some(model_id("two"))
    );
}

#[test]
fn c5_a_replaced_wish_is_never_activated_by_its_late_load() {
    let mut world = World::new();
    world.cache("one");
    world.cache("two");
    world.select("a", "one");
    let (load, _) = world.loading(WLLAMA).expect("a load");
    world.select("a", "two");
    world.late(Input::Loaded { load });
    assert_eq!(world.active("a"), None);
    world.unloaded(WLLAMA);
    world.loaded(WLLAMA);
    assert!(!world.said(|event| activated(event, "a", "one")));
    assert_eq!(world.active("a"), Some("two"));
}

#[test]
fn c5_an_answer_comes_from_the_model_that_is_shown() {
    let mut world = World::new();
    world.activate("a", "one");
    world.activate("b", "two");
    world.ask("a").expect("an answer");
    world.unloaded(WLLAMA);
    world.loaded(WLLAMA);
    assert_eq!(
        world.answering(WLLAMA).map(|(_, model)| model),
        Some(model_id("one"))
    );
    assert_eq!(world.active("a"), Some("one"));
}

#[test]
fn c6_a_model_left_while_it_downloads_becomes_ready_and_is_not_loaded() {
    let mut world = World::new();
    world.activate("a", "one");
    world.select("a", "two");
    world.select("a", "three");
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Downloading));
    let step = world.finish();
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Ready));
    assert_eq!(world.model("two").presence, Presence::Cached);
    assert!(
        !step
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Load { .. } | Effect::Unload { .. }))
    );
    assert_eq!(world.active("a"), Some("one"));
    assert_eq!(world.lifecycle("three"), Some(JobLifecycle::Downloading));
}

#[test]
fn c6_a_queued_selection_nobody_wants_any_more_is_canceled_as_superseded() {
    let mut world = World::new();
    world.download("one");
    world.select("a", "two");
    world.select("a", "three");
    let job = world.job("two");
    assert_eq!(job.lifecycle, JobLifecycle::Canceled);
    assert_eq!(job.cancel_reason, Some(CancelReason::Superseded));
    assert_eq!(world.lifecycle("three"), Some(JobLifecycle::Queued));
}

#[test]
fn c6_a_queued_selection_another_conversation_wants_stays() {
    let mut world = World::new();
    world.download("one");
    world.select("a", "two");
    world.select("b", "two");
    world.select("a", "three");
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Queued));
}

#[test]
fn c6_the_app_can_have_superseded_selections_kept() {
    let mut world = World::with(Options {
        superseded: Superseded::Keep,
        ..options()
    });
    world.download("one");
    world.select("a", "two");
    world.select("a", "three");
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Queued));
}

#[test]
fn c6_a_download_asked_for_by_itself_is_never_dropped_with_a_selection() {
    let mut world = World::new();
    world.download("one");
    world.select("a", "two");
    world.download("two");
    world.download("three");
    world.select("a", "three");
    world.select("a", "one");
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Queued));
    assert_eq!(world.lifecycle("three"), Some(JobLifecycle::Queued));
}

#[test]
fn c6_a_selection_that_has_started_before_is_not_dropped() {
    let mut world = World::new();
    world.select("a", "one");
    world.progress(300);
    world.pause(world.job("one").id);
    world.download("two");
    world.resume(world.job("one").id);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Queued));
    world.select("a", "three");
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Queued));
}

#[test]
fn c6_a_retry_without_a_wish_counts_as_asked_for_by_itself() {
    let mut world = World::new();
    world.download("one");
    world.select("a", "two");
    world.select("a", "three");
    world.retry(world.job("two").id);
    world.select("a", "two");
    world.select("a", "three");
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Queued));
}

#[test]
fn c7_a_switch_waits_for_the_running_answer() {
    let mut world = World::new();
    world.cache("two");
    world.activate("a", "one");
    world.ask("a").expect("an answer");
    let step = world.step(Input::Command(Command::Select {
        conversation_id: "a".to_owned(),
        model_id: "two".to_owned(),
    }));
    assert!(
        !step
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Unload { .. } | Effect::EndAnswer { .. }))
    );
    assert_eq!(world.active("a"), Some("one"));
    let step = world.answer_ends(WLLAMA);
    assert!(
        step.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Unload { .. }))
    );
    world.unloaded(WLLAMA);
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("two"));
}

#[test]
fn c7_answers_of_one_engine_follow_each_other() {
    let mut world = World::new();
    world.activate("a", "one");
    world.select("b", "one");
    let first = world.ask("a").expect("an answer");
    let second = world.ask("b").expect("an answer");
    assert_eq!(world.answering(WLLAMA).map(|(id, _)| id.get()), Some(first));
    world.answer_ends(WLLAMA);
    assert_eq!(world.answering(WLLAMA).map(|(id, _)| id.get()), Some(second));
}

#[test]
fn c7_an_answer_that_waits_moves_along_when_its_conversation_switches_engines() {
    let mut world = World::new();
    world.activate("b", "five");
    world.activate("a", "one");
    world.open("c");
    world.select("c", "one");
    world.ask("c").expect("a running answer");
    let waiting = world.ask("a").expect("a waiting answer");
    world.select("a", "five");
    assert_eq!(world.active("a"), Some("five"), "resident elsewhere");
    world.answer_ends(WLLAMA);
    let now = world.answering(WEBLLM).expect("an answer of the other engine");
    assert_eq!((now.0.get(), now.1), (waiting, model_id("five")));
    assert_eq!(world.shown.engines[WLLAMA].answers, 0);
}

#[test]
fn c8_a_failed_target_gives_the_wish_back_to_the_active_model() {
    let mut world = World::new();
    world.activate("a", "one");
    let intent = world.select("a", "two");
    world.fail(ErrorCode::Network);
    assert_eq!(world.requested("a"), Some("one"));
    assert_eq!(world.active("a"), Some("one"));
    assert!(
        world.conversation("a").intent > intent,
        "late news of the old wish must be stale"
    );
}

#[test]
fn c8_a_canceled_target_gives_the_wish_back_to_the_active_model() {
    let mut world = World::new();
    world.activate("a", "one");
    world.select("a", "two");
    world.cancel(world.job("two").id);
    assert_eq!(world.requested("a"), Some("one"));
}

#[test]
fn c8_a_load_that_fails_gives_the_wish_back_and_tells_why() {
    let mut world = World::new();
    world.cache("two");
    world.activate("a", "one");
    let intent = world.select("a", "two");
    world.unloaded(WLLAMA);
    world.load_fails(WLLAMA);
    assert_eq!(world.requested("a"), Some("one"));
    assert!(
        matches!(world.outcome("a", intent), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::LoadFailed && failure.model.as_deref() == Some("two"))
    );
    world.ask("a").expect("an answer");
    world.loaded(WLLAMA);
    assert_eq!(
        world.answering(WLLAMA).map(|(_, model)| model),
        Some(model_id("one"))
    );
}

#[test]
fn c8_opening_a_conversation_whose_model_is_gone_fetches_nothing() {
    let mut world = World::new();
    world.activate("a", "one");
    world.worker.blobs.clear();
    world.reload();
    world.open("a");
    assert_eq!(world.active("a"), Some("one"));
    assert_eq!(world.model("one").presence, Presence::Absent);
    assert_eq!(world.worker.current, None);
    assert_eq!(world.lifecycle("one"), None);
    let refused = world.ask("a").expect_err("no answer");
    assert_eq!(refused.code, ErrorCode::NotFound);
}

#[test]
fn c9_all_conversations_that_wait_for_a_model_get_it() {
    let mut world = World::new();
    world.open("c");
    let a = world.select("a", "one");
    let b = world.select("b", "one");
    let c = world.select("c", "two");
    world.finish();
    world.loaded(WLLAMA);
    for (conversation, intent) in [("a", a), ("b", b)] {
        assert_eq!(world.active(conversation), Some("one"));
        assert_eq!(
            world.outcome(conversation, intent),
            Some(&SelectionOutcome::Activated)
        );
    }
    assert_eq!(world.outcome("c", c), None);
}

#[test]
fn c9_different_models_for_different_conversations_all_become_active() {
    let mut world = World::new();
    world.cache("one");
    world.cache("two");
    world.select("a", "one");
    world.select("b", "two");
    world.loaded(WLLAMA);
    world.unloaded(WLLAMA);
    world.loaded(WLLAMA);
    assert_eq!((world.active("a"), world.active("b")), (Some("one"), Some("two")));
}

#[test]
fn c10_the_mapping_survives_a_reload() {
    let mut world = World::new();
    world.activate("a", "one");
    world.activate("b", "five");
    world.events.clear();
    world.reload();
    assert_eq!(
        (world.active("a"), world.active("b")),
        (Some("one"), Some("five"))
    );
    assert!(
        !world.said(|event| matches!(event, Event::ModelActivated { .. })),
        "nobody chose anything"
    );
    world.ask("b").expect("an answer");
    world.loaded(WEBLLM);
    assert_eq!(
        world.answering(WEBLLM).map(|(_, model)| model),
        Some(model_id("five"))
    );
}

#[test]
fn c10_removing_a_conversation_sheds_its_wish_its_answers_and_its_record() {
    let mut world = World::new();
    world.activate("a", "one");
    world.download("three");
    world.ask("a").expect("an answer");
    let intent = world.select("a", "two");
    let conversation_id = "a".to_owned();
    world
        .command(Command::RemoveConversation { conversation_id })
        .expect("removed");
    assert!(!world.shown.conversations.contains_key("a"));
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Superseded));
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Canceled));
    assert!(world.disk.conversations.keys().all(|id| id.as_str() != "a"));
    world.answer_ends(WLLAMA);
    assert!(!world.shown.conversations.contains_key("a"));
    assert_eq!(world.shown.engines[WLLAMA].answers, 0);
}

#[test]
fn c10_an_unknown_model_is_an_error_that_names_the_closest_ones() {
    let mut world = World::new();
    let refused = world
        .command(Command::Select {
            conversation_id: "a".to_owned(),
            model_id: "thre".to_owned(),
        })
        .expect_err("unknown");
    assert_eq!(refused.code, ErrorCode::NotFound);
    assert_eq!(refused.field.as_deref(), Some("modelId"));
    assert!(refused.recovery[0].contains("three"), "{:?}", refused.recovery);
    assert_eq!(world.requested("a"), None);
}
