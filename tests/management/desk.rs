//! A runtime by hand: it keeps what is open, what is stored and what was told, and answers when a test says so.

use std::collections::{BTreeMap, BTreeSet};

use modelyard::catalog::record::{Capabilities, Capability, Support};
use modelyard::config::{CachePolicy, ProviderConfig};
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::ids::ModelId;
use modelyard::management::{
    Answer, AskId, Details, Effect, Input, ListReport, Management, Problem, ProviderState, Question, Reach,
    Record, Reply, Request, RequestId,
};
use modelyard::providers::listed::{ListedModel, Listing, RunningModel, ShownModel};
use modelyard::providers::{ProviderError, ProviderErrorKind};
use serde_json::Value;

/// The defaults of the configuration.
pub(crate) const POLICY: CachePolicy = CachePolicy {
    list_seconds: 60,
    detail_seconds: 300,
    max_entries: 1_000,
};

/// A time like those of today.
pub(crate) const START: u64 = 1_800_000_000_000;

pub(crate) struct Desk {
    pub(crate) management: Management,
    pub(crate) now: u64,
    pub(crate) configs: Vec<ProviderConfig>,
    pub(crate) policy: CachePolicy,
    /// Open questions, with the address that is asked.
    pub(crate) open: BTreeMap<AskId, (String, Question, String)>,
    pub(crate) waiting: BTreeSet<RequestId>,
    pub(crate) replies: BTreeMap<RequestId, Result<Reply, Failure>>,
    pub(crate) stored: BTreeMap<String, String>,
    /// What the core was told of each provider: its manifests, and whether they are old.
    pub(crate) told: BTreeMap<String, (Value, bool)>,
    pub(crate) states: BTreeMap<String, ProviderState>,
    pub(crate) reach: BTreeMap<String, Reach>,
    /// Everything that was asked, in order.
    pub(crate) asked: Vec<(String, Question)>,
    /// How often a list was told.
    pub(crate) tellings: usize,
    pub(crate) wake: Option<u64>,
    last_request: RequestId,
}

pub(crate) fn config(name: &str, host: &str) -> ProviderConfig {
    ProviderConfig {
        name: name.to_owned(),
        kind: "ollama".to_owned(),
        host: host.to_owned(),
        server: None,
        timeout_seconds: 10,
        models: Vec::new(),
        options: None,
    }
}

/// On this computer.
pub(crate) fn local(name: &str) -> ProviderConfig {
    config(name, "http://127.0.0.1:11434")
}

/// Somewhere on the internet.
pub(crate) fn public(name: &str) -> ProviderConfig {
    config(name, "https://models.example")
}

/// A model of which a list says everything.
pub(crate) fn whole(name: &str) -> ListedModel {
    let mut capabilities = Capabilities::default();
    capabilities.set(Capability::Tools, Support::Yes);
    capabilities.set(Capability::Vision, Support::No);
    ListedModel {
        family: Some("llama".to_owned()),
        format: Some("gguf".to_owned()),
        size_bytes: Some(1_321_098_329),
        parameters_millions: Some(1_236),
        quantization: Some("Q8_0".to_owned()),
        modified: Some("2026-08-21T10:00:00Z".to_owned()),
        context: Some(131_072),
        capabilities,
        ..bare(name)
    }
}

/// A model as old servers list it.
pub(crate) fn bare(name: &str) -> ListedModel {
    ListedModel {
        name: name.to_owned(),
        digest: Some(format!("digest-of-{name}")),
        ..ListedModel::default()
    }
}

pub(crate) fn page(models: Vec<ListedModel>) -> Answer {
    Answer::Listed(Listing {
        models,
        ..Listing::default()
    })
}

/// A list of whole models.
pub(crate) fn list_of(names: &[&str]) -> Answer {
    page(names.iter().map(|name| whole(name)).collect())
}

pub(crate) fn running(name: &str, context: u32) -> Answer {
    Answer::Running(vec![RunningModel {
        name: name.to_owned(),
        served_context: Some(context),
        ..RunningModel::default()
    }])
}

/// Details, which `system` tells apart.
pub(crate) fn shown(system: &str) -> Answer {
    let mut listed = whole("");
    listed.digest = None;
    listed.size_bytes = None;
    Answer::Shown(Box::new(ShownModel {
        listed,
        parameters: vec![("num_ctx".to_owned(), "4096".to_owned())],
        template: Some("{{ .Prompt }}".to_owned()),
        system: Some(system.to_owned()),
        license: None,
    }))
}

/// Nothing answers there.
pub(crate) fn dead() -> Problem {
    Problem::Unreachable(Failure::new(ErrorCode::CorsOrNetwork, "Nothing answers there."))
}

/// The server breaks down over the question.
pub(crate) fn broken() -> Problem {
    Problem::Refused(ProviderError {
        kind: ProviderErrorKind::Failed,
        status: Some(500),
        said: Some("out of memory".to_owned()),
    })
}

/// The server lets no page of this origin in, and says so.
pub(crate) fn refuses_this_page() -> Problem {
    Problem::Refused(ProviderErrorKind::OriginRefused.into())
}

