//! Providers of every kind: which are asked what, and what they need before they are.

use modelyard::config::ProviderConfig;
use modelyard::engine::failure::ErrorCode;
use modelyard::management::{
    Answer, Input, KeyKeep, KeyPhase, KeyState, Management, Phase, Question, Request,
};
use modelyard::providers::Ability;
use modelyard::providers::listed::{ListedModel, Listing, ShownModel};

use crate::desk::{Desk, POLICY, bare, broken, config, dead, list_of, local, not_there, page, whole};

fn of_kind(name: &str, kind: &str, host: &str) -> ProviderConfig {
    ProviderConfig {
        kind: kind.to_owned(),
        ..config(name, host)
    }
}

fn claude() -> ProviderConfig {
    of_kind("claude", "anthropic", "https://api.anthropic.com")
}

fn flat() -> ProviderConfig {
    of_kind("flat", "openai", "http://127.0.0.1:8080/v1")
}

fn hub() -> ProviderConfig {
    of_kind("hub", "huggingface", "https://huggingface.co")
}

fn with_models(config: ProviderConfig, models: &[&str]) -> ProviderConfig {
    ProviderConfig {
        models: models.iter().map(|name| (*name).to_owned()).collect(),
        ..config
    }
}

fn key(desk: &mut Desk, provider: &str, state: KeyPhase) {
    let key = KeyState {
        state,
        keep: (state != KeyPhase::None).then_some(KeyKeep::Device),
        fingerprint: (state != KeyPhase::None).then(|| "one".to_owned()),
    };
    let provider = provider.to_owned();
    desk.input(Input::KeyChanged { provider, key });
}

/// With a key.
fn open(configs: Vec<ProviderConfig>) -> Desk {
    let mut desk = Desk::new(configs);
    key(&mut desk, "claude", KeyPhase::Ready);
    desk
}

#[test]
fn every_kind_is_asked_by_its_own_questions() {
    let mut desk = open(vec![
        local("ollama"),
        claude(),
        flat(),
        hub(),
        of_kind("router", "openrouter", "https://openrouter.ai/api/v1"),
    ]);
    desk.list();
    let asked = |provider: &str| desk.questions(provider).len();
    // Its models, and what it has in memory.
    assert_eq!(asked("ollama"), 2);
    for provider in ["claude", "flat", "router"] {
        assert_eq!(asked(provider), 1, "{provider}");
    }
    assert_eq!(asked("hub"), 0, "a source has no list");
    assert_eq!(desk.states["hub"].state, Phase::Unknown);
}

#[test]
fn a_provider_says_what_it_can_do() {
    let desk = Desk::new(vec![local("ollama"), claude(), hub()]);
    let can = |provider: &str, ability| desk.states[provider].abilities.contains(&ability);
    assert!(can("ollama", Ability::Pull) && can("ollama", Ability::Version));
    assert!(can("claude", Ability::Chat) && !can("claude", Ability::Pull));
    assert!(can("hub", Ability::Search) && !can("hub", Ability::Chat));
    let json = serde_json::to_value(&desk.states["ollama"]).expect("JSON");
    assert_eq!(json["abilities"][3], "servedContext");
}

#[test]
fn without_its_key_a_kind_that_needs_one_is_asked_nothing_and_says_so() {
    let mut desk = Desk::new(vec![claude(), flat()]);
    for (state, words) in [
        (KeyPhase::None, "needs a key"),
        (KeyPhase::Locked, "locked"),
        (KeyPhase::OtherOrigin, "for another"),
        (KeyPhase::Unreadable, "cannot be read"),
    ] {
        key(&mut desk, "claude", state);
        let list = desk.refresh("claude");
        let show = desk.show("claude", "m");
        assert!(desk.questions("claude").is_empty(), "{state:?}");
        let said = desk.one(list);
        assert_eq!((said.state, said.offline), (Phase::Failing, false), "{state:?}");
        let failure = said.failure.clone().expect("why");
        assert_eq!(failure.code, ErrorCode::Unauthorized);
        assert!(
            failure.message.contains("claude") && failure.message.contains(words),
            "{}",
            failure.message
        );
        assert!(!failure.retryable && failure.recovery.len() == 1, "{failure:?}");
        assert_eq!(*desk.failure(show), failure);
        let ready = desk.management.ready("claude").map(drop);
        assert_eq!(ready, Err(failure), "chats neither");
    }
    assert!(
        desk.management.ready("flat").is_ok(),
        "whether that needs one only it knows"
    );
    key(&mut desk, "claude", KeyPhase::Ready);
    assert!(desk.management.ready("claude").is_ok());
}

