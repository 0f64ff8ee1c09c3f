//! Where each script stands.

use std::collections::HashMap;

use crate::request::Request;
use crate::script::{Preflight, Script, Step};

/// All scripts, by path or by path with query, and how far each has come.
#[derive(Debug, Default)]
pub(crate) struct Scripts {
    running: HashMap<String, Running>,
}

#[derive(Debug)]
struct Running {
    script: Script,
    /// The step that is next.
    step: usize,
    /// How many requests it has served.
    used: u32,
}

impl Scripts {
    /// Starts a script; one that was there is forgotten.
    pub(crate) fn set(&mut self, target: &str, script: Script) {
        self.running.insert(
            target.to_string(),
            Running {
                script,
                step: 0,
                used: 0,
            },
        );
    }

    /// The step for this request, used up, and its place in the script. A script for path and query goes before
    /// one for the path.
    pub(crate) fn take(&mut self, request: &Request) -> Option<(usize, Step)> {
        let key = self.key(request)?.to_owned();
        let running = self.running.get_mut(&key)?;
        let place = running.step;
        let step = running.script.steps.get(place)?.clone();
        running.used += 1;
        let last = place + 1 == running.script.steps.len();
        if running.used >= step.times && !(last && running.script.repeat) {
            running.step += 1;
            running.used = 0;
        }
        Some((place, step))
    }

    /// The answer to a preflight for this request.
    pub(crate) fn preflight(&self, request: &Request) -> Option<Preflight> {
        self.running.get(self.key(request)?)?.script.preflight.clone()
    }

    /// Which script a request is for: that of the target, that of the path, or the longest that ends in a star.
    fn key<'a>(&'a self, request: &'a Request) -> Option<&'a str> {
        let exact = [&request.target, &request.path];
        if let Some(key) = exact.into_iter().find(|key| self.running.contains_key(*key)) {
            return Some(key);
        }
        let covers = |key: &&String| {
            key.strip_suffix('*')
                .is_some_and(|start| request.path.starts_with(start))
        };
        self.running
            .keys()
            .filter(covers)
            .max_by_key(|key| key.len())
            .map(String::as_str)
    }

    /// Forgets the scripts of paths that start so.
    pub(crate) fn forget(&mut self, prefix: &str) {
        self.running.retain(|target, _| !target.starts_with(prefix));
    }
}