pub(crate) fn not_there() -> Problem {
    Problem::Refused(ProviderError {
        kind: ProviderErrorKind::NotFound,
        status: Some(404),
        said: Some("model not found".to_owned()),
    })
}

impl Desk {
    /// With these providers.
    pub(crate) fn new(configs: Vec<ProviderConfig>) -> Self {
        Self::with(configs, POLICY)
    }

    pub(crate) fn with(configs: Vec<ProviderConfig>, policy: CachePolicy) -> Self {
        let mut desk = Self {
            management: Management::default(),
            now: START,
            configs: Vec::new(),
            policy,
            open: BTreeMap::new(),
            waiting: BTreeSet::new(),
            replies: BTreeMap::new(),
            stored: BTreeMap::new(),
            told: BTreeMap::new(),
            states: BTreeMap::new(),
            reach: BTreeMap::new(),
            asked: Vec::new(),
            tellings: 0,
            wake: None,
            last_request: 0,
        };
        desk.configure(configs);
        desk
    }

    /// One local provider `ollama` that has listed these models.
    pub(crate) fn listing(names: &[&str]) -> Self {
        let mut desk = Self::new(vec![local("ollama")]);
        desk.list();
        desk.answer_list("ollama", Ok(list_of(names)));
        desk.answer_running("ollama");
        desk
    }

    pub(crate) fn configure(&mut self, configs: Vec<ProviderConfig>) {
        self.configs.clone_from(&configs);
        self.input(Input::SetProviders(configs, self.policy));
    }

    /// The page is loaded anew: only what is stored is left, and the time.
    pub(crate) fn reload(&mut self) {
        let mut new = Self::with(Vec::new(), self.policy);
        new.now = self.now;
        new.last_request = self.last_request;
        new.stored = std::mem::take(&mut self.stored);
        let records = new.records();
        let configs = std::mem::take(&mut self.configs);
        *self = new;
        self.input(Input::Restore(records));
        self.configure(configs);
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        let record = |(key, text): (&String, &String)| Record {
            key: key.clone(),
            text: text.clone(),
        };
        self.stored.iter().map(record).collect()
    }

