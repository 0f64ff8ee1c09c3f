//! Open questions: each is answered once, or aborted, or too late.

use crate::engine::ids::Timestamp;
use crate::providers::ProviderError;
use crate::providers::error::{Foreign, ProviderErrorKind};

use super::{Answer, AskId, Effect, Management, Outbox, Problem, Question};

/// A question that is open.
#[derive(Debug, Clone)]
pub(super) struct Call {
    ask: AskId,
    pub(super) provider: String,
    pub(super) question: Question,
    /// A round waits for it.
    pub(super) for_round: bool,
    due: Timestamp,
}

impl Management {
    pub(super) fn ask(
        &mut self,
        id: &str,
        question: Question,
        for_round: bool,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let Ok(known) = self.find(id) else { return };
        let Ok(provider) = known.provider.clone() else {
            return;
        };
        let due = now.saturating_add(known.timeout_ms);
        self.last_ask += 1;
        let ask = self.last_ask;
        out.push(Effect::Ask {
            ask,
            provider,
            question: question.clone(),
        });
        self.calls.push(Call {
            ask,
            provider: id.to_owned(),
            question,
            for_round,
            due,
        });
    }

    pub(super) fn take_call(&mut self, ask: AskId) -> Option<Call> {
        let at = self.calls.iter().position(|call| call.ask == ask)?;
        Some(self.calls.remove(at))
    }

    pub(super) fn abort_calls(&mut self, which: &dyn Fn(&Call) -> bool, out: &mut Outbox) {
        self.calls.retain(|call| {
            let goes = which(call);
            if goes {
                out.push(Effect::Abort { ask: call.ask });
            }
            !goes
        });
    }

    pub(super) fn answered(
        &mut self,
        call: Call,
        result: Result<Answer, Problem>,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let id = call.provider;
        match (call.question, result) {
            (Question::List { after }, Ok(Answer::Listed(page))) => {
                self.page_came(&id, after.as_deref(), page, now, out);
            }
            (Question::Running, Ok(Answer::Running(running))) => self.running_came(&id, running, now, out),
            (Question::Show { model }, Ok(Answer::Shown(shown))) => {
                self.show_came(&id, &model, *shown, call.for_round, now, out);
            }
            (question, Ok(_)) => {
                let foreign = ProviderErrorKind::NotThisProtocol(Foreign::OtherJson);
                self.failed(
                    &id,
                    &question,
                    call.for_round,
                    Problem::Refused(foreign.into()),
                    now,
                    out,
                );
            }
            (question, Err(problem)) => self.failed(&id, &question, call.for_round, problem, now, out),
        }
    }

    fn failed(
        &mut self,
        id: &str,
        question: &Question,
        for_round: bool,
        problem: Problem,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        match question {
            // The list is right without what else would have been said.
            Question::List { .. } if self.is_listed(id) => self.go_on(id, now, out),
            Question::List { .. } => self.list_failed(id, problem, now, out),
            // What runs now is said by nobody then. The list is right without it.
            Question::Running => self.running_came(id, Vec::new(), now, out),
            Question::Show { model } => self.show_failed(id, model, problem, for_round, now, out),
        }
    }

    pub(super) fn woke(&mut self, now: Timestamp, out: &mut Outbox) {
        self.wake = None;
        while let Some(at) = self.calls.iter().position(|call| call.due <= now) {
            let call = self.calls.remove(at);
            out.push(Effect::Abort { ask: call.ask });
            let model = match &call.question {
                Question::Show { model } => Some(model.as_str()),
                Question::List { .. } | Question::Running => None,
            };
            let error = ProviderError::from(ProviderErrorKind::TimedOut);
            let mut failure = error.failure(&call.provider, model);
            failure.recovery = vec!["Check that the server is running, then try again.".to_owned()];
            let problem = Problem::Unreachable(failure);
            self.failed(&call.provider, &call.question, call.for_round, problem, now, out);
        }
        self.wishes_due(now, out);
    }

    pub(super) fn set_wake(&mut self, out: &mut Outbox) {
        let calls = self.calls.iter().map(|call| call.due);
        let wishes = self.wishes.iter().filter_map(|wish| wish.due);
        let next = calls.chain(wishes).min();
        if let Some(at) = next
            && self.wake != next
        {
            self.wake = next;
            out.push(Effect::Wake { at });
        }
    }
}
