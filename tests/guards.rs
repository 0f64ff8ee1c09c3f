//! Shows that the guards of the core really guard: each is taken out of a copy of the sources, and then its tests must
//! fail. (A stale-guard test that still passes with the guard deleted is fault 13 of the known ones.)
//!
//! Takes minutes, so it is asked for by name: `cargo test --test guards -- --ignored`. What no list can think of,
//! `cargo mutants` looks for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One guard: where it stands, how it reads, and how the code reads without it.
struct Guard {
    name: &'static str,
    file: &'static str,
    with: &'static str,
    without: &'static str,
}

const GUARDS: [Guard; 40] = [
    Guard {
        name: "the epoch check of the stale guard",
        file: "queue.rs",
        with: "job.epoch == ticket.epoch && job.lifecycle == Lifecycle::Downloading",
        without: "job.lifecycle == Lifecycle::Downloading",
    },
    Guard {
        name: "the lifecycle check of the stale guard",
        file: "queue.rs",
        with: "job.epoch == ticket.epoch && job.lifecycle == Lifecycle::Downloading",
        without: "job.epoch == ticket.epoch",
    },
    Guard {
        name: "the stale guard of transfers as a whole",
        file: "queue.rs",
        with: "self.jobs.get_mut(&ticket.job).filter(|_| current)",
        without: "self.jobs.get_mut(&ticket.job).filter(|_| current || true)",
    },
    Guard {
        name: "the load number of what a host reports",
        file: "residency.rs",
        with: "| SlotState::Leaving { load: current, .. } => *current == load,",
        without: "| SlotState::Leaving { load: current, .. } => *current == load || true,",
    },
    Guard {
        name: "the answer number of what a host reports",
        file: "answering.rs",
        with: "let answer = self.residency.answers.get_mut(&id);",
        without: "let any = self.residency.answers.keys().next().copied();\n        let id = any.filter(|_| !self.residency.answers.contains_key(&id)).unwrap_or(id);\n        let answer = self.residency.answers.get_mut(&id);",
    },
    Guard {
        name: "the number of the try in what a host reports",
        file: "answering.rs",
        with: "answer.filter(|answer| answer.plan.attempt == attempt)",
        without: "answer.filter(|_| attempt > 0)",
    },
    Guard {
        name: "an answer that was given up does not go on",
        file: "answering.rs",
        with: "answer.plan.asked = Some(Fallback::Never);",
        without: "let _ = (&answer, Fallback::Never);",
    },
    Guard {
        name: "nobody takes over after text was shown",
        file: "falling_back.rs",
        with: "Fallback::BeforeText => !self.shown,",
        without: "Fallback::BeforeText => true,",
    },
    Guard {
        name: "nobody takes over by itself from a model a person chose",
        file: "falling_back.rs",
        with: "let by_itself = if self.profile.is_some() {",
        without: "let by_itself = if true {",
    },
    Guard {
        name: "an answer does not wait for a download",
        file: "falling_back.rs",
        with: "may_download: false,",
        without: "may_download: true,",
    },
    Guard {
        name: "peace that was asked for is kept by who chose the model",
        file: "falling_back.rs",
        with: "None if asked => Err(failure),",
        without: "None if asked && false => Err(failure),",
    },
    Guard {
        name: "a conversation keeps its model, unless that is gone (R9)",
        file: "falling_back.rs",
        with: "last == Trouble::ModelGone",
        without: "true",
    },
    Guard {
        name: "a conversation whose user chose another model does not move",
        file: "falling_back.rs",
        with: "if !stays && let Ok(route)",
        without: "let _ = stays;\n        if let Ok(route)",
    },
    Guard {
        name: "guesses end when the server answers",
        file: "cooling.rs",
        with: "self.guessed.clear();",
        without: "",
    },
    Guard {
        name: "all answers that waited for a failed load leave the line before one goes on",
        file: "loading.rs",
        with: "                    self.leave_line(answer);\n                    answers.push(answer);",
        without: "                    answers.push(answer);",
    },
    Guard {
        name: "activation by the newest wish only",
        file: "selecting.rs",
        with: "for id in self.conversations.waiting_for(model) {\n            let intent = self\n                .conversations\n                .get(&id)\n                .map_or(0, |conversation| conversation.intent);\n            let previous",
        without: "for id in self.conversations.ids().cloned().collect::<Vec<_>>() {\n            let intent = self\n                .conversations\n                .get(&id)\n                .map_or(0, |conversation| conversation.intent);\n            let previous",
    },
    Guard {
        name: "a replaced wish waits no more",
        file: "conversations.rs",
        with: "        self.forget_waiting(id, old.as_ref());\n        self.note_waiting(id, model);",
        without: "        let _ = old;\n        self.note_waiting(id, model);",
    },
    Guard {
        name: "activation only of what the engine holds",
        file: "selecting.rs",
        with: "if self.residency.is_resident(model) && !self.doomed.contains_key(model) {",
        without: "if self.library.is_cached(model) && !self.doomed.contains_key(model) {",
    },
    Guard {
        name: "no activation of what is being removed",
        file: "selecting.rs",
        with: "if self.residency.is_resident(model) && !self.doomed.contains_key(model) {",
        without: "if self.residency.is_resident(model) {",
    },
    Guard {
        name: "a switch waits for the running answer (C7)",
        file: "line.rs",
        with: "                if idle {",
        without: "                if idle || true {",
    },
    Guard {
        name: "the superseded rule (C6)",
        file: "selecting.rs",
        with: "if superseded && self.superseded == Superseded::Cancel {",
        without: "if false && superseded && self.superseded == Superseded::Cancel {",
    },
    Guard {
        name: "a download asked for by itself is not superseded (C6)",
        file: "selecting.rs",
        with: "job.lifecycle == Lifecycle::Queued && job.origin == JobOrigin::Selection && !job.started",
        without: "job.lifecycle == Lifecycle::Queued && !job.started",
    },
    Guard {
        name: "what has started is not superseded (C6)",
        file: "selecting.rs",
        with: "job.lifecycle == Lifecycle::Queued && job.origin == JobOrigin::Selection && !job.started",
        without: "job.lifecycle == Lifecycle::Queued && job.origin == JobOrigin::Selection",
    },
    Guard {
        name: "a lost worker's ticket is stale",
        file: "fetching.rs",
        with: "        job.epoch += 1;\n        job.waiting = None;",
        without: "        job.waiting = None;",
    },
    Guard {
        name: "one job at a time (Q1)",
        file: "fetching.rs",
        with: "if !self.leading || self.queue.running().is_some() {",
        without: "if !self.leading {",
    },
    Guard {
        name: "no deletion of what a reference names",
        file: "removing.rs",
        with: "!self.library.refers_to(digest) && !self.is_awaited(|file| file.sha256 == Some(*digest))",
        without: "!self.is_awaited(|file| file.sha256 == Some(*digest))",
    },
    Guard {
        name: "a deletion that nobody asked for is stale",
        file: "removing.rs",
        with: "let Some((model, blobs)) = self.deletions.remove(&request) else {",
        without: "let Some((model, blobs)) = self.deletions.remove(&request).or_else(|| Some((None, Vec::new()))) else {",
    },
    Guard {
        name: "what arrived is what the manifest says",
        file: "transferring.rs",
        with: "if !self.library.is_whole(&model, &files) {",
        without: "if false && !self.library.is_whole(&model, &files) {",
    },
    Guard {
        name: "a deletion at a server that nobody asked for is stale",
        file: "removing.rs",
        with: "let Some((Some(id), _)) = self.removals.remove(&request) else {",
        without: "let any = self.library.ids().next().map(|id| (Some(id.clone()), Vec::new()));\n        let Some((Some(id), _)) = self.removals.remove(&request).or(any) else {",
    },
    Guard {
        name: "a model in use is not removed (M7)",
        file: "removing.rs",
        with: "if self.in_use(id) && !unload {",
        without: "if false && self.in_use(id) && !unload {",
    },
    Guard {
        name: "a model that answers is in use (M7)",
        file: "removing.rs",
        with: "            || self.residency.answers_with(id)\n",
        without: "",
    },
    Guard {
        name: "ready says that the server has it",
        file: "removing.rs",
        with: "        self.settle_hollow_job(&id, now, out);\n        self.activate_served",
        without: "        let _ = now;\n        self.activate_served",
    },
    Guard {
        name: "what could not be removed is active where it is wanted",
        file: "removing.rs",
        with: "        self.activate_served(&id, out);\n",
        without: "",
    },
    Guard {
        name: "answers of a server stand in no line",
        file: "line.rs",
        with: "            if slot.server.is_some() {\n                self.start_answer",
        without: "            if false {\n                self.start_answer",
    },
    Guard {
        name: "a missing model stays as long as it is needed",
        file: "served.rs",
        with: "if !needed && self.library.is_served(id) {",
        without: "let _ = needed;\n        if self.library.is_served(id) {",
    },
    Guard {
        name: "a stored wish waits until its server has spoken",
        file: "restoring.rs",
        with: "Err(_) if self.is_awaited_of_server(id) => return,",
        without: "Err(_) if false => return,",
    },
    Guard {
        name: "a default model that is gone is nobody's (fault 42)",
        file: "selecting.rs",
        with: ".filter(|id| self.library.get(id).is_some() || self.is_awaited_of_server(id)),",
        without: ",",
    },
    Guard {
        name: "a pull is none of the worker's business",
        file: "fetching.rs",
        with: "if !running.is_some_and(|job| self.library.is_served(&job.model)) {",
        without: "let _ = running;\n        {",
    },
    Guard {
        name: "what is in hand is not handed over again",
        file: "fetching.rs",
        with: ".filter(|job| !job.is_in_hand()) else {",
        without: ".filter(|_| true) else {",
    },
    Guard {
        name: "100 only when all parts are named and here (Q6)",
        file: "meter.rs",
        with: "self.shown >= total && !self.grows",
        without: "self.shown >= total",
    },
];

fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::copy(from, to).expect("a file can be copied");
        return;
    }
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder can be read") {
        let entry = entry.expect("an entry can be read");
        let name = entry.file_name();
        if name != "target" && name != "node_modules" {
            copy(&entry.path(), &to.join(name));
        }
    }
}

fn cargo(folder: &Path, arguments: &[&str]) -> bool {
    Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--test", "engine"])
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.with_file_name("target"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("cargo runs")
        .success()
}

/// A copy of everything the tests of the core are built from.
fn yard() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let yard = root.join("target/guards/yard");
    let _ = fs::remove_dir_all(&yard);
    fs::create_dir_all(&yard).expect("a folder can be made");
    for part in ["Cargo.toml", "Cargo.lock", "clippy.toml", "src", "tests", "xtask"] {
        copy(&root.join(part), &yard.join(part));
    }
    yard
}

#[test]
fn every_guard_is_where_the_list_says() {
    for guard in &GUARDS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/engine")
            .join(guard.file);
        let text = fs::read_to_string(path).expect("a source file");
        assert_eq!(
            text.matches(guard.with).count(),
            1,
            "the list of guards must follow: {}",
            guard.name
        );
    }
}

#[test]
#[ignore = "takes minutes"]
fn without_any_one_of_the_guards_a_test_fails() {
    let yard = yard();
    // The long searches would find most of this too; what is shown here is that a named test does.
    let named = ["--", "--skip", "exhaustive", "--skip", "random"];
    assert!(cargo(&yard, &named), "the tests fail with all guards in place");
    let mut idle = Vec::new();
    for guard in &GUARDS {
        let path = yard.join("src/engine").join(guard.file);
        let text = fs::read_to_string(&path).expect("a source file");
        assert_eq!(
            text.matches(guard.with).count(),
            1,
            "not found once: {}",
            guard.name
        );
        fs::write(&path, text.replace(guard.with, guard.without)).expect("the copy can be written");
        assert!(cargo(&yard, &["--no-run"]), "does not compile: {}", guard.name);
        let passed = cargo(&yard, &named);
        println!(
            "{} without {}",
            if passed { "PASSED" } else { "failed" },
            guard.name
        );
        if passed {
            idle.push(guard.name);
        }
        fs::write(&path, text).expect("the copy can be written");
    }
    assert!(idle.is_empty(), "no test needs {idle:?}");
}