#[test]
fn what_was_wished_without_a_key_is_asked_when_the_key_comes() {
    let mut desk = Desk::new(vec![claude()]);
    key(&mut desk, "claude", KeyPhase::Ready);
    assert!(desk.asked.is_empty(), "nobody wished for anything");
    key(&mut desk, "claude", KeyPhase::None);
    desk.list();
    key(&mut desk, "claude", KeyPhase::Locked);
    assert!(desk.asked.is_empty());
    key(&mut desk, "claude", KeyPhase::Ready);
    desk.answer_list("claude", Ok(list_of(&["m"])));
    assert_eq!(desk.names("claude"), ["m"]);
    assert_eq!(desk.states["claude"].state, Phase::Ok);
    let before = desk.asked.len();
    key(&mut desk, "claude", KeyPhase::Locked);
    key(&mut desk, "claude", KeyPhase::Ready);
    assert_eq!(desk.asked_since(before), [], "once");
}

#[test]
fn a_list_from_before_the_key_was_locked_is_still_there() {
    let mut desk = open(vec![claude()]);
    desk.list();
    desk.answer_list("claude", Ok(list_of(&["m"])));
    key(&mut desk, "claude", KeyPhase::Locked);
    let state = &desk.states["claude"];
    assert_eq!(
        (state.state, state.models, state.stale),
        (Phase::Failing, 1, false)
    );
    assert_eq!(desk.names("claude"), ["m"]);
}

#[test]
fn a_wish_for_details_ends_when_the_key_goes() {
    let mut desk = open(vec![claude()]);
    let show = desk.show("claude", "m");
    key(&mut desk, "claude", KeyPhase::None);
    assert_eq!(desk.failure(show).code, ErrorCode::Unauthorized);
    assert!(desk.open.is_empty());
}

#[test]
fn the_list_of_a_hosted_provider_says_all_so_no_model_is_asked_for() {
    let mut desk = open(vec![claude()]);
    let list = desk.list();
    desk.answer_list("claude", Ok(page(vec![bare("a"), bare("b")])));
    assert!(desk.open.is_empty(), "{:?}", desk.open);
    assert_eq!(desk.one(list).models, 2);
}

#[test]
fn details_of_a_hosted_model_are_its_own_over_those_of_the_list() {
    let mut desk = open(vec![claude()]);
    desk.list();
    let mut listed = whole("m");
    listed.max_output = Some(8_192);
    desk.answer_list("claude", Ok(page(vec![listed])));
    let show = desk.show("claude", "m");
    let ask = desk.show_ask("claude", "m");
    let said = ShownModel {
        listed: ListedModel {
            context: Some(200_000),
            ..ListedModel::default()
        },
        ..ShownModel::default()
    };
    desk.answer(ask, Ok(Answer::Shown(Box::new(said))));
    let details = desk.details(show);
    assert_eq!(
        (details.context_window, details.max_output_tokens),
        (Some(200_000), Some(8_192))
    );
    assert_eq!(desk.management.known_max_output("claude", "m"), Some(8_192));
    assert_eq!(desk.management.known_max_output("claude", "n"), None);
}

#[test]
fn where_there_is_no_question_for_one_model_its_details_are_those_of_the_list() {
    let mut desk = Desk::new(vec![flat()]);
    let show = desk.show("flat", "a:1");
    let wrong = desk.show("flat", "a:2");
    assert_eq!(
        desk.questions("flat")
            .into_iter()
            .map(|(_, question)| question)
            .collect::<Vec<_>>(),
        [Question::List { after: None }]
    );
    desk.answer_list("flat", Ok(list_of(&["a:1", "b:1"])));
    assert_eq!(desk.details(show).id, "flat/a:1");
    assert_eq!(desk.details(show).context_window, Some(131_072));
    let failure = desk.failure(wrong);
    assert_eq!(failure.code, ErrorCode::NotFound);
    assert!(failure.recovery[0].contains("flat/a:1"), "{:?}", failure.recovery);
    let before = desk.asked.len();
    let again = desk.show("flat", "b:1");
    assert_eq!(desk.asked_since(before), [], "the list is fresh");
    assert!(!desk.details(again).stale);
}

