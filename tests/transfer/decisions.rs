//! The pure machine by itself: what a driver that does everything right can hardly bring about.

use modelyard::engine::ids::ModelId;
use modelyard::engine::manifest::ModelFile;
use modelyard::transfer::hash::{Midstate, StreamHash};
use modelyard::transfer::job::Job;
use modelyard::transfer::policy::PartSizes;
use modelyard::transfer::step::{DiskTrouble, Effect, Found, Head, Input, Now};

use super::support::rig::{START_MS, ticket};
use super::support::{KIB, known, noise};

/// A job, and the time it thinks it is.
pub struct Desk {
    job: Job,
    ms: u64,
}

impl Desk {
    /// A job whose body is being read.
    pub fn reading(file: &ModelFile) -> Self {
        let mut this = Self::asking(file);
        let head = Head {
            status: 206,
            ..Head::default()
        };
        assert!(this.take(Input::Head(Ok(head))).contains(&Effect::ReadBody));
        this
    }

    /// A job that waits for the head of its first answer.
    pub fn asking(file: &ModelFile) -> Self {
        Self::asking_with(file, &PartSizes::EAGER)
    }

    /// The same, with these sizes.
    pub fn asking_with(file: &ModelFile, sizes: &'static PartSizes) -> Self {
        let now = Now {
            ms: START_MS,
            dice: 0,
        };
        let model = ModelId::new("m").unwrap();
        let (job, effects) = Job::start(ticket(1), model, vec![file.clone()], Vec::new(), sizes, now);
        assert!(matches!(effects[0], Effect::LookUp { .. }));
        let mut this = Self { job, ms: START_MS };
        assert!(matches!(
            this.take(Input::Found(Ok(Found::default())))[..],
            [Effect::Open { .. }, ..]
        ));
        let effects = this.take(Input::Opened(Ok(0)));
        assert!(
            effects
                .iter()
                .any(|effect| matches!(effect, Effect::Resize { .. })),
            "{effects:?}"
        );
        let effects = this.take(Input::Resized(Ok(())));
        assert!(
            effects.iter().any(|effect| matches!(
                effect,
                Effect::Request {
                    from: 0,
                    end: None,
                    ..
                }
            )),
            "{effects:?}"
        );
        this
    }

    pub fn take(&mut self, input: Input) -> Vec<Effect> {
        self.job.handle(input, Now { ms: self.ms, dice: 0 })
    }

    /// So many chunks of a mebibyte come at once and are stored.
    pub fn burst(&mut self, mebibytes: u64) -> Vec<Effect> {
        let one = |_| {
            self.take(Input::Chunk { len: 1 << 20 });
            self.take(Input::Stored(Ok(())))
        };
        (0..mebibytes).flat_map(one).collect()
    }

    /// A chunk comes a second later and is stored.
    pub fn store(&mut self, len: u64) -> Vec<Effect> {
        self.ms += 1_000;
        let effects = self.take(Input::Chunk { len });
        assert!(matches!(effects[0], Effect::Store { .. }), "{effects:?}");
        self.take(Input::Stored(Ok(())))
    }
}

fn midstate_of(bytes: &[u8]) -> Midstate {
    let mut hash = StreamHash::new();
    hash.update(bytes);
    hash.midstate()
}

fn saves(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Save { .. }))
}

#[test]
fn a_checkpoint_is_written_flushed_hashed_and_only_then_journaled() {
    let bytes = noise(200 * KIB, 1);
    let mut desk = Desk::reading(&known(&bytes));
    assert!(
        desk.store(100 * KIB as u64)
            .contains(&Effect::Flush { at: 100 * KIB as u64 })
    );
    let effects = desk.take(Input::Flushed(Ok(7)));
    assert_eq!(effects, [Effect::HashSave]);
    assert!(saves(
        &desk.take(Input::HashSaved(midstate_of(&bytes[..100 * KIB])))
    ));
}

#[test]
fn a_midstate_of_another_number_of_bytes_never_gets_into_the_journal() {
    let bytes = noise(200 * KIB, 1);
    let mut desk = Desk::reading(&known(&bytes));
    desk.store(100 * KIB as u64);
    desk.take(Input::Flushed(Ok(7)));
    assert!(!saves(
        &desk.take(Input::HashSaved(midstate_of(&bytes[..99 * KIB])))
    ));
    assert!(
        desk.store(10).contains(&Effect::Flush {
            at: 100 * KIB as u64 + 10
        }),
        "the next one is tried"
    );
}

#[test]
fn a_lost_hash_is_taken_up_at_the_entry_that_is_being_written() {
    // The entry may be on the disk already: bytes before its offset must not be fetched, and overwritten, again.
    let bytes = noise(200 * KIB, 1);
    let mut desk = Desk::reading(&known(&bytes));
    desk.store(100 * KIB as u64);
    desk.take(Input::Flushed(Ok(7)));
    let midstate = midstate_of(&bytes[..100 * KIB]);
    desk.take(Input::HashSaved(midstate));
    desk.store(10);
    let effects = desk.take(Input::HashLost);
    assert!(effects.contains(&Effect::HashResume(midstate)), "{effects:?}");
    let from = 36 * KIB as u64;
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Request { from: at, .. } if *at == from))
    );
}

#[test]
fn an_answer_to_a_question_that_was_not_asked_changes_nothing() {
    let bytes = noise(200 * KIB, 1);
    let mut desk = Desk::reading(&known(&bytes));
    for input in [
        Input::Found(Ok(Found::default())),
        Input::Opened(Ok(3)),
        Input::Tail(Some(1)),
        Input::Resized(Ok(())),
        Input::Head(Ok(Head {
            status: 404,
            ..Head::default()
        })),
        Input::Flushed(Err(DiskTrouble::Gone)),
        Input::HashSaved(midstate_of(b"x")),
        Input::Saved(Err(DiskTrouble::Full)),
        Input::Forgotten(Err(DiskTrouble::Full)),
        Input::Hashed(super::support::digest(b"x")),
        Input::Sealed(Err(DiskTrouble::Full)),
        Input::Committed(Ok(())),
        Input::Discarded,
        Input::Online,
    ] {
        assert_eq!(desk.take(input.clone()), [], "{input:?}");
    }
    assert!(matches!(
        desk.take(Input::Chunk { len: 1 })[..],
        [Effect::Store { at: 0, skip: 0 }]
    ));
}

#[test]
fn a_chunk_of_any_length_breaks_no_arithmetic() {
    let file = ModelFile {
        size_bytes: Some(u64::MAX),
        ..known(b"x")
    };
    let mut desk = Desk::reading(&file);
    // The first is more than the part that was asked for.
    desk.take(Input::Chunk { len: u64::MAX });
    let head = Head {
        status: 206,
        ..Head::default()
    };
    desk.take(Input::Head(Ok(head)));
    assert!(matches!(
        desk.take(Input::Chunk { len: u64::MAX })[..],
        [Effect::Store { .. }]
    ));
    desk.take(Input::Stored(Ok(())));
    let effects = desk.take(Input::Chunk { len: u64::MAX });
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Store { .. })),
        "{effects:?}"
    );
    let file = ModelFile {
        size_bytes: None,
        ..known(b"x")
    };
    let model = ModelId::new("m").unwrap();
    let now = Now {
        ms: u64::MAX,
        dice: u32::MAX,
    };
    let (mut job, _) = Job::start(
        ticket(1),
        model,
        vec![file.clone(), file],
        Vec::new(),
        &PartSizes::EAGER,
        now,
    );
    job.handle(Input::Tick { reading: true }, Now { ms: 0, dice: 0 });
}
