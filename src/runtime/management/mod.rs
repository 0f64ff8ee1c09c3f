//! The drive of model management: the configuration, and every call to a provider.
//!
//! What happens, in order: a wish of the app or the end of some I/O becomes an input of [`Management`]; that is borrowed
//! for one step and let go of, and only then its effects are carried out, in their order. So the host may call anything at
//! any time. Chats, pulls, removals and connection tests are no business of [`Management`]'s: each is a task here, with a
//! stop button and limits of its own ([`exchange`]).
//!
//! What always holds: a call under way keeps the configuration it began with. What was given up says nothing more.
//!
//! The drive knows no browser: on wasm32 [`browser_ports`] gives it the browser's ports, tests give it others.

#[cfg(target_arch = "wasm32")]
pub mod browser_ports;
#[cfg(target_arch = "wasm32")]
pub mod browser_tabs;
mod chats;
mod exchange;
mod hub;
pub mod ports;
mod pulls;
mod reach;
mod removing;
mod report;
mod settings;
mod shelf;
mod slot;
mod talk;
mod vault;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

pub use hub::HubPage;
pub use reach::ConnectionReport;
pub use removing::Removed;
pub use settings::Changed;
pub use shelf::namespace;
pub use talk::{DeltaText, EndText, UsageText};
pub use vault::namespace as keys_namespace;

use self::exchange::{AbortOf, Limits, Nobody, Trouble, ask};
use self::ports::{News, Ports};
use self::settings::{LayerText, Said};
use self::shelf::Shelf;
use self::slot::Slot;
use self::vault::Vault;
use crate::config::{Config, Effective, ModelOptions, Source};
use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::EngineId;
use crate::json::readable;
use crate::management::{
    Answer, AskId, Details, Effect, Input, ListReport, Management, Problem, ProviderState, Question, Reply,
    Request, RequestId,
};
use crate::net::Abort;
use crate::net::call::Calls;
use crate::providers::{Call, Decoder, Provider};

/// Somebody who waits for what comes of a wish.
type Waiting = (RequestId, Slot<Result<Reply, Failure>>);

/// The configuration and the way to all providers. All calls take `&self`.
pub struct Service<P: Ports> {
    ports: P,
    config: RefCell<Config>,
    said: Cell<Said>,
    management: RefCell<Management>,
    line: RefCell<VecDeque<Effect>>,
    working: Cell<bool>,
    number: Cell<u64>,
    asks: RefCell<Vec<(AskId, AbortOf<P>)>>,
    waiting: RefCell<Vec<Waiting>>,
    /// The last time that was asked to be woken at, by its number.
    alarm: Cell<u64>,
    pulls: RefCell<Vec<pulls::Running<P>>>,
    chats: RefCell<Vec<chats::Running<P>>>,
    /// Questions to sources that are open.
    asking: RefCell<Vec<hub::Asking<P>>>,
    /// The engine of the page that runs GGUF files.
    gguf_engine: Option<EngineId>,
    shelf: Shelf<P>,
    vault: Vault<P>,
    closed: Cell<bool>,
}

/// Whose models are wished for.
struct ListWish {
    provider: Option<String>,
    refresh: bool,
    wait_ms: Option<u32>,
}

/// Which model is to be described.
struct ShowWish {
    provider: String,
    model: String,
    refresh: bool,
}

/// What is to be forgotten.
struct ClearWish {
    provider: Option<String>,
}

/// Whose models have changed.
struct ChangedWish {
    provider: String,
}

readable! {
    ListWish only { provider: "provider?", refresh: "refresh?", wait_ms: "waitMs?" }
    ShowWish only { provider: "provider", model: "model", refresh: "refresh?" }
    ClearWish only { provider: "provider?" }
    ChangedWish only { provider: "provider" }
}