#[test]
fn m3_details_out_of_an_old_list_are_shown_only_while_the_provider_is_gone() {
    let mut desk = Desk::new(vec![flat()]);
    desk.list();
    desk.answer_list("flat", Ok(list_of(&["a:1"])));
    desk.pass(61_000);
    let show = desk.show("flat", "a:1");
    desk.answer_list("flat", Err(dead()));
    let details = desk.details(show);
    assert_eq!(
        (details.offline, details.stale, details.age_ms),
        (true, true, 61_000)
    );
    let other = desk.show("flat", "b:1");
    desk.answer_list("flat", Err(dead()));
    assert_eq!(desk.failure(other).code, ErrorCode::CorsOrNetwork);
    let show = desk.show("flat", "a:1");
    desk.answer_list("flat", Err(broken()));
    assert_eq!(desk.failure(show).code, ErrorCode::ProviderError);
    let show = desk.show("flat", "a:1");
    desk.answer_list("flat", Err(not_there()));
    assert_eq!(desk.failure(show).code, ErrorCode::NotFound);
}

#[test]
fn a_source_has_no_details_to_ask_for() {
    let mut desk = Desk::new(vec![hub()]);
    let show = desk.show("hub", "a/b");
    assert_eq!(desk.failure(show).code, ErrorCode::Unsupported);
    assert!(desk.asked.is_empty());
}

#[test]
fn a_list_that_the_configuration_gives_is_there_at_once_and_never_asked_for() {
    let mut desk = Desk::new(vec![with_models(flat(), &["a", "b", "a", "x y"])]);
    assert_eq!(desk.names("flat"), ["a", "b"]);
    let list = desk.refresh("flat");
    assert!(desk.asked.is_empty());
    let state = desk.one(list);
    assert_eq!(
        (state.state, state.models, state.left_out, state.stale),
        (Phase::Ok, 2, 2, false)
    );
    desk.pass(3_600_000);
    desk.changed("flat");
    let list = desk.list();
    assert!(desk.asked.is_empty());
    assert!(!desk.one(list).stale, "it is what it is");
    let show = desk.show("flat", "b");
    assert_eq!(desk.details(show).name, "b");
    desk.request(Request::ClearCache { provider: None });
    assert_eq!(desk.one(list).models, 2);
    let list = desk.list();
    assert_eq!((desk.one(list).models, desk.stored.len()), (2, 0));
}

#[test]
fn a_list_that_the_configuration_gives_no_more_is_gone_and_asked_for() {
    let mut desk = Desk::new(vec![with_models(flat(), &["a"])]);
    desk.configure(vec![with_models(flat(), &["b", "c"])]);
    assert_eq!(desk.names("flat"), ["b", "c"]);
    desk.configure(vec![flat()]);
    assert_eq!(desk.names("flat"), Vec::<String>::new());
    desk.list();
    desk.answer_list("flat", Ok(list_of(&["d"])));
    assert_eq!(desk.names("flat"), ["d"]);
    desk.configure(vec![with_models(flat(), &["e"])]);
    assert_eq!(desk.names("flat"), ["e"]);
    assert!(
        desk.stored.is_empty(),
        "what it said itself is not its list any more"
    );
    desk.reload();
    assert_eq!(desk.names("flat"), ["e"]);
}

#[test]
fn a_round_under_way_ends_where_the_configuration_gives_the_list() {
    let mut desk = Desk::new(vec![flat()]);
    let list = desk.list();
    desk.configure(vec![with_models(flat(), &["a"])]);
    assert!(desk.open.is_empty());
    assert_eq!(desk.one(list).models, 1);
}

#[test]
fn a_list_has_20_pages_at_most() {
    let mut desk = open(vec![claude()]);
    let list = desk.list();
    for number in 1..=20 {
        let listing = Listing {
            models: vec![whole(&format!("m{number}"))],
            next: Some(format!("after-{number}")),
            ..Listing::default()
        };
        desk.answer_list("claude", Ok(Answer::Listed(listing)));
    }
    assert!(desk.open.is_empty());
    assert_eq!(desk.one(list).state, Phase::Failing);
}

