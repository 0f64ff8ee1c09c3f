//! Two tabs of one origin: what one stores the other hears, and only the leading one fetches.

use std::collections::VecDeque;

use modelyard::engine::command::{Command, Reply};
use modelyard::engine::effect::Effect;
use modelyard::engine::event::Event;
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::ids::{JobId, Ticket};
use modelyard::engine::input::Input;
use modelyard::engine::protocol::{FromWorker, StoredFile, ToWorker, WeightsBackEnd};
use modelyard::engine::record::Persist;
use modelyard::engine::snapshot::{JobLifecycle, JobState, Presence};
use modelyard::engine::{Engine, Options};

use crate::models::served;
use crate::server::OLLAMA;
use crate::world::{options, storage};

struct Tab {
    engine: Engine,
    said: Vec<ToWorker>,
    loads: Vec<u64>,
    /// What a server is told of pulls: the attempt, and whether it begins.
    pulls: Vec<(Ticket, bool)>,
    events: Vec<Event>,
    stored: VecDeque<Persist>,
}

/// Two tabs that hear each other; the first leads.
struct Origin {
    tabs: [Tab; 2],
    now: u64,
}

const A: usize = 0;
const B: usize = 1;

impl Origin {
    fn new() -> Self {
        let tab = |first_job| Tab {
            engine: Engine::new(Options {
                first_job,
                ..options()
            })
            .expect("good options"),
            said: Vec::new(),
            loads: Vec::new(),
            pulls: Vec::new(),
            events: Vec::new(),
            stored: VecDeque::new(),
        };
        let mut origin = Self {
            tabs: [tab(1_000), tab(2_000)],
            now: 1_700_000_000_000,
        };
        for tab in [A, B] {
            let _ = origin.step(tab, Input::Storage(storage()));
            let (blobs, partials) = (Vec::new(), Vec::new());
            let weights = WeightsBackEnd::Opfs;
            let _ = origin.step(
                tab,
                Input::Worker(FromWorker::Ready {
                    weights,
                    blobs,
                    partials,
                }),
            );
        }
        let _ = origin.step(A, Input::Leading(true));
        origin.command(A, open("a"));
        origin.command(B, open("b"));
        origin
    }

    /// One step in one tab, and all that the tabs then tell each other. Silence must come by itself.
    fn step(&mut self, tab: usize, input: Input) -> Result<Reply, Failure> {
        let reply = self.alone(tab, input);
        let mut words = 0;
        while let Some(from) = [A, B].into_iter().find(|tab| !self.tabs[*tab].stored.is_empty()) {
            words += 1;
            assert!(words < 100, "the tabs never stop talking");
            let change = self.tabs[from].stored.pop_front().expect("a change");
            // It is told as text, as between real tabs.
            let text = serde_json::to_string(&change).expect("a text");
            let change = modelyard::json::from_str(&text).expect("a change");
            let _ = self.alone(1 - from, Input::PeerStored(Box::new(change)));
        }
        reply
    }

    fn alone(&mut self, tab: usize, input: Input) -> Result<Reply, Failure> {
        self.now += 10;
        let tab = &mut self.tabs[tab];
        let step = tab.engine.handle(input, self.now);
        for effect in step.effects {
            match effect {
                Effect::Persist(change) => tab.stored.push_back(change),
                Effect::Worker(message) => tab.said.push(message),
                Effect::Load { load, .. } => tab.loads.push(load.get()),
                Effect::Pull { ticket, .. } => tab.pulls.push((ticket, true)),
                Effect::StopPull { ticket } => tab.pulls.push((ticket, false)),
                _ => {}
            }
        }
        tab.events.extend(step.events);
        step.reply
    }

    fn command(&mut self, tab: usize, command: Command) -> Reply {
        self.step(tab, Input::Command(command)).expect("allowed")
    }

    fn job(&self, tab: usize, model: &str) -> Option<JobState> {
        let whole = self.tabs[tab].engine.whole();
        whole
            .jobs
            .into_iter()
            .filter_map(|(_, job)| job)
            .find(|job| job.model_id == model)
    }

    fn lifecycle(&self, tab: usize, model: &str) -> Option<JobLifecycle> {
        self.job(tab, model).map(|job| job.lifecycle)
    }