impl<P: Ports> Service<P> {
    /// One that has not been opened. `engines` are the ids of those in the page.
    pub fn new(ports: P, engines: &[String]) -> Rc<Self> {
        let gguf_engine = hub::gguf_engine(engines);
        let engines: Vec<&str> = engines.iter().map(String::as_str).collect();
        let vault = Vault::new(Rc::clone(ports.redactor()));
        let this = Rc::new(Self {
            ports,
            config: RefCell::new(Config::new(&engines)),
            said: Cell::default(),
            management: RefCell::default(),
            line: RefCell::default(),
            working: Cell::new(false),
            number: Cell::new(0),
            asks: RefCell::default(),
            waiting: RefCell::default(),
            alarm: Cell::new(0),
            pulls: RefCell::default(),
            chats: RefCell::default(),
            asking: RefCell::default(),
            gguf_engine,
            shelf: Shelf::new(),
            vault,
            closed: Cell::new(false),
        });
        this.configured();
        this
    }

    /// Takes what is stored: the configuration, which is put in force unless `with_config` says no, and what providers
    /// said. Gives why the stored configuration could not be put in force.
    pub async fn open(self: &Rc<Self>, records: P::Records, with_config: bool) -> Option<Failure> {
        let stored = self.shelf.open(records).await;
        let text = self.shelf.config().filter(|_| with_config);
        let refused = text.and_then(|text| self.replace(&[Source::File(&text)]).err());
        self.dispatch(Input::Restore(stored));
        self.dispatch(Input::Online(!self.ports.is_offline()));
        refused
    }

    /// Whether the browser has a network may have changed.
    pub fn look_at_network(self: &Rc<Self>) {
        self.dispatch(Input::Online(!self.ports.is_offline()));
    }

    /// Puts new texts in the place of layers, all or none: the JSON text of a list of `{ layer, text }`.
    ///
    /// # Errors
    /// `invalid_config` with all that is wrong; then nothing has changed.
    pub fn set_layers(self: &Rc<Self>, text: &str) -> Result<Changed, Failure> {
        let layers: Vec<LayerText> = settings::read(text, "layers")?;
        let mut sources = Vec::with_capacity(layers.len());
        for layer in &layers {
            sources.push(layer.source());
        }
        self.replace(&sources)
    }

    /// Puts a text in the place of the file layer, and stores it.
    ///
    /// # Errors
    /// As [`Service::set_layers`]; and why it could not be stored, in which case it is in force all the same.
    pub async fn save_config(self: &Rc<Self>, text: &str) -> Result<Changed, Failure> {
        let changed = self.replace(&[Source::File(text)])?;
        self.shelf.save_config(text).await?;
        Ok(changed)
    }

    /// The text that is stored, or was saved where nothing can be stored.
    pub fn stored_config(&self) -> Option<String> {
        self.shelf.config()
    }

    fn replace(self: &Rc<Self>, sources: &[Source<'_>]) -> Result<Changed, Failure> {
        let changed = self.config.borrow_mut().replace_all(sources);
        let changed = changed.map_err(|errors| settings::failure(&errors, ErrorCode::InvalidConfig))?;
        self.configured();
        Ok(changed.into())
    }

    fn configured(self: &Rc<Self>) {
        let effective = self.effective();
        self.dispatch(Input::SetProviders(effective.providers(), effective.cache()));
        // Where a provider is now may be no place for its key.
        self.keys_changed();
    }

    /// What is in force.
    pub fn effective(&self) -> Effective {
        self.config.borrow().effective()
    }

    /// The options of one call to a model.
    ///
    /// # Errors
    /// `invalid_input` with all that is wrong.
    pub fn options_for(&self, model: &str, call: &str) -> Result<ModelOptions, Failure> {
        settings::options_for(&self.effective(), model, Some(call))
    }

    /// What the configuration says to the core: the JSON text of `configure`, without its `type`.
    pub fn core_settings(&self) -> String {
        let mut said = self.said.get();
        let text = settings::for_core(&self.effective(), &mut said);
        self.said.set(said);
        text
    }

    /// Tells the host again what it was told of each provider: its core was made anew.
    pub fn tell_again(self: &Rc<Self>) {
        let again = self.management.borrow().tell_again(self.ports.now().ms);
        for effect in again {
            self.perform(effect);
        }
    }

    /// All configured servers.
    pub fn providers(&self) -> Vec<ProviderState> {
        self.management.borrow().providers(self.ports.now().ms)
    }

    /// Asks for models: the JSON text of `{ provider?, refresh? }`.
    ///
    /// # Errors
    /// What is wrong with the text, or with the one provider that was asked.
    pub async fn list(self: &Rc<Self>, text: &str) -> Result<ListReport, Failure> {
        let ListWish {
            provider,
            refresh,
            wait_ms,
        } = settings::read(text, "list")?;
        let list = Request::List {
            provider,
            refresh,
            wait_ms,
        };
        match self.request(list).await? {
            Reply::Listed(report) => Ok(report),
            Reply::Shown(_) | Reply::Done => Ok(ListReport {
                providers: Vec::new(),
            }),
        }
    }

    /// Asks for all that a server says of a model: the JSON text of `{ provider, model, refresh? }`.
    ///
    /// # Errors
    /// `not_found` with the closest names, or why the server does not say.
    pub async fn show(self: &Rc<Self>, text: &str) -> Result<Box<Details>, Failure> {
        let ShowWish {
            provider,
            model,
            refresh,
        } = settings::read(text, "show")?;
        let show = Request::Show {
            provider,
            model,
            refresh,
        };
        match self.request(show).await? {
            Reply::Shown(details) => Ok(details),
            Reply::Listed(_) | Reply::Done => Err(closed()),
        }
    }

    /// Forgets what providers said: the JSON text of `{ provider? }`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub async fn clear_cache(self: &Rc<Self>, text: &str) -> Result<(), Failure> {
        let ClearWish { provider } = settings::read(text, "clearCache")?;
        self.request(Request::ClearCache { provider }).await.map(drop)
    }

