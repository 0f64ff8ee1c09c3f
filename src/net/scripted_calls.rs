//! Servers that answer calls as a test wrote down.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::call::{CallRequest, Calls};
use super::scripted::{Answer, ScriptedAbort, ScriptedBody, ScriptedChunk};
use super::{NetError, ResponseHead};
use crate::engine::Zone;

type Script = dyn FnMut(&CallRequest) -> Answer;

/// Answers calls by a script. Clones share it.
#[derive(Clone)]
pub struct ScriptedCalls {
    script: Rc<RefCell<Script>>,
    made: Rc<RefCell<Vec<(CallRequest, ScriptedAbort)>>>,
    /// What a probe finds.
    anyone: Rc<Cell<bool>>,
    /// What was stopped goes on all the same.
    unstoppable: Rc<Cell<bool>>,
}

impl ScriptedCalls {
    /// Servers that ask `script` for each answer.
    pub fn new(script: impl FnMut(&CallRequest) -> Answer + 'static) -> Self {
        Self {
            script: Rc::new(RefCell::new(script)),
            made: Rc::default(),
            anyone: Rc::default(),
            unstoppable: Rc::default(),
        }
    }

    /// From now on something answers a probe, or nothing.
    pub fn let_probes_find(&self, anyone: bool) {
        self.anyone.set(anyone);
    }

    /// From now on connections go on after they were stopped: what they bring then must be dropped.
    pub fn let_nothing_stop(&self) {
        self.unstoppable.set(true);
    }

    /// The calls made so far.
    pub fn made(&self) -> Vec<CallRequest> {
        self.made
            .borrow()
            .iter()
            .map(|(request, _)| request.clone())
            .collect()
    }

    /// The key's header of each call, as it went out with it.
    pub fn signatures(&self) -> Vec<Option<(&'static str, String)>> {
        self.made
            .borrow()
            .iter()
            .map(|(request, _)| signature(request).unwrap_or_default())
            .collect()
    }

    /// Whether the connection of the call with that number, from 0, was closed by whoever made it.
    pub fn was_closed(&self, call: usize) -> bool {
        self.made
            .borrow()
            .get(call)
            .is_some_and(|(_, abort)| abort.is_aborted())
    }
}

impl Calls for ScriptedCalls {
    type Chunk = ScriptedChunk;
    type Body = ScriptedBody;
    type Abort = ScriptedAbort;

    fn stop_button(&self) -> ScriptedAbort {
        ScriptedAbort::default()
    }

    async fn call(
        &self,
        request: CallRequest,
        abort: &ScriptedAbort,
    ) -> Result<(ResponseHead, ScriptedBody), NetError> {
        signature(&request)?;
        self.made.borrow_mut().push((request.clone(), abort.clone()));
        let answer = (self.script.borrow_mut())(&request);
        if self.unstoppable.get() {
            return answer.play(&ScriptedAbort::default()).await;
        }
        answer.play(abort).await
    }

    async fn answers_at(&self, _url: &str, _zone: Zone) -> bool {
        self.anyone.get()
    }
}

/// The header of the key, if there is one, to be sent where the URL says: as a browser reads it, not as whoever signed.
fn signature(request: &CallRequest) -> Result<Option<(&'static str, String)>, NetError> {
    let Some(signed) = &request.key else {
        return Ok(None);
    };
    let (scheme, rest) = request.url.split_once("://").ok_or(NetError::InvalidUrl)?;
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let origin = [scheme, "://", host].concat().to_ascii_lowercase();
    let value = signed.value_at(&origin).ok_or(NetError::InvalidUrl)?;
    Ok(Some((signed.header(), value.as_str().to_owned())))
}
