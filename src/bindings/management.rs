//! What the management wasm file exports: the class `ManagementCore`.

use std::rc::Rc;

use js_sys::Promise;
use serde::Serialize;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;

use super::poison::{sound, watch};
use crate::engine::failure::Failure;
use crate::engine::ids::{JobId, Ticket};
use crate::engine::reading;
use crate::js;
use crate::json::readable;
use crate::keys::KeyKeep;
use crate::runtime::management::browser_ports::{BrowserPorts, ChatSink, ManagementHost, without_keys};
use crate::runtime::management::browser_tabs::Tabs;
use crate::runtime::management::{Service, keys_namespace, namespace};
use crate::runtime::page::to_js;
use crate::storage::browser::open_records;
use crate::storage::browser_crypto::BrowserCrypto;

struct ManagementOptions {
    namespace: String,
    engines: Vec<String>,
    page_origin: String,
    /// Leave the stored configuration alone.
    without_stored: bool,
    /// The app knows what a key in a page means.
    acknowledge_keys: bool,
}

readable! {
    ManagementOptions only {
        namespace: "namespace",
        engines: "engines",
        page_origin: "pageOrigin",
        without_stored: "withoutStored?",
        acknowledge_keys: "acknowledgeKeyInBrowser?",
    }
}

/// The configuration, and the way to all providers. Internal to the package.
#[wasm_bindgen]
pub struct ManagementCore {
    service: Rc<Service<BrowserPorts>>,
    namespace: String,
    /// Where keys are kept.
    keys: String,
    with_stored: bool,
    /// Hears that the network went or came.
    listener: Closure<dyn Fn()>,
}

/// What listens to the network of the window.
const NETWORK: [&str; 2] = ["online", "offline"];

#[wasm_bindgen]
impl ManagementCore {
    /// One that has not been opened.
    ///
    /// # Errors
    /// A `Failure` that names the wrong field.
    #[wasm_bindgen(constructor)]
    pub fn new(options_json: &str, host: ManagementHost) -> Result<ManagementCore, JsValue> {
        sound()?;
        let options: ManagementOptions = reading::read(options_json, "options").map_err(thrown)?;
        watch(&host);
        let ports = BrowserPorts::new(options.page_origin, host);
        let service = Service::new(ports, &options.engines);
        if options.acknowledge_keys {
            service.acknowledge_keys();
        }
        let listening = Rc::downgrade(&service);
        let listener = Closure::<dyn Fn()>::new(move || {
            if let Some(service) = listening.upgrade() {
                service.look_at_network();
            }
        });
        for event in NETWORK {
            let _ = js::call(
                &js_sys::global(),
                "addEventListener",
                &[&event.into(), listener.as_ref()],
            );
        }
        Ok(Self {
            service,
            namespace: namespace(&options.namespace),
            keys: keys_namespace(&options.namespace),
            with_stored: !options.without_stored,
            listener,
        })
    }

    /// Reads what is stored. Gives why the stored configuration could not be put in force, if so.
    pub fn open(&self) -> Promise {
        let (service, with_stored) = (Rc::clone(&self.service), self.with_stored);
        let (namespace, keys) = (self.namespace.clone(), self.keys.clone());
        promise(async move {
            // Nothing is asked before the keys are there.
            let (records, _) = open_records(&keys).await;
            let crypto = BrowserCrypto::new(&records);
            service.open_vault(records, crypto).await;
            let listening = Rc::downgrade(&service);
            let tabs = Tabs::open(&keys).map(|mut tabs| {
                tabs.hear(move |word| {
                    if let Some(service) = listening.upgrade() {
                        js::spawn(async move { service.peer_keys(word).await });
                    }
                });
                tabs
            });
            service.ports().join(tabs);
            let (records, _) = open_records(&namespace).await;
            let refused = service.open(records, with_stored).await;
            Ok(refused.as_ref().map_or(JsValue::UNDEFINED, without_keys))
        })
    }

    /// Puts new texts in the place of layers, all or none.
    ///
    /// # Errors
    /// A `Failure` with all that is wrong.
    #[wasm_bindgen(js_name = setLayers)]
    pub fn set_layers(&self, json: &str) -> Result<JsValue, JsValue> {
        sound()?;
        self.service
            .set_layers(json)
            .map(|changed| without_keys(&changed))
            .map_err(thrown)
    }

