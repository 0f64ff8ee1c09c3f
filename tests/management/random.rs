//! Random sequences of everything that can happen, held against the plain rule of [`crate::reference`] after each step.
//! When all is said, everything comes to rest: no wish stays open, no question either.
//!
//! A failure is printed as its shortest sequence and its seed is kept in `proptest-regressions`; the sequence becomes a
//! test of its own below. `PROPTEST_CASES` makes more of them.

use std::collections::BTreeMap;

use modelyard::config::ProviderConfig;
use modelyard::engine::failure::ErrorCode;
use modelyard::management::{
    Answer, AskId, Input, KeyKeep, KeyPhase, KeyState, Phase, Question, Reply, Request, RequestId,
};
use modelyard::providers::listed::ListedModel;
use proptest::prelude::*;
use proptest::sample::select;

use crate::desk::{
    Desk, POLICY, bare, broken, config, dead, local, not_there, page, public, running, shown, whole,
};
use crate::reference::{Happened, History, Subject};

/// On this computer, on the internet, one whose lists say little, and one that needs a key.
const PROVIDERS: [&str; 4] = ["here", "there", "old", "keyed"];
const MODELS: [&str; 3] = ["a:1", "b:1", "c:1"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Well,
    Dead,
    Broken,
    Gone,
}

#[derive(Debug, Clone, Copy)]
enum Op {
    List(Option<usize>, bool),
    Show(usize, usize, bool),
    Changed(usize),
    Clear(Option<usize>),
    /// One of the open questions.
    Answer(usize, Said),
    /// One that is not open any more.
    Late(usize),
    Pass(u64),
    Move(usize),
    Remove(usize),
    Online(bool),
    Reload,
    /// What is known of the key: whether it can be used, and which one it is.
    Key(KeyPhase, u32),
}

fn op() -> impl Strategy<Value = Op> {
    let provider = || 0..PROVIDERS.len();
    let one_or_all = || proptest::option::of(0..PROVIDERS.len());
    let said = prop_oneof![
        6 => Just(Said::Well),
        2 => Just(Said::Dead),
        2 => Just(Said::Broken),
        1 => Just(Said::Gone),
    ];
    let time = select(vec![
        1, 999, 2_000, 9_000, 30_000, 59_990, 60_000, 240_000, 300_000,
    ]);
    prop_oneof![
        8 => (one_or_all(), prop::bool::weighted(0.2)).prop_map(|(of, refresh)| Op::List(of, refresh)),
        8 => (provider(), 0..MODELS.len(), prop::bool::weighted(0.2)).prop_map(|(of, model, refresh)| Op::Show(of, model, refresh)),
        4 => provider().prop_map(Op::Changed),
        1 => one_or_all().prop_map(Op::Clear),
        24 => (0..8_usize, said).prop_map(|(which, said)| Op::Answer(which, said)),
        2 => (0..50_usize).prop_map(Op::Late),
        6 => time.prop_map(Op::Pass),
        1 => provider().prop_map(Op::Move),
        1 => provider().prop_map(Op::Remove),
        2 => any::<bool>().prop_map(Op::Online),
        2 => Just(Op::Reload),
        6 => (select(vec![KeyPhase::None, KeyPhase::Ready, KeyPhase::Ready, KeyPhase::Locked]), 1..3_u32)
            .prop_map(|(phase, which)| Op::Key(phase, which)),
    ]
}

/// What a wish for details must be replied with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Expected {
    Shown { number: u32, age: u64, offline: bool },
    Failed(ErrorCode),
}

struct Trial {
    desk: Desk,
    history: History,
    /// Open wishes for details.
    shows: BTreeMap<RequestId, Subject>,
    /// What replies must say, of those that have come or must come in the end.
    expected: BTreeMap<RequestId, Expected>,
    /// When open questions are given up.
    due: BTreeMap<AskId, u64>,
    moves: u32,
    number: u32,
    online: bool,
    key: KeyState,
    /// A list of the one that needs a key was wished for without it.
    waits_for_key: bool,
}

fn keyed() -> ProviderConfig {
    ProviderConfig {
        kind: "anthropic".to_owned(),
        ..config("keyed", "http://127.0.0.1:8443")
    }
}

fn list_of(provider: &str) -> Subject {
    (provider.to_owned(), None)
}