#[test]
fn a_list_in_pages_has_5_000_models_at_most() {
    let many = |from: usize, next: Option<&str>| {
        Answer::Listed(Listing {
            models: (from..from + 2_500)
                .map(|number| whole(&format!("m{number}")))
                .collect(),
            next: next.map(str::to_owned),
            ..Listing::default()
        })
    };
    let mut desk = open(vec![claude()]);
    let list = desk.list();
    desk.answer_list("claude", Ok(many(0, Some("2"))));
    desk.answer_list("claude", Ok(many(2_500, None)));
    assert_eq!(desk.one(list).models, 5_000);
    let list = desk.refresh("claude");
    desk.answer_list("claude", Ok(many(0, Some("2"))));
    desk.answer_list("claude", Ok(many(2_500, Some("3"))));
    desk.answer_list("claude", Ok(page(vec![whole("more")])));
    assert_eq!(desk.one(list).state, Phase::Failing);
}

/// Twenty providers: every second good, the rest dead or hanging by turns.
fn twenty() -> Vec<ProviderConfig> {
    let name = |at: usize| match at % 4 {
        0 | 2 => format!("good-{at}"),
        1 => format!("dead-{at}"),
        _ => format!("hangs-{at}"),
    };
    (0..20)
        .map(|at| {
            of_kind(
                &name(at),
                "openai",
                &format!("http://127.0.0.1:{}/v1", 9_000 + at),
            )
        })
        .collect()
}

#[test]
fn fault_43_of_20_providers_the_10_good_ones_are_told_while_5_are_dead_and_5_hang() {
    let configs = twenty();
    let names: Vec<String> = configs.iter().map(|config| config.name.clone()).collect();
    let mut desk = Desk::new(configs);
    let list = desk.list();
    for name in &names {
        // Nobody waits for anybody: all are asked before anyone answers.
        desk.list_ask(name);
    }
    desk.pass(5);
    for name in &names {
        match name.as_str() {
            name if name.starts_with("dead") => desk.answer_list(name, Err(dead())),
            name if name.starts_with("good") => desk.answer_list(name, Ok(list_of(&["m"]))),
            _ => {}
        }
        if name.starts_with("good") {
            assert_eq!(desk.names(name), ["m"], "the core hears of each by itself");
        }
    }
    let good = |desk: &Desk| {
        desk.told
            .values()
            .filter(|(models, _)| models[0]["name"] == "m")
            .count()
    };
    assert_eq!(good(&desk), 10);
    assert!(
        desk.waiting.contains(&list),
        "the promise waits for those that hang"
    );
    // Whoever shows lists as they come does not.
    let now = desk.request(Request::List {
        provider: None,
        refresh: false,
        wait_ms: Some(0),
    });
    let states = &desk.report(now).providers;
    let count = |phase| states.iter().filter(|state| state.state == phase).count();
    assert_eq!(
        (count(Phase::Ok), count(Phase::Asking)),
        (10, 10),
        "dead ones are tried again"
    );
    assert_eq!(states.iter().map(|state| state.models).sum::<u32>(), 10);
    desk.pass(2_000);
    assert_eq!(desk.report(list).providers.len(), 20);
}

#[test]
fn whoever_waits_for_nothing_is_told_what_there_is() {
    let mut desk = Desk::new(vec![flat()]);
    let wait = |desk: &mut Desk, wait_ms| {
        desk.request(Request::List {
            provider: None,
            refresh: true,
            wait_ms: Some(wait_ms),
        })
    };
    let at_once = wait(&mut desk, 0);
    assert_eq!(desk.one(at_once).state, Phase::Asking);
    let soon = wait(&mut desk, 100);
    desk.pass(99);
    assert!(desk.waiting.contains(&soon));
    desk.pass(1);
    assert_eq!(desk.one(soon).state, Phase::Asking);
    desk.answer_list("flat", Ok(list_of(&["a"])));
    assert_eq!(desk.names("flat"), ["a"]);
}

#[test]
fn a_clock_that_jumps_does_not_make_a_given_list_old() {
    let mut management = Management::default();
    let configs = vec![with_models(flat(), &["a"])];
    management.handle(Input::SetProviders(configs, POLICY), 1_000);
    let state = management.providers(5).remove(0);
    assert_eq!((state.stale, state.models), (false, 1));
}