    /// Takes a step, carries it out, and holds it against the laws.
    pub(crate) fn input(&mut self, input: Input) {
        if let Input::Answered { ask, .. } = &input {
            self.open.remove(ask);
        }
        let step = self.management.handle(input, self.now);
        let mut replied = false;
        for effect in step.effects {
            // Whoever gets a reply has heard all news by then; only the alarm comes after.
            assert!(
                !replied || matches!(effect, Effect::Reply { .. } | Effect::Wake { .. }),
                "{effect:?} after a reply"
            );
            replied |= matches!(effect, Effect::Reply { .. });
            self.carry_out(effect);
        }
        self.check();
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Ask {
                ask,
                provider,
                question,
            } => {
                let config = self.configs.iter().find(|config| config.name == provider.id);
                let config = config.expect("only providers of the configuration are asked");
                assert_eq!(config.host, provider.base.as_str());
                self.asked.push((provider.id.clone(), question.clone()));
                let twice = self
                    .open
                    .values()
                    .any(|(id, other, _)| *id == provider.id && *other == question);
                assert!(!twice, "{question:?} is asked twice at once");
                let address = provider.base.as_str().to_owned();
                let old = self.open.insert(ask, (provider.id, question, address));
                assert_eq!(old, None, "a number is used once");
            }
            Effect::Abort { ask } => {
                assert!(self.open.remove(&ask).is_some(), "only what is open is aborted");
            }
            Effect::Wake { at } => {
                assert_ne!(self.wake, Some(at), "the alarm is set already");
                self.wake = Some(at);
            }
            Effect::Store(record) => {
                let _: Value = serde_json::from_str(&record.text).expect("JSON");
                self.stored.insert(record.key, record.text);
            }
            Effect::Forget(key) => {
                self.stored.remove(&key);
            }
            Effect::Reply { id, result } => {
                assert!(self.waiting.remove(&id), "each wish is replied to once");
                self.replies.insert(id, result);
            }
            Effect::Listed {
                provider,
                models,
                count,
                stale,
            } => {
                let models: Value = serde_json::from_str(&models).expect("JSON");
                check_manifests(&provider, &models, count);
                self.tellings += 1;
                self.told.insert(provider, (models, stale));
            }
            Effect::ProviderChanged(state) => {
                self.states.insert(state.id.clone(), state);
            }
            Effect::ProviderRemoved { provider } => {
                self.told.remove(&provider);
                self.states.remove(&provider);
                self.reach.remove(&provider);
            }
            Effect::Reach { provider, reach } => {
                self.reach.insert(provider, reach);
            }
        }
    }

    fn check(&self) {
        let soonest = self.wake.unwrap_or(u64::MAX);
        assert!(
            self.open.is_empty() || soonest < u64::MAX,
            "an open question without a deadline"
        );
        for provider in &self.configs {
            let shows = |question: &Question| matches!(question, Question::Show { .. });
            let open = self.open.values();
            let open = open.filter(|(id, question, _)| *id == provider.name && shows(question));
            let wished = self.waiting.len();
            assert!(open.count() <= 4 + wished, "too many questions at once");
        }
    }

    /// Time passes, and deadlines with it.
    pub(crate) fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        while let Some(at) = self.wake.filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.wake = None;
            self.input(Input::Woke);
        }
        self.now = end;
    }

    pub(crate) fn request(&mut self, request: Request) -> RequestId {
        self.last_request += 1;
        let id = self.last_request;
        self.waiting.insert(id);
        self.input(Input::Request { id, request });
        id
    }

    /// Lists of all.
    pub(crate) fn list(&mut self) -> RequestId {
        self.request(Request::List {
            provider: None,
            refresh: false,
            wait_ms: None,
        })
    }

    pub(crate) fn refresh(&mut self, provider: &str) -> RequestId {
        self.request(Request::List {
            provider: Some(provider.to_owned()),
            refresh: true,
            wait_ms: None,
        })
    }

    pub(crate) fn show(&mut self, provider: &str, model: &str) -> RequestId {
        self.request(Request::Show {
            provider: provider.to_owned(),
            model: model.to_owned(),
            refresh: false,
        })
    }

    pub(crate) fn changed(&mut self, provider: &str) {
        let id = self.request(Request::Changed {
            provider: provider.to_owned(),
        });
        assert_eq!(self.replies[&id], Ok(Reply::Done));
    }

    /// The open questions to a provider.
    pub(crate) fn questions(&self, provider: &str) -> Vec<(AskId, Question)> {
        let open = self.open.iter().filter(|(_, (id, ..))| id == provider);
        open.map(|(ask, (_, question, _))| (*ask, question.clone()))
            .collect()
    }

    #[track_caller]
    pub(crate) fn asks(&self, provider: &str, is_it: impl Fn(&Question) -> bool) -> AskId {
        let questions = self.questions(provider);
        let found = questions.iter().find(|(_, question)| is_it(question));
        found.unwrap_or_else(|| panic!("not asked: {questions:?}")).0
    }

    #[track_caller]
    pub(crate) fn list_ask(&self, provider: &str) -> AskId {
        self.asks(provider, |question| matches!(question, Question::List { .. }))
    }

    #[track_caller]
    pub(crate) fn show_ask(&self, provider: &str, name: &str) -> AskId {
        self.asks(
            provider,
            |question| matches!(question, Question::Show { model } if model == name),
        )
    }

    pub(crate) fn answer(&mut self, ask: AskId, result: Result<Answer, Problem>) {
        self.input(Input::Answered { ask, result });
    }

    #[track_caller]
    pub(crate) fn answer_list(&mut self, provider: &str, result: Result<Answer, Problem>) {
        let ask = self.list_ask(provider);
        self.answer(ask, result);
    }

    /// Nothing runs there.
    #[track_caller]
    pub(crate) fn answer_running(&mut self, provider: &str) {
        let ask = self.asks(provider, |question| *question == Question::Running);
        self.answer(ask, Ok(Answer::Running(Vec::new())));
    }

    #[track_caller]
    pub(crate) fn report(&self, id: RequestId) -> &ListReport {
        match &self.replies[&id] {
            Ok(Reply::Listed(report)) => report,
            other => panic!("{other:?}"),
        }
    }

    /// The state of the only provider of a report.
    #[track_caller]
    pub(crate) fn one(&self, id: RequestId) -> &ProviderState {
        let [state] = self.report(id).providers.as_slice() else {
            panic!("{:?}", self.report(id))
        };
        state
    }

    #[track_caller]
    pub(crate) fn details(&self, id: RequestId) -> &Details {
        match &self.replies[&id] {
            Ok(Reply::Shown(details)) => details,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn failure(&self, id: RequestId) -> &Failure {
        self.replies[&id].as_ref().expect_err("a failure")
    }

    /// The names the core was told of a provider.
    #[track_caller]
    pub(crate) fn names(&self, provider: &str) -> Vec<String> {
        let models = self.told[provider].0.as_array().expect("a list");
        let name = |model: &Value| model["served"]["name"].as_str().expect("a name").to_owned();
        models.iter().map(name).collect()
    }

    /// How many questions there were since that many.
    pub(crate) fn asked_since(&self, before: usize) -> &[(String, Question)] {
        &self.asked[before..]
    }
}

/// The core refuses all of a list for one wrong manifest.
fn check_manifests(provider: &str, models: &Value, count: u32) {
    let models = models.as_array().expect("a list");
    assert_eq!(models.len(), usize::try_from(count).expect("small"));
    let mut ids = BTreeSet::new();
    for model in models {
        let id = model["id"].as_str().expect("an id");
        ModelId::new(id).expect("an id of the core");
        assert!(ids.insert(id), "{id} twice");
        assert_eq!(model["engine"], provider);
        assert_eq!(model["files"], Value::Array(Vec::new()));
        let name = model["name"].as_str().expect("a name");
        assert_eq!(id, format!("{provider}/{name}"));
        assert_eq!(model["served"]["name"], name);
        assert_eq!(model["served"]["here"], true);
    }
}
