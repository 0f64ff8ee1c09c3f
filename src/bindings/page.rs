//! What the core's wasm file exports: the class `PageCore` and the two workers' entry points.

use std::rc::Rc;
use std::sync::Arc;

use wasm_bindgen::prelude::*;

use super::poison::{sound, watch};
use crate::catalog::bundled::Bundled;
use crate::catalog::{AppEntry, Catalog};
use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::{AnswerId, EngineId, LoadId, ModelId};
use crate::engine::input::Input;
use crate::engine::manifest::ModelManifest;
use crate::engine::reading;
use crate::engine::route_failures::app_entries_failure;
use crate::engine::{HostPolicy, Options, Superseded};
use crate::json::{self, readable};
use crate::routing::{Override, ProfileSpec};
use crate::runtime::page::host::Host;
use crate::runtime::page::{Page, failure_to_js, to_js};

struct PageOptions {
    namespace: String,
    superseded: Superseded,
    default_model: Option<ModelId>,
    default_profile: Option<String>,
    /// The text of the bundled model database. Without it names alone say what they say.
    bundled_catalog: Option<String>,
    catalog: Vec<AppEntry>,
    profiles: Vec<ProfileSpec>,
    overrides: Vec<Override>,
    allow_private_hosts: bool,
    engines: Vec<EngineId>,
    models: Vec<ModelManifest>,
    /// The servers there are, and the models they had when they were last asked: so a stored wish for one is understood.
    servers: Vec<EngineId>,
    served: Vec<ModelManifest>,
}

readable! {
    PageOptions only {
        namespace: "namespace",
        superseded: "superseded?",
        default_model: "defaultModel?",
        default_profile: "defaultProfile?",
        bundled_catalog: "bundledCatalog?",
        catalog: "catalog?",
        profiles: "profiles?",
        overrides: "overrides?",
        allow_private_hosts: "allowPrivateHosts?",
        engines: "engines",
        models: "models",
        servers: "servers?",
        served: "served?",
    }
}

/// The page's core. Internal to the package.
#[wasm_bindgen]
pub struct PageCore {
    page: Rc<Page>,
}

#[wasm_bindgen]
impl PageCore {
    /// A core that has not been opened.
    ///
    /// # Errors
    /// A `Failure` that names the wrong field.
    #[wasm_bindgen(constructor)]
    pub fn new(options_json: &str, host: Host) -> Result<PageCore, JsValue> {
        sound()?;
        let options: PageOptions =
            reading::read_options(options_json).map_err(|failure| failure_to_js(&failure))?;
        let namespace = checked_namespace(options.namespace).map_err(|failure| failure_to_js(&failure))?;
        let catalog = read_catalog(options.bundled_catalog.as_deref(), options.catalog)
            .map_err(|failure| failure_to_js(&failure))?;
        let hosts = match (options.allow_private_hosts, page_is_loopback()) {
            (true, _) => HostPolicy::Any,
            (false, true) => HostPolicy::PublicAndLoopback,
            (false, false) => HostPolicy::Public,
        };
        let engine = Options {
            models: options.models,
            default_model: options.default_model,
            default_profile: options.default_profile,
            profiles: options.profiles,
            overrides: options.overrides,
            catalog: Arc::new(catalog),
            engines: options.engines,
            servers: options.servers,
            served: options.served,
            superseded: options.superseded,
            hosts,
            first_job: first_job(),
        };
        watch(&host);
        let page = Page::new(namespace, engine, host).map_err(|failure| failure_to_js(&failure))?;
        Ok(Self { page })
    }