    fn started(&self, tab: usize) -> Vec<(String, Ticket)> {
        let start = |message: &ToWorker| match message {
            ToWorker::Start { ticket, model, .. } => Some((model.to_string(), *ticket)),
            _ => None,
        };
        self.tabs[tab].said.iter().filter_map(start).collect()
    }

    fn finish(&mut self, tab: usize, model: &str) {
        let (_, ticket) = self
            .started(tab)
            .into_iter()
            .rfind(|(name, _)| name == model)
            .expect("it runs");
        let manifest = options()
            .models
            .into_iter()
            .find(|known| known.id.as_str() == model)
            .expect("known");
        let stored = |file: &modelyard::engine::manifest::ModelFile| StoredFile {
            name: file.name.clone(),
            digest: file.sha256.expect("a digest"),
            size_bytes: file.size_bytes.expect("a size"),
            verified: true,
        };
        let files = manifest.files.iter().map(stored).collect();
        let _ = self.step(tab, Input::Worker(FromWorker::Finished { ticket, files }));
    }

    fn fail(&mut self, tab: usize, code: ErrorCode) {
        let (_, ticket) = self.started(tab).pop().expect("it runs");
        let failure = Failure::new(code, "It did not work.");
        let _ = self.step(
            tab,
            Input::Worker(FromWorker::Failed {
                ticket,
                failure,
                kept_bytes: None,
            }),
        );
    }
}

fn open(conversation: &str) -> Command {
    Command::OpenConversation {
        conversation_id: conversation.to_owned(),
    }
}

fn select(conversation: &str, model: &str) -> Command {
    Command::Select {
        conversation_id: conversation.to_owned(),
        model_id: model.to_owned(),
    }
}

fn download(model: &str) -> Command {
    Command::Download {
        model_id: model.to_owned(),
    }
}

#[test]
fn what_one_tab_asks_for_the_leading_one_fetches_and_both_show() {
    let mut origin = Origin::new();
    origin.command(B, select("b", "two"));
    assert_eq!(origin.started(B), []);
    assert_eq!(
        origin.started(A).len(),
        1,
        "the leading tab fetches for the other one"
    );
    assert_eq!(origin.lifecycle(A, "two"), Some(JobLifecycle::Downloading));
    assert_eq!(origin.lifecycle(B, "two"), Some(JobLifecycle::Downloading));
    origin.finish(A, "two");
    assert_eq!(origin.lifecycle(A, "two"), Some(JobLifecycle::Ready));
    assert!(
        origin.tabs[A].loads.is_empty(),
        "no conversation of this tab wants it"
    );
    assert_eq!(origin.tabs[B].loads.len(), 1, "the tab that wants it loads it");
    let whole = origin.tabs[B].engine.whole();
    let two = whole
        .models
        .into_iter()
        .find(|(id, _)| id == "two")
        .and_then(|(_, model)| model)
        .expect("two");
    assert_eq!(two.presence, Presence::Cached);
}

#[test]
fn asking_in_both_tabs_fetches_once_under_the_leading_tabs_job() {
    let mut origin = Origin::new();
    let _ = origin.alone(A, Input::Command(download("two")));
    let _ = origin.alone(B, Input::Command(download("two")));
    origin.command(A, open("c"));
    assert_eq!(origin.started(A).len(), 1);
    assert_eq!(
        origin.job(A, "two").map(|job| job.id),
        origin.job(B, "two").map(|job| job.id)
    );
    assert_eq!(origin.job(A, "two").map(|job| job.id), Some(1_001));
}

#[test]
fn progress_is_shown_in_the_tab_that_does_not_fetch() {
    let mut origin = Origin::new();
    origin.command(B, download("two"));
    let job = JobId::from_number(origin.job(A, "two").expect("a job").id);
    let said = Input::PeerProgressed {
        job,
        downloaded_bytes: 300,
        total_bytes: Some(1_000),
    };
    let _ = origin.step(B, said.clone());
    let shown = origin
        .job(B, "two")
        .and_then(|job| job.progress)
        .expect("progress");
    assert_eq!(shown.downloaded_bytes, 300);
    let before = origin.job(A, "two");
    let _ = origin.step(A, said);
    assert_eq!(origin.job(A, "two"), before, "the tab that fetches knows best");
}