    /// Puts a text in the place of the file layer, and stores it.
    #[wasm_bindgen(js_name = saveConfig)]
    pub fn save_config(&self, text: String) -> Promise {
        let service = Rc::clone(&self.service);
        promise(async move { given(&service.save_config(&text).await) })
    }

    /// The text that is stored.
    #[wasm_bindgen(js_name = storedConfig)]
    pub fn stored_config(&self) -> Option<String> {
        self.service.stored_config()
    }

    /// Every value in force, each with its layer.
    pub fn settings(&self) -> JsValue {
        to_js(&self.service.effective().settings().collect::<Vec<_>>())
    }

    /// Of each option of a model the value in force, with its layer.
    #[wasm_bindgen(js_name = settingsFor)]
    pub fn settings_for(&self, model: &str) -> JsValue {
        to_js(&self.service.effective().settings_for(model))
    }

    /// The options of one call to a model, as JSON text.
    ///
    /// # Errors
    /// A `Failure` with all that is wrong.
    #[wasm_bindgen(js_name = optionsFor)]
    pub fn options_for(&self, model: &str, call_json: &str) -> Result<String, JsValue> {
        sound()?;
        let options = self.service.options_for(model, call_json).map_err(thrown)?;
        Ok(serde_json::to_string(&options).unwrap_or_default())
    }

    /// What the configuration says to the core.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = coreSettings)]
    pub fn core_settings(&self) -> Result<String, JsValue> {
        sound()?;
        Ok(self.service.core_settings())
    }

