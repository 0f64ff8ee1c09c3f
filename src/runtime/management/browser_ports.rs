//! The browser as [`Ports`], in a page. What is said to the host goes through the redactor.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::{Object, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::browser_tabs::Tabs;
use super::ports::{News, Origin, Ports, Sink, TabWord};
use crate::engine::Zone;
use crate::engine::failure::Failure;
use crate::js;
use crate::keys::Redactor;
use crate::net::browser::BrowserNet;
use crate::providers::connection::Permission;
use crate::runtime::clock::Clock;
use crate::storage::browser::AnyRecords;
use crate::storage::browser_crypto::BrowserCrypto;
use crate::transfer::step::Now;

#[wasm_bindgen]
extern "C" {
    /// The object handed to the constructor: `ManagementHost` in `pkg-template/src/management/core.ts`.
    #[derive(Clone)]
    pub type ManagementHost;

    #[wasm_bindgen(method, catch)]
    fn listed(
        this: &ManagementHost,
        provider: &str,
        models: &str,
        count: u32,
        stale: bool,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn removed(this: &ManagementHost, provider: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = providerChanged)]
    fn provider_changed(this: &ManagementHost, state: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = keyChanged)]
    fn key_changed(this: &ManagementHost, provider: &str, state: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = pullReport)]
    fn pull_report(this: &ManagementHost, report: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn reach(this: &ManagementHost, provider: &str, reach: &str) -> Result<(), JsValue>;

    /// Whom an answer is told to: `ChatSink` there.
    pub type ChatSink;

    #[wasm_bindgen(method, catch)]
    fn delta(this: &ChatSink, text: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn ended(this: &ChatSink, end: Option<&str>, failure: &JsValue) -> Result<(), JsValue>;
}

thread_local! {
    /// One for the whole wasm instance: what is secret to one is secret to all that leaves it.
    static REDACTOR: Rc<Redactor> = Rc::default();
}

/// The clock, chance, tasks and host of a page.
pub struct BrowserPorts {
    net: BrowserNet,
    host: ManagementHost,
    page: Origin,
    clock: Clock,
    redactor: Rc<Redactor>,
    tabs: RefCell<Option<Tabs>>,
}

impl BrowserPorts {
    /// Those of this page, whose origin is `origin`.
    pub fn new(origin: String, host: ManagementHost) -> Self {
        let is_secure = js::global("isSecureContext").is_some_and(|secure| secure.is_truthy());
        Self {
            net: BrowserNet,
            host,
            page: Origin {
                text: origin,
                is_secure,
            },
            clock: Clock::new(),
            redactor: REDACTOR.with(Rc::clone),
            tabs: RefCell::new(None),
        }
    }

    /// Speaks with the other tabs over this channel from now on; over none any more with `None`.
    pub fn join(&self, tabs: Option<Tabs>) {
        self.tabs.replace(tabs);
    }
}

impl Ports for BrowserPorts {
    type Net = BrowserNet;
    type Records = AnyRecords;
    type Crypto = BrowserCrypto;

    fn net(&self) -> &BrowserNet {
        &self.net
    }

    fn now(&self) -> Now {
        self.clock.now()
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + 'static {
        // A longer time than a timer can have is waited for in parts by those who ask.
        TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs()))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        js::spawn(task);
    }

    fn is_offline(&self) -> bool {
        let online = js::global("navigator").and_then(|navigator| js::property(&navigator, "onLine"));
        online.is_some_and(|online| online.is_falsy())
    }

    fn page(&self) -> &Origin {
        &self.page
    }

    fn permission(&self, zone: Zone) -> impl Future<Output = Permission> + 'static {
        let name = match zone {
            Zone::Loopback => "loopback-network",
            Zone::Private | Zone::Public => "local-network",
        };
        permission(name)
    }

    fn tell(&self, news: News<'_>) {
        let host = &self.host;
        // What a host throws is its own affair.
        let _ = match news {
            News::Listed {
                provider,
                models,
                count,
                stale,
            } => host.listed(provider, models, count, stale),
            News::ProviderChanged(state) => host.provider_changed(&text(state)),
            News::ProviderRemoved(provider) => host.removed(provider),
            News::Reach(provider, reach) => host.reach(provider, reach.name()),
            News::KeyChanged(provider, state) => host.key_changed(provider, &text(state)),
            News::Pull(report) => host.pull_report(&text(report)),
        };
    }

    fn tell_tabs(&self, word: TabWord) {
        if let Some(tabs) = &*self.tabs.borrow() {
            tabs.say(word);
        }
    }

    fn redactor(&self) -> &Rc<Redactor> {
        &self.redactor
    }
}

impl Sink for ChatSink {
    fn delta(&self, text: &str) {
        let _ = ChatSink::delta(self, text);
    }

    fn ended(&self, end: Result<&str, &Failure>) {
        let failure = end.err().map_or(JsValue::NULL, without_keys);
        let _ = ChatSink::ended(self, end.ok(), &failure);
    }
}

/// A value as JSON text, without keys.
fn text<T: Serialize + ?Sized>(value: &T) -> String {
    REDACTOR.with(|redactor| redactor.json(serde_json::to_string(value).unwrap_or_default()))
}

/// A value as a JavaScript value, without keys.
pub fn without_keys<T: Serialize + ?Sized>(value: &T) -> JsValue {
    js_sys::JSON::parse(&text(value)).unwrap_or(JsValue::NULL)
}

/// A browser that does not know the permission refuses the question.
async fn permission(name: &'static str) -> Permission {
    let query = Object::new();
    let permissions = js::global("navigator").and_then(|navigator| js::property(&navigator, "permissions"));
    let (Some(permissions), Ok(_)) = (permissions, Reflect::set(&query, &"name".into(), &name.into())) else {
        return Permission::Unknown;
    };
    let status = js::call_async(&permissions, "query", &[&query]).await;
    let state = status.ok().and_then(|status| js::property(&status, "state"));
    match state.and_then(|state| state.as_string()).as_deref() {
        Some("granted") => Permission::Granted,
        Some("denied") => Permission::Denied,
        Some("prompt") => Permission::Prompt,
        _ => Permission::Unknown,
    }
}