impl Trial {
    fn new() -> Self {
        Self {
            desk: Desk::new(vec![
                local("here"),
                public("there"),
                config("old", "http://10.0.0.2:11434"),
                keyed(),
            ]),
            history: History::default(),
            shows: BTreeMap::new(),
            expected: BTreeMap::new(),
            due: BTreeMap::new(),
            moves: 0,
            number: 0,
            online: true,
            key: KeyState::default(),
            waits_for_key: false,
        }
    }

    fn lacks_key(&self, provider: &str) -> bool {
        provider == "keyed" && !self.key.is_ready()
    }

    fn is_cut_off(&self, provider: &str) -> bool {
        provider == "there" && !self.online
    }

    fn is_configured(&self, provider: &str) -> bool {
        self.desk.configs.iter().any(|config| config.name == provider)
    }

    fn is_listing(&self, provider: &str) -> bool {
        let questions = self.desk.questions(provider);
        questions
            .iter()
            .any(|(_, question)| matches!(question, Question::List { .. }))
    }

    fn happened(&mut self, what: Happened) {
        self.history.add(self.desk.now, what);
    }

    /// The wishes for these details end, and must be replied with that.
    fn end(&mut self, subject: &Subject, expected: &Expected) {
        self.shows.retain(|id, of| {
            if of == subject {
                self.expected.insert(*id, expected.clone());
            }
            of != subject
        });
    }

    /// Details cannot be had: what is kept is shown, or the failure.
    fn unreachable(&mut self, subject: &Subject, code: ErrorCode) {
        let kept = self.history.shown(subject, self.desk.now);
        let expected = kept.map_or(Expected::Failed(code), |(age, number)| Expected::Shown {
            number,
            age,
            offline: true,
        });
        self.end(subject, &expected);
        self.happened(Happened::Unreachable(subject.clone()));
    }

    /// What follows when a provider's questions are asked anew.
    fn asked_anew(&mut self, provider: &str, was_asked: bool) {
        if self.lacks_key(provider) {
            self.waits_for_key |= was_asked;
            let mine = self.shows.values().filter(|of| of.0 == provider).cloned();
            for subject in mine.collect::<Vec<_>>() {
                self.end(&subject, &Expected::Failed(ErrorCode::Unauthorized));
            }
        }
        if !self.is_cut_off(provider) {
            return;
        }
        if was_asked {
            self.happened(Happened::Unreachable(list_of(provider)));
        }
        for subject in self
            .shows
            .values()
            .filter(|of| of.0 == provider)
            .cloned()
            .collect::<Vec<_>>()
        {
            self.unreachable(&subject, ErrorCode::Offline);
        }
    }

    fn was_asked(&self, provider: &str) -> bool {
        let state = self.desk.states.get(provider);
        state.is_some_and(|state| state.state == Phase::Asking)
    }

    fn make(&mut self, op: Op) {
        // No two things happen at the same time.
        self.pass(1);
        match op {
            Op::List(of, refresh) => self.list(of, refresh),
            Op::Show(of, model, refresh) => self.show(PROVIDERS[of], MODELS[model], refresh),
            Op::Changed(of) => {
                let provider = PROVIDERS[of];
                if self.is_configured(provider) {
                    let was_asked = self.was_asked(provider);
                    self.happened(Happened::Changed(provider.to_owned()));
                    self.asked_anew(provider, was_asked);
                    self.desk.changed(provider);
                }
            }
            Op::Clear(of) => self.clear(of),
            Op::Answer(which, said) => {
                let open: Vec<AskId> = self.desk.open.keys().copied().collect();
                if !open.is_empty() {
                    self.answer(open[which % open.len()], said);
                }
            }
            Op::Late(which) => {
                let ask = AskId::try_from(which).expect("small");
                if !self.desk.open.contains_key(&ask) {
                    let before = self.desk.management.stale_answers();
                    self.desk.answer(ask, Ok(page(vec![whole("late:1")])));
                    assert_eq!(self.desk.management.stale_answers(), before + 1);
                }
            }
            Op::Pass(ms) => self.pass(ms),
            Op::Move(of) => self.relocate(of),
            Op::Remove(of) => self.remove(of),
            Op::Online(online) => self.network(online),
            Op::Reload => {
                self.happened(Happened::Reloaded);
                self.shows.clear();
                self.expected.clear();
                self.due.clear();
                self.online = true;
                self.key = KeyState::default();
                self.waits_for_key = false;
                self.desk.reload();
            }
            Op::Key(phase, which) => self.rekey(phase, which),
        }
        self.note_asks();
        self.check();
    }