#[test]
fn cancel_and_pause_in_one_tab_reach_the_one_that_fetches() {
    let mut origin = Origin::new();
    origin.command(B, download("two"));
    let job_id = origin.job(B, "two").expect("a job").id;
    origin.command(B, Command::Pause { job_id });
    assert_eq!(origin.lifecycle(A, "two"), Some(JobLifecycle::Paused));
    assert!(matches!(
        origin.tabs[A].said.last(),
        Some(ToWorker::Stop { keep: true, .. })
    ));
    origin.command(B, Command::Resume { job_id });
    assert_eq!(origin.started(A).len(), 2);
    assert_eq!(origin.lifecycle(B, "two"), Some(JobLifecycle::Downloading));
    origin.command(B, Command::Cancel { job_id });
    assert_eq!(origin.lifecycle(A, "two"), Some(JobLifecycle::Canceled));
    assert!(matches!(
        origin.tabs[A].said.last(),
        Some(ToWorker::Stop { keep: false, .. })
    ));
    origin.command(B, Command::Retry { job_id });
    assert_eq!(origin.lifecycle(A, "two"), Some(JobLifecycle::Downloading));
    assert_eq!(origin.lifecycle(B, "two"), Some(JobLifecycle::Downloading));
}

#[test]
fn a_failure_in_the_fetching_tab_ends_the_wish_in_the_other_one() {
    let mut origin = Origin::new();
    origin.command(B, select("b", "two"));
    origin.fail(A, ErrorCode::Integrity);
    assert_eq!(origin.lifecycle(B, "two"), Some(JobLifecycle::Failed));
    let settled = origin.tabs[B]
        .events
        .iter()
        .filter(|event| matches!(event, Event::SelectionSettled { .. }));
    assert_eq!(settled.count(), 1);
}

#[test]
fn the_next_leader_takes_up_what_the_last_one_left() {
    let mut origin = Origin::new();
    origin.command(A, download("two"));
    origin.command(B, download("three"));
    assert_eq!(origin.lifecycle(B, "two"), Some(JobLifecycle::Downloading));
    let _ = origin.alone(B, Input::Leading(true));
    let started = origin.started(B);
    assert_eq!(started.len(), 1);
    assert_eq!(started[0].0, "two", "what was running goes on first");
    origin.tabs[B].stored.clear();
    origin.finish(B, "two");
    assert_eq!(origin.started(B)[1].0, "three");
}

#[test]
fn a_choice_in_one_tab_is_shown_in_the_other_and_pursued_only_where_it_was_made() {
    let mut origin = Origin::new();
    origin.command(B, open("a"));
    origin.command(A, select("a", "two"));
    let seen = |origin: &Origin| {
        let whole = origin.tabs[B].engine.whole();
        let found = whole.conversations.into_iter().find(|(id, _)| id == "a");
        found.and_then(|(_, conversation)| conversation).expect("a")
    };
    assert_eq!(seen(&origin).requested_model.as_deref(), Some("two"));
    origin.finish(A, "two");
    let load = modelyard::engine::ids::LoadId::from_number(origin.tabs[A].loads[0]);
    let _ = origin.step(A, Input::Loaded { load });
    assert_eq!(seen(&origin).active_model.as_deref(), Some("two"));
    assert!(
        origin.tabs[B].loads.is_empty(),
        "the other tab loads it when it is asked for an answer"
    );
    let told = origin.tabs[B]
        .events
        .iter()
        .any(|event| matches!(event, Event::ModelActivated { .. }));
    assert!(!told, "nothing was chosen in this tab");
}

#[test]
fn a_conversation_removed_in_one_tab_is_gone_in_the_other() {
    let mut origin = Origin::new();
    origin.command(B, open("a"));
    origin.command(
        B,
        Command::RemoveConversation {
            conversation_id: "a".to_owned(),
        },
    );
    let whole = origin.tabs[A].engine.whole();
    assert!(whole.conversations.iter().all(|(id, _)| id != "a"));
}