    /// All configured servers.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    pub fn providers(&self) -> Result<JsValue, JsValue> {
        sound()?;
        Ok(without_keys(&self.service.providers()))
    }

    /// Tells the host again what it was told of each provider.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = tellAgain)]
    pub fn tell_again(&self) -> Result<(), JsValue> {
        sound()?;
        self.service.tell_again();
        Ok(())
    }

    /// Asks for models.
    pub fn list(&self, json: String) -> Promise {
        let service = Rc::clone(&self.service);
        promise(async move { given(&service.list(&json).await) })
    }

    /// Asks for all that a server says of a model.
    pub fn show(&self, json: String) -> Promise {
        let service = Rc::clone(&self.service);
        promise(async move { given(&service.show(&json).await) })
    }

    /// Forgets what providers said.
    #[wasm_bindgen(js_name = clearCache)]
    pub fn clear_cache(&self, json: String) -> Promise {
        let service = Rc::clone(&self.service);
        promise(async move {
            service.clear_cache(&json).await.map_err(thrown)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// What a provider said is no longer right.
    ///
    /// # Errors
    /// A `Failure` that names the wrong field.
    pub fn changed(&self, json: &str) -> Result<(), JsValue> {
        sound()?;
        self.service.changed(json).map_err(thrown)
    }

    /// Makes a server fetch a model.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    pub fn pull(&self, job: f64, epoch: f64, provider: &str, name: &str) -> Result<(), JsValue> {
        sound()?;
        self.service.pull(ticket(job, epoch), provider, name);
        Ok(())
    }

    /// Closes the connection of a pull.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = stopPull)]
    pub fn stop_pull(&self, job: f64, epoch: f64) -> Result<(), JsValue> {
        sound()?;
        self.service.stop_pull(ticket(job, epoch));
        Ok(())
    }

    /// Deletes a model of a server.
    pub fn remove(&self, json: String) -> Promise {
        let service = Rc::clone(&self.service);
        promise(async move { given(&service.remove(&json).await) })
    }

    /// Tests a connection; with a key that is not kept, or with the one in the vault.
    pub fn test(&self, json: String, key: Option<String>) -> Promise {
        let service = Rc::clone(&self.service);
        promise(async move { given(&service.test(&json, key).await) })
    }

    /// Takes the key of a provider. `keep` is `session`, `device` or `passphrase`.
    #[wasm_bindgen(js_name = setKey)]
    pub fn set_key(&self, provider: String, key: String, keep: &str) -> Promise {
        let (service, keep) = (Rc::clone(&self.service), keep.to_owned());
        promise(async move {
            let keep = match keep.as_str() {
                "device" => KeyKeep::Device,
                "passphrase" => KeyKeep::Passphrase,
                _ => KeyKeep::Session,
            };
            given(&service.set_key(&provider, key, keep).await)
        })
    }

    /// Forgets the key of a provider.
    #[wasm_bindgen(js_name = forgetKey)]
    pub fn forget_key(&self, provider: String) -> Promise {
        let service = Rc::clone(&self.service);
        promise(async move { given(&service.forget_key(&provider).await) })
    }

    /// What is known of the key of a provider.
    ///
    /// # Errors
    /// A `Failure` where there is no such provider.
    #[wasm_bindgen(js_name = keyState)]
    pub fn key_state(&self, provider: &str) -> Result<JsValue, JsValue> {
        sound()?;
        self.service
            .key_state(provider)
            .map(|state| without_keys(&state))
            .map_err(thrown)
    }

    /// Makes the passphrase, or another one.
    #[wasm_bindgen(js_name = setPassphrase)]
    pub fn set_passphrase(&self, text: String) -> Promise {
        let service = Rc::clone(&self.service);
        promise(async move { given(&service.set_passphrase(text).await) })
    }

    /// Opens what is behind the passphrase.
    pub fn unlock(&self, text: String) -> Promise {
        let service = Rc::clone(&self.service);
        promise(async move { given(&service.unlock(text).await) })
    }

    /// Locks what is behind the passphrase.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = lockKeys)]
    pub fn lock_keys(&self) -> Result<(), JsValue> {
        sound()?;
        self.service.lock();
        Ok(())
    }

    /// Whether there is a passphrase that has to be entered.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = isLocked)]
    pub fn is_locked(&self) -> Result<bool, JsValue> {
        sound()?;
        Ok(self.service.is_locked())
    }

    /// Searches for repositories of models. `ask` is the caller's own number for `stopHub`.
    #[wasm_bindgen(js_name = hubSearch)]
    pub fn hub_search(&self, ask: f64, json: String) -> Promise {
        let service = Rc::clone(&self.service);
        promise(async move { given(&service.hub_search(js::to_bytes(ask), &json).await) })
    }

    /// Asks for all of a repository. `ask` is the caller's own number for `stopHub`.
    #[wasm_bindgen(js_name = hubRepository)]
    pub fn hub_repository(&self, ask: f64, json: String) -> Promise {
        let service = Rc::clone(&self.service);
        promise(async move { given(&service.hub_repository(js::to_bytes(ask), &json).await) })
    }

    /// Ends a question to a hub.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    #[wasm_bindgen(js_name = stopHub)]
    pub fn stop_hub(&self, ask: f64) -> Result<(), JsValue> {
        sound()?;
        self.service.stop_hub(js::to_bytes(ask));
        Ok(())
    }

    /// Asks for an answer; gives its number.
    ///
    /// # Errors
    /// A `Failure` that names the wrong field.
    pub fn chat(&self, json: &str, sink: ChatSink) -> Result<f64, JsValue> {
        sound()?;
        let id = self.service.chat(json, Rc::new(sink)).map_err(thrown)?;
        Ok(js::from_bytes(id))
    }

    /// Ends an answer at once.
    ///
    /// # Errors
    /// `engine_crashed` after a panic.
    pub fn abort(&self, chat: f64) -> Result<(), JsValue> {
        sound()?;
        self.service.abort(js::to_bytes(chat));
        Ok(())
    }

    /// Ends all calls.
    pub fn close(&self) -> Promise {
        for event in NETWORK {
            let _ = js::call(
                &js_sys::global(),
                "removeEventListener",
                &[&event.into(), self.listener.as_ref()],
            );
        }
        let service = Rc::clone(&self.service);
        service.ports().join(None);
        promise(async move {
            service.close().await;
            Ok(JsValue::UNDEFINED)
        })
    }
}

/// A task, unless the instance is poisoned. Boxed, because what makes a promise of it would else be compiled anew for each.
fn promise(task: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    fn promise(task: std::pin::Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>) -> Promise {
        wasm_bindgen_futures::future_to_promise(async move {
            sound()?;
            task.await
        })
    }
    promise(Box::pin(task))
}

/// What a call came to, without keys.
fn given<T: Serialize>(outcome: &Result<T, Failure>) -> Result<JsValue, JsValue> {
    match outcome {
        Ok(value) => Ok(without_keys(value)),
        Err(failure) => Err(without_keys(failure)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` gives")]
fn thrown(failure: Failure) -> JsValue {
    without_keys(&failure)
}

fn ticket(job: f64, epoch: f64) -> Ticket {
    Ticket {
        job: JobId::from_number(js::to_bytes(job)),
        epoch: js::to_bytes(epoch),
    }
}