    fn list(&mut self, of: Option<usize>, refresh: bool) {
        let provider = of.map(|of| PROVIDERS[of]);
        let of: Vec<String> = self
            .desk
            .configs
            .iter()
            .map(|config| config.name.clone())
            .collect();
        let of: Vec<String> = of
            .into_iter()
            .filter(|id| provider.is_none_or(|one| one == *id))
            .collect();
        let mut asks = Vec::new();
        for id in &of {
            let fresh = self.history.fresh(&list_of(id), self.desk.now, POLICY);
            if (refresh || fresh.is_none()) && !self.is_listing(id) {
                if self.lacks_key(id) {
                    self.waits_for_key = true;
                } else if self.is_cut_off(id) {
                    self.happened(Happened::Unreachable(list_of(id)));
                } else {
                    asks.push(id.clone());
                }
            }
        }
        let before = self.desk.asked.len();
        self.desk.request(Request::List {
            provider: provider.map(str::to_owned),
            refresh,
            wait_ms: None,
        });
        let asked: Vec<String> = self
            .desk
            .asked_since(before)
            .iter()
            .filter(|(_, question)| matches!(question, Question::List { .. }))
            .map(|(id, _)| id.clone())
            .collect();
        assert_eq!(asked, asks, "who is asked for a list");
    }

    fn show(&mut self, provider: &str, model: &str, refresh: bool) {
        let subject: Subject = (provider.to_owned(), Some(model.to_owned()));
        let fresh = self
            .history
            .fresh(&subject, self.desk.now, POLICY)
            .filter(|_| !refresh);
        let is_open = self.desk.questions(provider).iter().any(|(_, question)| {
            *question
                == Question::Show {
                    model: model.to_owned(),
                }
        });
        let asks = fresh.is_none()
            && !is_open
            && self.is_configured(provider)
            && !self.is_cut_off(provider)
            && !self.lacks_key(provider);
        let before = self.desk.asked.len();
        let id = self.desk.request(Request::Show {
            provider: provider.to_owned(),
            model: model.to_owned(),
            refresh,
        });
        assert_eq!(
            self.desk.asked_since(before).len(),
            usize::from(asks),
            "whether it is asked"
        );
        if !self.is_configured(provider) {
            self.expected.insert(id, Expected::Failed(ErrorCode::NotFound));
        } else if let Some((age, number)) = fresh {
            let offline = false;
            self.expected.insert(id, Expected::Shown { number, age, offline });
        } else if self.lacks_key(provider) {
            self.expected
                .insert(id, Expected::Failed(ErrorCode::Unauthorized));
        } else {
            self.shows.insert(id, subject.clone());
            if !is_open && self.is_cut_off(provider) {
                self.unreachable(&subject, ErrorCode::Offline);
            }
        }
    }

    fn clear(&mut self, of: Option<usize>) {
        let provider = of.map(|of| PROVIDERS[of]);
        if provider.is_some_and(|provider| !self.is_configured(provider)) {
            return;
        }
        for id in PROVIDERS
            .into_iter()
            .filter(|id| provider.is_none_or(|one| one == *id))
        {
            let was_asked = self.was_asked(id);
            self.happened(Happened::Forgotten(id.to_owned()));
            self.asked_anew(id, was_asked);
        }
        self.desk.request(Request::ClearCache {
            provider: provider.map(str::to_owned),
        });
    }

    fn models(provider: &str, number: u32) -> Vec<ListedModel> {
        let model = |name: &&str| {
            let mut model = if provider == "old" {
                bare(name)
            } else {
                whole(name)
            };
            model.size_bytes = Some(number.into());
            // Every second list of the old server brings new content.
            model.digest = Some(format!("{name} {}", number / 2));
            model
        };
        MODELS.iter().map(model).collect()
    }

    fn answer(&mut self, ask: AskId, said: Said) {
        self.number += 1;
        let number = self.number;
        let (provider, question, _) = self.desk.open[&ask].clone();
        let problem = match said {
            Said::Well => None,
            Said::Dead => Some(dead()),
            Said::Broken => Some(broken()),
            Said::Gone => Some(not_there()),
        };
        let good: Answer = match &question {
            Question::List { .. } => page(Self::models(&provider, number)),
            Question::Running => running(MODELS[0], 1_000 + number),
            Question::Show { .. } => shown(&number.to_string()),
        };
        match &question {
            Question::List { .. } => self.happened(match said {
                Said::Well => Happened::Answered(list_of(&provider), number),
                Said::Dead => Happened::Unreachable(list_of(&provider)),
                Said::Broken | Said::Gone => Happened::Refused(list_of(&provider)),
            }),
            Question::Running => {}
            Question::Show { model } => self.show_answered((provider, Some(model.clone())), said, number),
        }
        self.desk.answer(ask, problem.map_or(Ok(good), Err));
    }