    /// What a provider said is no longer right: the JSON text of `{ provider }`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn changed(self: &Rc<Self>, text: &str) -> Result<(), Failure> {
        let ChangedWish { provider } = settings::read(text, "changed")?;
        self.wish(Request::Changed { provider });
        Ok(())
    }

    /// Ends all calls; waits for what is to be stored.
    pub async fn close(self: &Rc<Self>) {
        self.closed.set(true);
        self.abort_all();
        self.vault.forget_all();
        for pull in self.pulls.take() {
            pull.stop();
        }
        for (_, abort) in self.asks.take() {
            abort.abort();
        }
        for (_, abort) in self.asking.take() {
            abort.abort();
        }
        for (_, slot) in self.waiting.take() {
            slot.put(Err(closed()));
        }
        while self.shelf.is_busy() {
            self.ports.sleep(10).await;
        }
    }

    /// The world it is in.
    pub fn ports(&self) -> &P {
        &self.ports
    }

    fn next_number(&self) -> u64 {
        self.number.set(self.number.get() + 1);
        self.number.get()
    }

    /// A provider of the configuration.
    fn provider(&self, id: &str) -> Result<Provider, Failure> {
        if self.closed.get() {
            return Err(closed());
        }
        self.management.borrow().provider(id).cloned()
    }

    /// A provider of the configuration whose key is there, where it needs one.
    fn ready(&self, id: &str) -> Result<Provider, Failure> {
        self.provider(id)?;
        self.management.borrow().ready(id).cloned()
    }

    /// How long a provider may take for what is neither a chat nor a pull.
    fn timeout_seconds(&self, id: &str) -> u32 {
        let found = self.effective().provider(id);
        found.map_or(10, |provider| provider.timeout_seconds)
    }

    /// A wish nobody waits for.
    fn wish(self: &Rc<Self>, request: Request) {
        let id = self.next_number();
        self.dispatch(Input::Request { id, request });
    }

    /// Asks a provider for its models in the background: something happened there.
    fn refresh(self: &Rc<Self>, provider: &str) {
        self.wish(Request::List {
            provider: Some(provider.to_owned()),
            refresh: true,
            wait_ms: Some(0),
        });
    }

    async fn request(self: &Rc<Self>, request: Request) -> Result<Reply, Failure> {
        if self.closed.get() {
            return Err(closed());
        }
        let id = self.next_number();
        let slot = Slot::new();
        self.waiting.borrow_mut().push((id, slot.clone()));
        self.dispatch(Input::Request { id, request });
        slot.take().await
    }

    /// Takes one input and works off what follows from it.
    fn dispatch(self: &Rc<Self>, input: Input) {
        if self.closed.get() {
            return;
        }
        let step = self.management.borrow_mut().handle(input, self.ports.now().ms);
        self.line.borrow_mut().extend(step.effects);
        if self.working.replace(true) {
            return;
        }
        loop {
            let next = self.line.borrow_mut().pop_front();
            let Some(effect) = next else { break };
            self.perform(effect);
        }
        self.working.set(false);
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Ask {
                ask,
                provider,
                question,
            } => self.ask(ask, provider, question),
            Effect::Abort { ask } => {
                if let Some(abort) = self.take_ask(ask) {
                    abort.abort();
                }
            }
            Effect::Wake { at } => self.wake(at),
            Effect::Store(record) => self.store(record.key, Some(record.text)),
            Effect::Forget(key) => self.store(key, None),
            Effect::Reply { id, result } => {
                let mut waiting = self.waiting.borrow_mut();
                let at = waiting.iter().position(|(other, _)| *other == id);
                if let Some(at) = at {
                    waiting.remove(at).1.put(result);
                }
            }
            Effect::Listed {
                provider,
                models,
                count,
                stale,
            } => self.ports.tell(News::Listed {
                provider: &provider,
                models: &models,
                count,
                stale,
            }),
            Effect::ProviderChanged(state) => self.ports.tell(News::ProviderChanged(&state)),
            Effect::ProviderRemoved { provider } => self.ports.tell(News::ProviderRemoved(&provider)),
            Effect::Reach { provider, reach } => self.ports.tell(News::Reach(&provider, reach)),
        }
    }

    fn wake(self: &Rc<Self>, at: u64) {
        let alarm = self.next_number();
        self.alarm.set(alarm);
        let wait = self.ports.sleep(at.saturating_sub(self.ports.now().ms));
        let this = Rc::downgrade(self);
        self.ports.spawn(async move {
            wait.await;
            if let Some(this) = this.upgrade().filter(|this| this.alarm.get() == alarm) {
                this.dispatch(Input::Woke);
            }
        });
    }

    fn store(self: &Rc<Self>, key: String, value: Option<String>) {
        if self.shelf.take(key, value) {
            let this = Rc::clone(self);
            self.ports.spawn(async move { this.shelf.write().await });
        }
    }

    fn take_ask(&self, id: AskId) -> Option<AbortOf<P>> {
        let mut asks = self.asks.borrow_mut();
        let at = asks.iter().position(|(other, _)| *other == id)?;
        Some(asks.remove(at).1)
    }

    fn ask(self: &Rc<Self>, id: AskId, provider: Provider, question: Question) {
        let abort = self.ports.net().stop_button();
        self.asks.borrow_mut().push((id, abort.clone()));
        let this = Rc::clone(self);
        self.ports.spawn(async move {
            let answer = this.answer(&provider, question, &abort).await;
            let result = match answer {
                Ok(answer) => Ok(answer),
                Err(Trouble::Refused(error)) => Err(Problem::Refused(error)),
                Err(broken @ Trouble::Broken(_)) => {
                    Err(Problem::Unreachable(this.failure(&provider, None, broken).await))
                }
            };
            if this.take_ask(id).is_some() {
                this.dispatch(Input::Answered { ask: id, result });
            }
        });
    }

    async fn answer(
        &self,
        provider: &Provider,
        question: Question,
        abort: &AbortOf<P>,
    ) -> Result<Answer, Trouble> {
        match question {
            Question::List { after } => {
                let call = provider.list(after.as_deref())?;
                self.whole(provider, call, abort).await.map(Answer::Listed)
            }
            Question::Running => {
                let call = provider.running()?;
                self.whole(provider, call, abort).await.map(Answer::Running)
            }
            Question::Show { model } => {
                let call = provider.show(&model)?;
                let shown = self.whole(provider, call, abort).await;
                shown.map(|shown| Answer::Shown(Box::new(shown)))
            }
        }
    }

    /// Makes a call whose answer means something only as a whole.
    async fn whole<D: Decoder>(
        &self,
        provider: &Provider,
        call: Call<D>,
        abort: &AbortOf<P>,
    ) -> Result<D::End, Trouble> {
        let limits = Limits::of(&call.request, self.timeout_seconds(&provider.id));
        ask(
            &self.ports,
            &self.signer(provider),
            call,
            limits,
            abort,
            &mut Nobody,
        )
        .await
    }
}

fn closed() -> Failure {
    Failure::new(ErrorCode::Closed, "Model management is closed.")
}
