//! Progress: requirement Q6.

use modelyard::engine::event::Event;
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::protocol::FromWorker;
use modelyard::engine::snapshot::{Phase, Progress};
use modelyard::engine::step::Step;

use crate::models::{SIZE, model_of};
use crate::world::{WLLAMA, World, options};

fn said(step: &Step) -> Vec<Progress> {
    let progress = |event: &Event| match event {
        Event::DownloadProgress { progress } => Some(progress.clone()),
        _ => None,
    };
    step.events.iter().filter_map(progress).collect()
}

fn shown(world: &World, model: &str) -> Progress {
    world.job(model).progress.clone().expect("progress")
}

fn report(world: &mut World, downloaded_bytes: u64, total_bytes: Option<u64>) -> Step {
    let ticket = world.ticket();
    world.says(FromWorker::Progress {
        ticket,
        downloaded_bytes,
        total_bytes,
        restarted: false,
    })
}

/// A model whose length nobody knows.
fn without_size() -> World {
    let mut options = options();
    let mut model = model_of("vague", WLLAMA, &["vague"]);
    model.files[0].size_bytes = None;
    model.files[0].sha256 = None;
    options.models.push(model);
    World::with(options)
}

#[test]
fn q6_the_first_event_says_0_and_the_last_says_100() {
    let mut world = World::new();
    world.download("one");
    world.now += 1_000;
    world.progress(500);
    world.finish();
    let all: Vec<Option<f64>> = world
        .events
        .iter()
        .filter_map(|event| match event {
            Event::DownloadProgress { progress } => Some(progress.percentage),
            _ => None,
        })
        .collect();
    assert_eq!(all, [Some(0.0), Some(50.0), Some(100.0)]);
}

#[test]
fn q6_there_are_at_most_ten_events_a_second_but_the_snapshot_keeps_up() {
    let mut world = World::new();
    world.download("one");
    let mut events = 0;
    for tick in 1..=100_u64 {
        world.now += 10;
        events += said(&world.progress(tick * 10 - 1)).len();
        assert_eq!(shown(&world, "one").downloaded_bytes, tick * 10 - 1);
    }
    assert_eq!(events, 10);
}

#[test]
fn q6_every_field_is_filled_in() {
    let mut world = World::new();
    let job_id = world.download("one");
    world.now += 1_000;
    let step = world.progress(250);
    let expected = Progress {
        job_id,
        model_id: "one".to_owned(),
        epoch: world.job("one").epoch,
        percentage: Some(25.0),
        downloaded_bytes: 250,
        total_bytes: Some(SIZE),
        speed: 250.0,
        eta_seconds: Some(3.0),
        phase: Phase::Downloading,
        timestamp: world.now,
    };
    assert_eq!(said(&step), [expected]);
}

#[test]
fn q6_a_stalled_transfer_has_speed_0_and_no_time_left_and_still_makes_events() {
    let mut world = World::new();
    world.download("one");
    world.now += 1_000;
    world.progress(500);
    assert!(shown(&world, "one").speed > 0.0);
    world.now += 1_000;
    assert!(
        said(&world.progress(500))[0].speed > 0.0,
        "one quiet second is no stall"
    );
    world.now += 1_000;
    let stalled = &said(&world.progress(500))[0];
    assert_eq!((stalled.speed, stalled.eta_seconds), (0.0, None));
}

#[test]
fn q6_speed_is_smoothed() {
    let mut world = World::new();
    world.download("one");
    world.now += 1_000;
    world.progress(100);
    world.now += 1_000;
    world.progress(500);
    let speed = shown(&world, "one").speed;
    assert!((150.0..350.0).contains(&speed), "{speed}");
}