    fn show_answered(&mut self, subject: Subject, said: Said, number: u32) {
        match said {
            Said::Well => {
                let is_kept = self.shows.values().any(|of| *of == subject)
                    || self.history.shown(&subject, self.desk.now).is_some();
                let (age, offline) = (0, false);
                self.end(&subject, &Expected::Shown { number, age, offline });
                if is_kept {
                    self.happened(Happened::Answered(subject, number));
                }
            }
            Said::Dead => self.unreachable(&subject, ErrorCode::CorsOrNetwork),
            Said::Broken => {
                self.end(&subject, &Expected::Failed(ErrorCode::ProviderError));
                self.happened(Happened::Refused(subject));
            }
            Said::Gone => {
                let wished = self.shows.values().any(|of| *of == subject);
                let provider = subject.0.clone();
                self.end(&subject, &Expected::Failed(ErrorCode::NotFound));
                let has_list = self.history.shown(&list_of(&provider), self.desk.now).is_some();
                self.happened(Happened::Gone(subject));
                // The closest names are looked for in a list.
                if wished && !has_list && !self.was_asked(&provider) && self.is_cut_off(&provider) {
                    self.happened(Happened::Unreachable(list_of(&provider)));
                }
            }
        }
    }

    /// Time passes; what is not answered in time is given up.
    fn pass(&mut self, ms: u64) {
        let start = self.desk.now;
        let end = start + ms;
        let mut late: Vec<(u64, AskId)> = self.due.iter().map(|(ask, due)| (*due, *ask)).collect();
        late.retain(|(due, ask)| *due <= end && self.desk.open.contains_key(ask));
        late.sort_unstable();
        for (due, ask) in late {
            self.desk.now = due;
            let (provider, question, _) = self.desk.open[&ask].clone();
            match question {
                Question::List { .. } => self.happened(Happened::Unreachable(list_of(&provider))),
                Question::Running => {}
                Question::Show { model } => self.unreachable(&(provider, Some(model)), ErrorCode::Timeout),
            }
        }
        self.desk.now = start;
        self.desk.pass(ms);
        self.note_asks();
    }

    fn note_asks(&mut self) {
        self.due.retain(|ask, _| self.desk.open.contains_key(ask));
        for ask in self.desk.open.keys() {
            self.due.entry(*ask).or_insert(self.desk.now + 10_000);
        }
    }

    fn relocate(&mut self, of: usize) {
        let provider = PROVIDERS[of];
        let mut configs = self.desk.configs.clone();
        let found = configs.iter_mut().find(|config| config.name == provider);
        let Some(config) = found else { return };
        self.moves += 1;
        let port = 1_000 + self.moves;
        config.host = if provider == "there" {
            format!("https://models.example:{port}")
        } else {
            format!("http://127.0.0.1:{port}")
        };
        let was_asked = self.was_asked(provider);
        self.happened(Happened::Forgotten(provider.to_owned()));
        self.asked_anew(provider, was_asked);
        self.desk.configure(configs);
    }

    /// Removes a provider, or puts it back.
    fn remove(&mut self, of: usize) {
        let provider = PROVIDERS[of];
        let mut configs: Vec<ProviderConfig> = self.desk.configs.clone();
        if self.is_configured(provider) {
            configs.retain(|config| config.name != provider);
            self.happened(Happened::Forgotten(provider.to_owned()));
            let models = self.shows.values().filter(|of| of.0 == provider).cloned();
            for subject in models.collect::<Vec<_>>() {
                self.end(&subject, &Expected::Failed(ErrorCode::NotFound));
            }
            self.waits_for_key &= provider != "keyed";
        } else {
            configs.push(match provider {
                "there" => public(provider),
                "keyed" => keyed(),
                _ => local(provider),
            });
        }
        self.desk.configure(configs);
    }