#[test]
fn a_model_deleted_in_one_tab_is_absent_in_the_other() {
    let mut origin = Origin::new();
    origin.command(B, download("two"));
    origin.finish(A, "two");
    origin.command(
        B,
        Command::RemoveModel {
            model_id: "two".to_owned(),
            unload: false,
        },
    );
    let whole = origin.tabs[A].engine.whole();
    let two = whole
        .models
        .into_iter()
        .find(|(id, _)| id == "two")
        .and_then(|(_, model)| model)
        .expect("two");
    assert_eq!(two.presence, Presence::Absent);
    assert_eq!(origin.lifecycle(A, "two"), None);
}

/// Two tabs that know a server that has nothing, and "x" about to be pulled in the second one, which does not lead.
fn about_to_pull() -> Origin {
    let mut origin = Origin::new();
    for tab in [A, B] {
        origin.command(
            tab,
            Command::SetServed {
                engine_id: OLLAMA.to_owned(),
                models: Vec::new(),
            },
        );
    }
    let model = served(OLLAMA, "x", false);
    origin.command(B, Command::AddServed { model });
    origin.command(B, select("b", "ollama/x"));
    origin
}

#[test]
fn a_pull_asked_for_in_one_tab_is_carried_out_by_the_leading_one_and_seen_in_both() {
    let mut origin = about_to_pull();
    assert_eq!(origin.tabs[B].pulls, []);
    let (ticket, _) = origin.tabs[A].pulls[0];
    for tab in [A, B] {
        assert_eq!(origin.lifecycle(tab, "ollama/x"), Some(JobLifecycle::Downloading));
    }
    let said = Input::PeerProgressed {
        job: ticket.job,
        downloaded_bytes: 3,
        total_bytes: Some(9),
    };
    let _ = origin.step(B, said);
    let progress = origin.job(B, "ollama/x").and_then(|job| job.progress);
    assert_eq!(progress.map(|progress| progress.downloaded_bytes), Some(3));
    let files = Vec::new();
    let _ = origin.step(A, Input::Pull(FromWorker::Finished { ticket, files }));
    for tab in [A, B] {
        assert_eq!(origin.lifecycle(tab, "ollama/x"), Some(JobLifecycle::Ready));
        let whole = origin.tabs[tab].engine.whole();
        let model = whole.models.into_iter().find(|(id, _)| id == "ollama/x");
        let presence = model.and_then(|(_, model)| model).map(|model| model.presence);
        assert_eq!(presence, Some(Presence::Cached));
    }
    let active = |event: &Event| matches!(event, Event::ModelActivated { conversation_id, .. } if conversation_id == "b");
    assert!(
        origin.tabs[B].events.iter().any(active),
        "the tab that wished for it has it"
    );
}

#[test]
fn a_pull_canceled_in_one_tab_is_stopped_in_the_leading_one() {
    let mut origin = about_to_pull();
    let (ticket, _) = origin.tabs[A].pulls[0];
    let job_id = ticket.job.get();
    origin.command(B, Command::Cancel { job_id });
    assert_eq!(origin.tabs[A].pulls, [(ticket, true), (ticket, false)]);
    assert_eq!(origin.tabs[B].pulls, [], "it carried nothing out");
    origin.command(
        B,
        Command::RemoveModel {
            model_id: "ollama/x".to_owned(),
            unload: true,
        },
    );
    let whole = origin.tabs[A].engine.whole();
    let here = whole.models.into_iter().filter_map(|(_, model)| model);
    let cached = here.filter(|model| model.presence == Presence::Cached).count();
    assert_eq!(cached, 0, "a job that went is not taken for one that is done");
}

#[test]
fn a_tab_that_takes_the_lead_goes_on_with_a_pull() {
    let mut origin = about_to_pull();
    let (first, _) = origin.tabs[A].pulls[0];
    let _ = origin.step(A, Input::Leading(false));
    assert_eq!(origin.tabs[A].pulls.last(), Some(&(first, false)));
    let _ = origin.step(B, Input::Leading(true));
    let (second, begins) = *origin.tabs[B].pulls.last().expect("a pull");
    assert!(begins && second.job == first.job);
}
