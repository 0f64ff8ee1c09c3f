//! The stand-in that a request is for, whichever server it stands in for, and what it makes of the request.

use crate::huggingface::{self, Hubs};
use crate::ollama;
use crate::plan::{Headers, Plan};
use crate::request::Request;
use crate::script::{Fault, Step};
use crate::state::{Inner, Shared};

/// A stand-in and its answer.
pub(crate) struct StandIn {
    pub(crate) prefix: String,
    /// What it tells the page that asks; empty if the page is not let in.
    pub(crate) told: Headers,
    /// What it answers to a preflight.
    pub(crate) preflight: Option<Plan>,
    /// None if the step has an answer of its own.
    pub(crate) answer: Option<(Plan, Vec<Fault>)>,
}

impl StandIn {
    pub(crate) fn of(request: &Request, step: &Step, shared: &Shared) -> Option<Self> {
        huggingface::wake(&request.path, shared);
        let mut inner = shared.lock();
        let asks = request.method != "OPTIONS" && !step.replaces();
        if let Some(prefix) = inner.ollamas.prefix_of(&request.path) {
            let prefix = prefix.to_owned();
            return Some(Self::ollama(&mut inner, prefix, request, asks));
        }
        if let Some(prefix) = inner.hubs.prefix_of(&request.path) {
            let told = Hubs::told(request);
            return Some(Self {
                preflight: (request.method == "OPTIONS").then(|| Plan::bare(204, told.clone())),
                answer: asks.then(|| inner.hubs.answer(&prefix, request, &shared.origins).plan()),
                prefix,
                told,
            });
        }
        let prefix = inner.stand_ins.prefix_of(&request.path)?;
        let told = inner.stand_ins.told(&prefix, request);
        let preflight =
            (request.method == "OPTIONS").then(|| inner.stand_ins.preflight(&prefix, request).plan().0);
        let answer = asks.then(|| inner.stand_ins.answer(&prefix, request, &shared.origins).plan());
        Some(Self {
            prefix,
            told,
            preflight,
            answer,
        })
    }

    fn ollama(inner: &mut Inner, prefix: String, request: &Request, asks: bool) -> Self {
        let welcome = inner.ollamas.welcome(&prefix, request);
        let answer = asks.then(|| match &welcome {
            Some(_) => inner.ollamas.answer(&prefix, request).plan(),
            None => ollama::Answer::refusal().plan(),
        });
        let told = welcome.unwrap_or_default();
        // A refusal is silence.
        let status = if told == Headers::default() { 403 } else { 204 };
        let preflight = (request.method == "OPTIONS").then(|| Plan::bare(status, told.clone()));
        Self {
            prefix,
            told,
            preflight,
            answer,
        }
    }
}