    fn rekey(&mut self, phase: KeyPhase, which: u32) {
        let provider = "keyed";
        let key = match phase {
            KeyPhase::None => KeyState::default(),
            state => KeyState {
                state,
                keep: Some(KeyKeep::Device),
                fingerprint: Some(which.to_string()),
            },
        };
        let is_other = !key.same_key(&self.key);
        self.key = key.clone();
        let was_asked = self.was_asked(provider);
        if is_other && self.is_configured(provider) {
            self.happened(Happened::Rekeyed(provider.to_owned()));
            self.asked_anew(provider, was_asked);
        }
        let provider = provider.to_owned();
        self.desk.input(Input::KeyChanged { provider, key });
        if self.waits_for_key && self.key.is_ready() && self.is_configured("keyed") {
            assert!(self.is_listing("keyed"), "what waited for the key is asked");
            self.waits_for_key = false;
        }
    }

    fn network(&mut self, online: bool) {
        let is_news = self.online != online;
        self.online = online;
        let before = self.desk.asked.len();
        let mut again = Vec::new();
        for config in &self.desk.configs {
            let outcome = self.history.outcome(&list_of(&config.name));
            let failed = matches!(outcome, Some(Happened::Unreachable(_)));
            if is_news && online && failed && !self.was_asked(&config.name) {
                if self.lacks_key(&config.name) {
                    self.waits_for_key = true;
                } else {
                    again.push(config.name.clone());
                }
            }
        }
        self.desk.input(Input::Online(online));
        let asked = self.desk.asked_since(before).iter();
        let lists = asked.filter(|(_, question)| matches!(question, Question::List { .. }));
        let lists: Vec<String> = lists.map(|(id, _)| id.clone()).collect();
        assert_eq!(lists, again, "who is asked when the network is back");
    }

    fn check(&mut self) {
        for id in self.shows.keys() {
            assert!(self.desk.waiting.contains(id), "{id} was replied to too soon");
        }
        let came: Vec<RequestId> = self.expected.keys().copied().collect();
        for id in came {
            // The closest names of what is not found may take a list.
            if self.desk.waiting.contains(&id) && self.expected[&id] == Expected::Failed(ErrorCode::NotFound)
            {
                continue;
            }
            let expected = self.expected.remove(&id).expect("it is there");
            let got = match &self.desk.replies[&id] {
                Ok(Reply::Shown(details)) => Expected::Shown {
                    number: details
                        .system
                        .as_ref()
                        .and_then(|text| text.parse().ok())
                        .expect("a number"),
                    age: details.age_ms,
                    offline: details.offline,
                },
                Ok(other) => panic!("{other:?}"),
                Err(failure) => Expected::Failed(failure.code),
            };
            assert_eq!(got, expected, "the reply to {id}");
        }
        for state in self.desk.management.providers(self.desk.now) {
            let subject = list_of(&state.id);
            let outcome = self.history.outcome(&subject);
            let kept = self.history.shown(&subject, self.desk.now);
            let lacks_key = self.lacks_key(&state.id);
            let refused = !lacks_key && matches!(outcome, Some(Happened::Refused(_)));
            let visible = kept.filter(|_| !refused);
            let fresh = self.history.fresh(&subject, self.desk.now, POLICY);
            assert_eq!(state.age_ms, visible.map(|(age, _)| age), "{state:?}");
            assert_eq!(state.stale, visible.is_some() && fresh.is_none(), "{state:?}");
            assert_eq!(
                state.offline,
                !lacks_key && matches!(outcome, Some(Happened::Unreachable(_))),
                "{state:?}"
            );
            let code = state.failure.as_ref().map(|failure| failure.code);
            assert!(!lacks_key || code == Some(ErrorCode::Unauthorized), "{state:?}");
            assert_eq!(state.models, if visible.is_some() { 3 } else { 0 });
            if self.is_listing(&state.id) {
                assert_eq!(state.state, Phase::Asking);
            }
            if let Some((_, number)) = kept {
                let told = &self.desk.told[&state.id].0;
                assert_eq!(told[0]["served"]["sizeBytes"], number, "what the core knows");
            }
        }
    }

    /// Nothing is answered any more: everything ends in its time.
    fn come_to_rest(&mut self) {
        for _ in 0..10 {
            self.pass(10_000);
            self.check();
        }
        assert!(self.desk.waiting.is_empty(), "{:?}", self.desk.waiting);
        assert!(self.desk.open.is_empty(), "{:?}", self.desk.open);
        assert!(self.expected.is_empty() && self.shows.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_happens_the_caching_rule_holds(ops in proptest::collection::vec(op(), 1..80)) {
        let mut trial = Trial::new();
        for op in ops {
            trial.make(op);
        }
        trial.come_to_rest();
    }
}