    /// Opens it.
    ///
    /// # Errors
    /// Rejects with a `Failure`.
    pub fn open(&self) -> js_sys::Promise {
        let page = Rc::clone(&self.page);
        wasm_bindgen_futures::future_to_promise(async move {
            sound()?;
            page.open().await.map_err(|failure| failure_to_js(&failure))?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Takes a command as JSON text and gives its reply.
    ///
    /// # Errors
    /// A `Failure`; then nothing has changed.
    pub fn command(&self, json: &str) -> Result<JsValue, JsValue> {
        sound()?;
        let command = reading::read_command(json).map_err(|failure| failure_to_js(&failure))?;
        let reply = self
            .page
            .command(command)
            .map_err(|failure| failure_to_js(&failure))?;
        Ok(to_js(&reply))
    }

    /// A load gets on.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = loadProgressed)]
    pub fn load_progressed(&self, load: f64, fraction: f64) -> Result<(), JsValue> {
        self.report(Input::LoadProgressed {
            load: LoadId::from_number(whole(load)),
            fraction,
        })
    }

    /// A model is loaded.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    pub fn loaded(&self, load: f64) -> Result<(), JsValue> {
        self.report(Input::Loaded {
            load: LoadId::from_number(whole(load)),
        })
    }

    /// A load failed, or a loaded model's engine broke down.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = loadFailed)]
    pub fn load_failed(&self, load: f64, failure: &JsValue) -> Result<(), JsValue> {
        let failure = failure_from(failure);
        self.report(Input::LoadFailed {
            load: LoadId::from_number(whole(load)),
            failure,
        })
    }

    /// A loaded model's memory is free.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    pub fn unloaded(&self, load: f64) -> Result<(), JsValue> {
        self.report(Input::Unloaded {
            load: LoadId::from_number(whole(load)),
        })
    }

    /// Some of an answer was shown.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = answerShown)]
    pub fn answer_shown(&self, answer: f64, attempt: u32) -> Result<(), JsValue> {
        self.report(Input::AnswerShown {
            answer: AnswerId::from_number(whole(answer)),
            attempt,
        })
    }

    /// A try of an answer ended.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = answerEnded)]
    pub fn answer_ended(&self, answer: f64, attempt: u32, failure: &JsValue) -> Result<(), JsValue> {
        self.report(Input::AnswerEnded {
            answer: AnswerId::from_number(whole(answer)),
            attempt,
            failure: failure_if_any(failure),
        })
    }

    /// What is known of a pull: the text of what a worker would say.
    ///
    /// # Errors
    /// `invalid_input` for another text, `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = pullReport)]
    pub fn pull_report(&self, json: &str) -> Result<(), JsValue> {
        let report = reading::read(json, "report").map_err(|failure| failure_to_js(&failure))?;
        self.report(Input::Pull(report))
    }

    /// A server deleted a model, or could not.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = servedRemoved)]
    pub fn served_removed(&self, request: f64, freed_bytes: f64, failure: &JsValue) -> Result<(), JsValue> {
        self.report(Input::ServedRemoved {
            request: whole(request),
            freed_bytes: whole(freed_bytes),
            failure: failure_if_any(failure),
        })
    }

    /// What `navigator.storage.persist()` said.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = persistenceGranted)]
    pub fn persistence_granted(&self, granted: bool) -> Result<(), JsValue> {
        sound()?;
        self.page.persistence_granted(granted);
        Ok(())
    }

    /// Stops the work, keeps what is stored.
    pub fn close(&self) -> js_sys::Promise {
        let page = Rc::clone(&self.page);
        wasm_bindgen_futures::future_to_promise(async move {
            page.close().await;
            Ok(JsValue::UNDEFINED)
        })
    }
}

impl PageCore {
    /// A second handle to the same core, for a caller in Rust.
    #[must_use]
    pub fn share(&self) -> Self {
        Self {
            page: Rc::clone(&self.page),
        }
    }

    fn report(&self, input: Input) -> Result<(), JsValue> {
        sound()?;
        let _ = self.page.dispatch(input);
        Ok(())
    }
}

/// The bundled data is a part of the package: one that cannot be read is of another version, or damaged on its way.
fn read_catalog(text: Option<&str>, entries: Vec<AppEntry>) -> Result<Catalog, Failure> {
    let bundled = text.map(Bundled::read).transpose().map_err(|error| {
        let message = "The model database does not belong to this version of the package.";
        let cause = format!("line {}: {}", error.line, error.reason.reason());
        Failure::new(ErrorCode::LoadFailed, message).caused_by(cause)
    })?;
    let catalog = bundled.map_or_else(Catalog::default, Catalog::new);
    if entries.is_empty() {
        return Ok(catalog);
    }
    catalog
        .with_entries(entries)
        .map_err(|errors| app_entries_failure(&errors))
}

fn checked_namespace(namespace: String) -> Result<String, Failure> {
    let fine = (1..=32).contains(&namespace.len())
        && namespace
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if fine {
        return Ok(namespace);
    }
    let message = "The namespace must be 1 to 32 of a-z, 0-9 and -.";
    Err(Failure::new(ErrorCode::InvalidInput, message).about_field("namespace", &namespace))
}

fn failure_if_any(value: &JsValue) -> Option<Failure> {
    (!value.is_null() && !value.is_undefined()).then(|| failure_from(value))
}

/// What the host reports as a failure; what cannot be read as one is a failed load all the same. It goes through JSON
/// text, so that there is one reader of failures in the wasm file.
fn failure_from(value: &JsValue) -> Failure {
    let text = js_sys::JSON::stringify(value)
        .ok()
        .and_then(|text| text.as_string());
    text.and_then(|text| json::from_str(&text).ok())
        .unwrap_or_else(|| Failure::new(ErrorCode::LoadFailed, "The engine failed without saying why."))
}

/// Job ids of two tabs must not meet in the database: each instance counts from a place of its own, below 2^53.
fn first_job() -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 1000"
    )]
    let random = (js_sys::Math::random() * 1_000.0) as u64;
    crate::runtime::page::now() % (1 << 42) * 1_000 + random
}

fn page_is_loopback() -> bool {
    let host = js_sys::Reflect::get(&js_sys::global(), &"location".into())
        .and_then(|location| js_sys::Reflect::get(&location, &"hostname".into()));
    host.ok()
        .and_then(|host| host.as_string())
        .is_some_and(|host| matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]"))
}

/// An id that crossed as a number. What is no whole number is no id, and 0 is never given out.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
fn whole(number: f64) -> u64 {
    if number.fract() == 0.0 && (1.0..9_007_199_254_740_992.0).contains(&number) {
        number as u64
    } else {
        0
    }
}

/// Runs the transfer worker in the worker this is called in; `hash` leads to the hash worker.
#[wasm_bindgen(js_name = runTransferWorker)]
pub fn run_transfer_worker(hash: web_sys::MessagePort) {
    crate::runtime::worker::run_transfer_worker(hash);
}

/// Runs the hash worker behind `port`.
#[wasm_bindgen(js_name = runHashWorker)]
pub fn run_hash_worker(port: web_sys::MessagePort) {
    crate::runtime::worker::run_hash_worker(port);
}
