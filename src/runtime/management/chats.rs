//! Answers to conversations: asked with the options in force when they begin, handed on as they come.
//!
//! A sink hears of an answer for as long as it is in the list here, and the last word takes it off. So an answer that was
//! given up ends at once, ends once, and what its server still sends is dropped.

use std::rc::Rc;

use super::exchange::{AbortOf, Limits, Listen, ask};
use super::ports::{Ports, Sink};
use super::reach::canceled;
use super::talk::{ChatText, DeltaText, EndText};
use super::{Service, settings};
use crate::engine::failure::Failure;
use crate::net::Abort;
use crate::net::call::Calls;
use crate::providers::chat::Delta;

/// An answer under way.
pub(super) struct Running<P: Ports> {
    id: u64,
    abort: AbortOf<P>,
    sink: Rc<dyn Sink>,
}

/// Hands deltas on.
struct Telling<'s, P: Ports> {
    service: &'s Service<P>,
    id: u64,
}

impl<P: Ports> Service<P> {
    /// Asks for an answer, which goes to `sink`; gives its number. The text is described in
    /// `pkg-template/src/management/core.ts`.
    ///
    /// # Errors
    /// What is wrong with the text; then `sink` is never called.
    pub fn chat(self: &Rc<Self>, text: &str, sink: Rc<dyn Sink>) -> Result<u64, Failure> {
        let chat: ChatText = settings::read(text, "chat")?;
        let provider = self.ready(&chat.provider)?;
        let effective = self.effective();
        let model = [&chat.provider, "/", &chat.model].concat();
        let options = settings::options_for(&effective, &model, chat.options.as_deref())?;
        let own = effective
            .provider(&provider.id)
            .and_then(|provider| provider.options);
        let mut request = chat.into_request(options, own.as_deref());
        let management = self.management.borrow();
        request.known_max_output = management.known_max_output(&provider.id, &request.model);
        drop(management);
        let call = provider
            .chat(&request)
            .map_err(|error| error.failure(&provider.id, Some(&request.model)))?;
        let signer = self.signer(&provider);
        let abort = self.ports.net().stop_button();
        let id = self.next_number();
        self.chats.borrow_mut().push(Running {
            id,
            abort: abort.clone(),
            sink,
        });
        let this = Rc::clone(self);
        self.ports.spawn(async move {
            let limits = Limits::of(&call.request, 0);
            let mut telling = Telling { service: &this, id };
            let outcome = ask(&this.ports, &signer, call, limits, &abort, &mut telling).await;
            // Looking around for the reason takes time; whoever gives up meanwhile has heard of it.
            let outcome = match outcome {
                Ok(end) => Ok(EndText::new(&provider.id, &request.model, end)),
                Err(trouble) => Err(this.failure_of(&provider, &request.model, trouble).await),
            };
            let Some(running) = this.take_chat(id) else { return };
            match &outcome {
                Ok(end) => running
                    .sink
                    .ended(Ok(&serde_json::to_string(end).unwrap_or_default())),
                Err(failure) => running.sink.ended(Err(failure)),
            }
        });
        Ok(id)
    }

    /// Ends an answer at once.
    pub fn abort(&self, id: u64) {
        if let Some(running) = self.take_chat(id) {
            running.abort.abort();
            running.sink.ended(Err(&canceled()));
        }
    }

    /// Ends all of them.
    pub(super) fn abort_all(&self) {
        loop {
            let last = self.chats.borrow().last().map(|running| running.id);
            let Some(id) = last else { return };
            self.abort(id);
        }
    }

    fn take_chat(&self, id: u64) -> Option<Running<P>> {
        let mut chats = self.chats.borrow_mut();
        let at = chats.iter().position(|chat| chat.id == id)?;
        Some(chats.remove(at))
    }
}

impl<P: Ports> Listen<Delta> for Telling<'_, P> {
    fn items(&mut self, items: &mut Vec<Delta>) {
        let sink = {
            let chats = self.service.chats.borrow();
            let running = chats.iter().find(|chat| chat.id == self.id);
            running.map(|running| Rc::clone(&running.sink))
        };
        let Some(sink) = sink else { return };
        let deltas = joined(items);
        sink.delta(&serde_json::to_string(&deltas).unwrap_or_default());
    }
}

/// What came with one piece from the network. Texts that follow each other in it are one, and so are thoughts: a token
/// by itself costs more on its way into the page than to be read.
fn joined(items: &mut Vec<Delta>) -> Vec<DeltaText> {
    let mut deltas: Vec<DeltaText> = Vec::new();
    for item in items.drain(..) {
        match (deltas.last_mut(), item) {
            (Some(DeltaText::Text { text }), Delta::Text(more))
            | (Some(DeltaText::Reasoning { text }), Delta::Reasoning(more)) => text.push_str(&more),
            (_, item) => deltas.push(item.into()),
        }
    }
    deltas
}