#[test]
fn q6_an_unknown_total_gives_no_percentage_and_no_time_left() {
    let mut world = without_size();
    world.download("vague");
    world.now += 1_000;
    let progress = said(&report(&mut world, 300, None)).remove(0);
    assert_eq!(
        (progress.percentage, progress.total_bytes, progress.eta_seconds),
        (None, None, None)
    );
    assert!(progress.speed > 0.0);
    world.finish();
    assert_eq!(shown(&world, "vague").percentage, Some(100.0));
}

#[test]
fn q6_the_percentage_does_not_fall_when_the_total_turns_out_longer() {
    let mut world = without_size();
    world.download("vague");
    report(&mut world, 300, Some(400));
    assert_eq!(shown(&world, "vague").percentage, Some(75.0));
    report(&mut world, 310, Some(1_000));
    assert_eq!(shown(&world, "vague").percentage, Some(75.0));
    report(&mut world, 900, Some(1_000));
    assert_eq!(shown(&world, "vague").percentage, Some(90.0));
}

#[test]
fn q6_100_is_only_said_when_the_last_byte_is_here() {
    let mut world = World::new();
    world.download("one");
    report(&mut world, SIZE - 1, None);
    assert_eq!(shown(&world, "one").percentage, Some(99.9));
    report(&mut world, SIZE + 50, None);
    let progress = shown(&world, "one");
    assert_eq!(
        (progress.percentage, progress.downloaded_bytes),
        (Some(100.0), SIZE)
    );
    assert_eq!(progress.eta_seconds, Some(0.0));
}

#[test]
fn q6_a_transfer_that_starts_from_the_beginning_stands_still_but_shows_its_speed() {
    let mut world = World::new();
    world.download("one");
    world.now += 1_000;
    world.progress(800);
    world.now += 1_000;
    world.progress(100);
    assert_eq!(shown(&world, "one").downloaded_bytes, 800);
    world.now += 1_000;
    world.progress(300);
    let progress = shown(&world, "one");
    assert_eq!(progress.downloaded_bytes, 800);
    assert!(progress.speed > 0.0);
    assert_eq!(progress.eta_seconds, Some((700.0_f64 / progress.speed).ceil()));
    world.pause(world.job("one").id);
    assert_eq!(world.model("one").present_bytes, 300, "what is really here");
}

#[test]
fn q6_a_clock_that_jumps_costs_a_wrong_speed_at_most() {
    let mut world = World::new();
    world.download("one");
    for jump in [-3_600_000_i64, 86_400_000, 0, -1, 1] {
        world.now = world.now.saturating_add_signed(jump);
        let here = shown(&world, "one").downloaded_bytes + 10;
        world.progress(here);
        let progress = shown(&world, "one");
        assert!(progress.speed.is_finite() && progress.speed >= 0.0);
        assert!(
            progress
                .eta_seconds
                .is_none_or(|eta| eta.is_finite() && eta >= 0.0)
        );
        assert_eq!(progress.downloaded_bytes, here);
    }
}

#[test]
fn q6_cancel_and_failure_make_events_of_their_own() {
    let mut world = World::new();
    let one = world.download("one");
    world.cancel(one);
    assert!(world.said(|event| matches!(event, Event::DownloadCanceled { job_id, .. } if *job_id == one)));
    let two = world.download("two");
    world.fail(ErrorCode::Integrity);
    assert!(world.said(
        |event| matches!(event, Event::DownloadFailed { job_id, failure, .. }
        if *job_id == two && failure.code == ErrorCode::Integrity && failure.model.as_deref() == Some("two"))
    ));
    assert!(shown(&world, "two").speed <= 0.0);
}

#[test]
fn q6_the_phase_follows_the_work() {
    let mut world = World::new();
    world.select("a", "one");
    assert_eq!(shown(&world, "one").phase, Phase::Downloading);
    world.finish();
    assert_eq!(shown(&world, "one").phase, Phase::Compiling);
    world.loaded(WLLAMA);
    let progress = shown(&world, "one");
    assert_eq!((progress.phase, progress.percentage), (Phase::Ready, Some(100.0)));
}
