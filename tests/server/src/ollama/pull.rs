//! Pulling: a line for each step, and for each layer many.
//!
//! What was fetched before stays: a layer that is here takes one line, one that is half here goes on from there.

use serde::Serialize;

use super::lines::{Happening, Line, fail, place};
use super::settings::{Pull, PullEnd};
use super::state::State;
use super::{Answer, Asked, LineError, digest, full_name};
use crate::script::Fault;

/// A layer of fewer bytes comes at once.
const SMALL: u64 = 1_000;

#[derive(Serialize)]
struct Progress<'a> {
    status: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    digest: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    total: u64,
    #[serde(skip_serializing_if = "is_zero")]
    completed: u64,
}

// The shape serde asks for.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn say(status: &str) -> Line {
    Line::of(&Progress {
        status,
        digest: "",
        total: 0,
        completed: 0,
    })
}

/// The digest of a layer of a model.
pub(super) fn layer(name: &str, index: usize) -> String {
    format!("sha256:{}", digest(&format!("{name} layer {index}")))
}

pub(super) fn answer(state: &State, asked: &Asked) -> Answer {
    if asked.model.is_empty() || asked.model.contains(' ') {
        return Answer::error(400, "invalid model name");
    }
    let name = full_name(&asked.model);
    let pull = state.pull_of(&name);
    let mut lines = lines(state, &name, pull);
    let failed = fail(&mut lines, error(pull).as_ref());
    let faults: Vec<Fault> = place(&pull.faults, &lines);
    if !asked.stream {
        // What would have happened line by line happens at once.
        let ok = !failed && pull.end == PullEnd::Success;
        let happenings = lines.into_iter().filter_map(|line| line.then).collect();
        let answer = if ok {
            Answer::json(200, r#"{"status":"success"}"#.to_owned())
        } else {
            Answer::error(
                500,
                &error(pull).map_or_else(|| "EOF".to_owned(), |error| error.message),
            )
        };
        return answer.making(happenings);
    }
    if !pull.newline
        && let Some(last) = lines.pop()
    {
        lines.push(last.without_end());
    }
    Answer::stream(lines, pull.every_ms, faults)
}

fn error(pull: &Pull) -> Option<LineError> {
    let missing = (pull.end == PullEnd::Missing).then(|| LineError {
        line: 1,
        message: "pull model manifest: file does not exist".into(),
    });
    missing.or_else(|| pull.error.clone())
}

fn lines(state: &State, name: &str, pull: &Pull) -> Vec<Line> {
    let mut lines = vec![say("pulling manifest")];
    for (index, total) in pull.layers.iter().enumerate() {
        let digest = layer(name, index);
        // "sha256:" and twelve digits.
        let status = format!("pulling {}", &digest[7..19]);
        let mut progress = |completed: u64| {
            let line = Line::of(&Progress {
                status: &status,
                digest: &digest,
                total: *total,
                completed,
            });
            lines.push(line.then(Happening::Fetched {
                digest: digest.clone(),
                bytes: completed,
            }));
        };
        let before = state.fetched(&digest).min(*total);
        if before == *total || *total <= SMALL {
            progress(*total);
            continue;
        }
        progress(before);
        let steps = pull.steps.max(1);
        for step in 1..=steps {
            let reached = before + (total - before) / steps * step;
            progress(if step == steps { *total } else { reached });
            if pull.falls && index == 0 && step == steps.div_ceil(2) {
                progress(before + (reached - before) / 2);
            }
        }
    }
    lines.push(say("verifying sha256 digest"));
    lines.push(say("writing manifest"));
    if pull.end == PullEnd::Success {
        lines.push(say("success").then(Happening::Pulled {
            name: name.to_owned(),
        }));
    }
    lines
}
