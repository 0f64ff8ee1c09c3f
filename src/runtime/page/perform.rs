//! Carries out single effects.

use std::rc::Rc;

use js_sys::{Array, Object, Reflect};
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::Page;
use super::host::Host;
use crate::engine::digest::Digest;
use crate::engine::effect::Effect;
use crate::engine::event::Event;
use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::{EngineId, LoadId, ModelId};
use crate::engine::input::Input;
use crate::engine::protocol::FromWorker;
use crate::engine::snapshot::Patch;
use crate::json;
use crate::storage::records::RecordsError;

impl Page {
    pub(super) fn perform(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Persist(change) => {
                let writer = self.writer.borrow().clone();
                if let Some(writer) = writer {
                    writer.write(change);
                }
            }
            Effect::Worker(message) => {
                let supervisor = self.supervisor.borrow().clone();
                if let Some(supervisor) = supervisor {
                    supervisor.post(&message);
                }
            }
            Effect::Load {
                load,
                engine,
                model,
                context_window,
                files,
            } => {
                self.opening_loads.borrow_mut().insert(load);
                let this = Rc::clone(self);
                crate::js::spawn(async move {
                    this.open_and_load(load, &engine, &model, context_window, files)
                        .await;
                });
            }
            Effect::AbortLoad { load } => {
                if self.opening_loads.borrow_mut().remove(&load) {
                    self.load_failed(load, Failure::new(ErrorCode::Canceled, "The load was given up."));
                } else {
                    self.told(load, self.host.abort_load(number(load.get())));
                }
            }
            Effect::Unload { load } => self.told(load, self.host.unload(number(load.get()))),
            Effect::StartAnswer {
                answer,
                attempt,
                load,
                engine,
                model,
            } => {
                let (answer_id, load_id) = (number(answer.get()), number(load.get()));
                let told =
                    self.host
                        .start_answer(answer_id, attempt, load_id, engine.as_str(), model.as_str());
                if let Err(thrown) = told {
                    let failure = broken_host(&thrown);
                    let _ = self.dispatch(Input::AnswerEnded {
                        answer,
                        attempt,
                        failure: Some(failure),
                    });
                }
            }
            Effect::Pull {
                ticket,
                engine,
                model,
                name,
            } => {
                let (job, epoch) = (number(ticket.job.get()), number(ticket.epoch));
                let told = self.host.pull(job, epoch, model.as_str(), engine.as_str(), &name);
                if let Err(thrown) = told {
                    let _ = self.dispatch(Input::Pull(FromWorker::Failed {
                        ticket,
                        failure: broken_host(&thrown),
                        kept_bytes: None,
                    }));
                }
            }
            Effect::StopPull { ticket } => {
                let _ = self
                    .host
                    .stop_pull(number(ticket.job.get()), number(ticket.epoch));
            }
            Effect::RemoveServed {
                request,
                engine,
                model,
                name,
                unload,
            } => {
                let told =
                    self.host
                        .remove_served(number(request), model.as_str(), engine.as_str(), &name, unload);
                if let Err(thrown) = told {
                    let _ = self.dispatch(Input::ServedRemoved {
                        request,
                        freed_bytes: 0,
                        failure: Some(broken_host(&thrown)),
                    });
                }
            }
            Effect::EndAnswer { answer, failure } => {
                let _ = self
                    .host
                    .end_answer(number(answer.get()), &failure_to_js(&failure));
            }
        }
    }

    /// Opens the files of a load and hands them to the engine, unless the load was given up meanwhile.
    async fn open_and_load(
        self: &Rc<Self>,
        load: LoadId,
        engine: &EngineId,
        model: &ModelId,
        context_window: Option<u32>,
        files: Vec<(String, Digest)>,
    ) {
        let list = Array::new();
        for (name, digest) in files {
            match self.blob(&digest).await {
                Ok(blob) => {
                    let entry = Object::new();
                    let _ = Reflect::set(&entry, &"name".into(), &name.into());
                    let _ = Reflect::set(&entry, &"file".into(), &blob);
                    list.push(&entry);
                }
                Err(failure) => {
                    if self.opening_loads.borrow_mut().remove(&load) {
                        self.load_failed(load, failure);
                    }
                    return;
                }
            }
        }
        if self.opening_loads.borrow_mut().remove(&load) {
            let number = number(load.get());
            let told = self
                .host
                .load(number, engine.as_str(), model.as_str(), context_window, &list);
            self.told(load, told);
        }
    }

    async fn blob(&self, digest: &Digest) -> Result<JsValue, Failure> {
        if let Some(blob) = self.memory.borrow().get(digest) {
            return Ok(blob.clone().into());
        }
        let file = crate::storage::opfs_directory::blob_file(&self.namespace, digest).await;
        file.map(Into::into).map_err(|error| {
            Failure::new(
                ErrorCode::StorageUnavailable,
                "A file of the model cannot be opened.",
            )
            .caused_by(error.words())
        })
    }

    fn load_failed(self: &Rc<Self>, load: LoadId, failure: Failure) {
        let _ = self.dispatch(Input::LoadFailed { load, failure });
    }

    /// A host that throws has not done what it was told: the load counts as failed.
    fn told(self: &Rc<Self>, load: LoadId, told: Result<(), JsValue>) {
        if let Err(thrown) = told {
            self.load_failed(load, broken_host(&thrown));
        }
    }
}

/// Hands a patch and events to the host. What it throws is its own affair: the core has taken its step already.
pub(super) fn deliver(host: &Host, patch: &Patch, events: &[Event]) {
    if patch.is_empty() && events.is_empty() {
        return;
    }
    let _ = host.changed(&to_js(patch), &to_js(events));
}

/// The failure the app sees when records cannot be read or written.
pub(super) fn records_failure(error: &RecordsError) -> Failure {
    match error {
        RecordsError::Full => Failure::new(
            ErrorCode::StorageFull,
            "There is no room left to store the state of the app.",
        ),
        RecordsError::NewerSchema { found } => {
            let mut failure = Failure::new(
                ErrorCode::StorageUnavailable,
                format!("What is stored was written by a newer version of the app (schema {found})."),
            );
            failure.recovery = vec!["Reload the page to get the newer version.".to_owned()];
            failure
        }
        RecordsError::Blocked => {
            let mut failure = Failure::new(
                ErrorCode::StorageUnavailable,
                "Another tab with an older version of the app keeps the storage busy.",
            );
            failure.recovery = vec!["Close or reload the app's other tabs.".to_owned()];
            failure.retryable = true;
            failure
        }
        RecordsError::Unavailable(reason) => Failure::new(
            ErrorCode::StorageUnavailable,
            "The browser's storage cannot be used; things are kept only until the page is closed.",
        )
        .caused_by(reason.clone()),
    }
}

fn broken_host(thrown: &JsValue) -> Failure {
    Failure::new(ErrorCode::EngineCrashed, "The engine could not be called.")
        .caused_by(super::reason_of(thrown))
}

/// A failure as a JavaScript value.
pub(crate) fn failure_to_js(failure: &Failure) -> JsValue {
    to_js(failure)
}

/// A plain value of fixed fields, of any length, as a JavaScript value. It goes through JSON text: one crossing for the
/// whole in place of one for each field, and one writer for all shapes.
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> JsValue {
    let text = json::to_string(value);
    js_sys::JSON::parse(&text).unwrap_or(JsValue::NULL)
}

/// An id as the number JavaScript knows it by. Ids count up from 1, far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "ids count up from 1, far below 2^53")]
fn number(id: u64) -> f64 {
    id as f64
}
