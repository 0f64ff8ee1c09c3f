//! Keys in use: taken, told, sent to one origin alone, and found in nothing that comes of it.

use std::rc::Rc;

use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::keys::KeyKeep;
use modelyard::management::{KeyPhase, KeyState};
use modelyard::net::scripted::{Answer, Gate, Step};
use modelyard::providers::connection::Finding;
use modelyard::runtime::management::ports::TabWord;
use serde_json::{Value, json as value};

use crate::rust_crypto::RustCrypto;
use crate::world::{Heard, Told, World, head, json, lines, path};
use modelyard::storage::memory_records::MemoryRecords;

pub(crate) const KEY: &str = "sk-canary-0123456789abcdef";
/// One that looks like none.
pub(crate) const PLAIN: &str = "canary/with+odd\"ones\\%";
/// Three providers: two on the internet, one on this device.
pub(crate) const CONFIG: &str = r#"{"providers":{
    "one":{"kind":"ollama","host":"https://one.example"},
    "two":{"kind":"ollama","host":"https://two.example"},
    "here":{"kind":"ollama","host":"http://localhost:11434"},
    "lan":{"kind":"ollama","host":"http://192.168.1.2:11434"}}}"#;

/// A world with an open vault whose servers answer by `script`.
pub(crate) fn world(script: impl FnMut(&modelyard::net::call::CallRequest) -> Answer + 'static) -> World {
    let world = World::with(CONFIG, script);
    world.service.acknowledge_keys();
    open(&world, &MemoryRecords::new(), &RustCrypto::default());
    world
}

pub(crate) fn open(world: &World, records: &MemoryRecords, crypto: &RustCrypto) {
    let (service, records, crypto) = (Rc::clone(&world.service), records.clone(), crypto.clone());
    world.wait(async move { service.open_vault(records, crypto).await });
}

pub(crate) fn empty() -> impl FnMut(&modelyard::net::call::CallRequest) -> Answer + 'static {
    |_| json(200, r#"{"models":[]}"#)
}

pub(crate) fn set(
    world: &World,
    provider: &'static str,
    key: &str,
    keep: KeyKeep,
) -> Result<KeyState, Failure> {
    let (service, key) = (Rc::clone(&world.service), key.to_owned());
    world.wait(async move { service.set_key(provider, key, keep).await })
}

pub(crate) fn forget(world: &World, provider: &'static str) -> Result<(), Failure> {
    let service = Rc::clone(&world.service);
    world.wait(async move { service.forget_key(provider).await })
}

pub(crate) fn state(world: &World, provider: &str) -> KeyPhase {
    world.service.key_state(provider).expect("a provider").state
}

pub(crate) fn list(world: &World, provider: &str) -> Result<modelyard::management::ListReport, Failure> {
    let text = value!({"provider": provider, "refresh": true}).to_string();
    let service = Rc::clone(&world.service);
    world.wait(async move { service.list(&text).await })
}

/// The host and the header of the key of each call.
pub(crate) fn sent(world: &World) -> Vec<(String, Option<String>)> {
    let made = world.calls.made();
    let signatures = world.calls.signatures();
    let hosts = made
        .iter()
        .map(|call| call.url.split('/').nth(2).unwrap_or_default().to_owned());
    let values = signatures
        .into_iter()
        .map(|signature| signature.map(|(name, value)| [name, ": ", &value].concat()));
    hosts.zip(values).collect()
}

fn chat(world: &World, provider: &str) -> Heard {
    let heard = Heard::default();
    let text = value!({"provider":provider,"model":"tiny","messages":[{"role":"user","text":"Hello"}]});
    world
        .service
        .chat(&text.to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(20_000);
    heard
}

/// All that the host was told of anything, as one text.
fn all_told(world: &World) -> String {
    format!("{:?}", world.told())
}

#[test]
fn a_key_that_was_set_is_ready_and_told_without_itself() {
    let world = world(empty());
    assert_eq!(state(&world, "one"), KeyPhase::None);
    let ready = set(&world, "one", &[KEY, "\n"].concat(), KeyKeep::Session).expect("it is taken");
    assert_eq!(
        (ready.state, ready.keep),
        (KeyPhase::Ready, Some(KeyKeep::Session))
    );
    assert!(
        ready
            .fingerprint
            .as_deref()
            .is_some_and(|shown| shown.starts_with("…cdef "))
    );
    assert_eq!(world.service.key_state("one"), Ok(ready.clone()));
    let told = world.told();
    assert!(told.contains(&Told::KeyChanged("one".to_owned(), ready.clone())));
    let shown = told.iter().rev().find_map(|told| match told {
        Told::ProviderChanged(state) if state.id == "one" => Some(state.key.clone()),
        _ => None,
    });
    assert_eq!(shown, Some(ready));
    assert_eq!(*world.tabs.borrow(), [TabWord::Changed]);
    assert!(!all_told(&world).contains("canary"));
}

#[test]
fn a_key_goes_with_each_call_to_its_provider_and_with_no_other() {
    let world = world(empty());
    set(&world, "one", KEY, KeyKeep::Device).expect("it is taken");
    set(&world, "here", "another-key-0001", KeyKeep::Session).expect("it is taken");
    for provider in ["one", "two", "here"] {
        list(&world, provider).expect("a list");
        let _ = chat(&world, provider);
    }
    let sent = sent(&world);
    assert!(sent.len() >= 9, "{sent:?}");
    for (host, header) in sent {
        let expected = match host.as_str() {
            "one.example" => Some(["Authorization: Bearer ", KEY].concat()),
            "localhost:11434" => Some("Authorization: Bearer another-key-0001".to_owned()),
            _ => None,
        };
        assert_eq!(header, expected, "{host}");
    }
    let made = format!("{:?}", world.calls.made());
    assert!(
        !made.contains("canary") && !made.contains("another-key"),
        "no URL, body or other header: {made}"
    );
}

#[test]
fn bad_input_56_to_60_is_refused_without_a_word_of_it_and_changes_nothing() {
    let world = world(empty());
    set(&world, "one", KEY, KeyKeep::Device).expect("it is taken");
    let before = (world.service.key_state("one"), world.told().len());
    for key in [
        "",
        " \n",
        "sk-canary\r\nX-Evil: 1",
        "sk-canary-“smart”",
        "sk-canary\u{200b}",
        &"canary".repeat(200_000),
    ] {
        let failure = set(&world, "one", key, KeyKeep::Device).expect_err("it is none");
        assert_eq!(
            (failure.code, failure.field.as_deref()),
            (ErrorCode::InvalidInput, Some("key"))
        );
        assert!(failure.value.is_none() && !format!("{failure:?}").contains("canary"));
    }
    assert_eq!((world.service.key_state("one"), world.told().len()), before);
}

#[test]
fn without_the_apps_word_no_key_is_taken() {
    let world = World::with(CONFIG, empty());
    open(&world, &MemoryRecords::new(), &RustCrypto::default());
    let failure = set(&world, "one", KEY, KeyKeep::Session).expect_err("it is refused");
    assert_eq!(failure.code, ErrorCode::Unsupported);
    assert!(failure.recovery[0].contains("acknowledgeKeyInBrowser") && failure.recovery[1].contains("proxy"));
    let service = Rc::clone(&world.service);
    let tried = world.wait(async move {
        service
            .test(
                r#"{"kind":"ollama","host":"https://x.example"}"#,
                Some(KEY.to_owned()),
            )
            .await
    });
    assert_eq!(tried.expect_err("it is refused").code, ErrorCode::Unsupported);
    assert!(world.calls.made().is_empty());
}

#[test]
fn a_key_for_an_address_that_others_can_read_is_refused() {
    let world = world(empty());
    let failure = set(&world, "lan", KEY, KeyKeep::Session).expect_err("it is refused");
    assert_eq!(failure.code, ErrorCode::Unsupported);
    assert!(
        failure.message.contains("http://192.168.1.2:11434"),
        "{failure:?}"
    );
    assert_eq!(state(&world, "lan"), KeyPhase::None);
}

#[test]
fn a_key_of_a_provider_that_is_not_configured_is_refused_with_the_closest_names() {
    let world = world(empty());
    let failure = set(&world, "ones", KEY, KeyKeep::Session).expect_err("there is none");
    assert_eq!(failure.code, ErrorCode::NotFound);
    assert!(failure.recovery[0].contains("one"));
    assert_eq!(
        world.service.key_state("ones").expect_err("there is none").code,
        ErrorCode::NotFound
    );
}

#[test]
fn a_forgotten_key_is_not_sent_any_more() {
    let world = world(empty());
    set(&world, "one", KEY, KeyKeep::Device).expect("it is taken");
    forget(&world, "one").expect("it goes");
    assert_eq!(world.service.key_state("one"), Ok(KeyState::default()));
    let before = sent(&world).len();
    list(&world, "one").expect("a list");
    assert!(sent(&world)[before..].iter().all(|(_, header)| header.is_none()));
    forget(&world, "one").expect("twice is no error");
    forget(&world, "never").expect("nor is one there never was");
}

#[test]
fn a_provider_that_moves_does_not_get_the_key_of_the_place_it_had() {
    let world = world(empty());
    set(&world, "one", KEY, KeyKeep::Device).expect("it is taken");
    for host in [
        "https://one.example.evil.com",
        "https://one.example:8443",
        "http://one.example",
        "https://two.example",
    ] {
        world
            .set(
                "options",
                &value!({"providers":{"one":{"kind":"ollama","host":host}}}).to_string(),
            )
            .expect("it is an address");
        assert_eq!(state(&world, "one"), KeyPhase::OtherOrigin, "{host}");
        let before = sent(&world).len();
        let _ = list(&world, "one");
        let _ = chat(&world, "one");
        assert!(sent(&world).len() > before);
        assert!(
            sent(&world)[before..].iter().all(|(_, header)| header.is_none()),
            "{host}"
        );
    }
    // A path, a spelling and a port that goes without saying are the same place.
    for host in ["https://ONE.example:443/ollama", "https://one.example/"] {
        world
            .set(
                "options",
                &value!({"providers":{"one":{"kind":"ollama","host":host}}}).to_string(),
            )
            .expect("it is an address");
        assert_eq!(state(&world, "one"), KeyPhase::Ready, "{host}");
    }
    let told: Vec<KeyPhase> = world
        .told()
        .iter()
        .filter_map(|told| match told {
            Told::KeyChanged(_, key) => Some(key.state),
            _ => None,
        })
        .collect();
    assert_eq!(told, [KeyPhase::Ready, KeyPhase::OtherOrigin, KeyPhase::Ready]);
}

#[test]
fn a_redirect_is_not_followed_with_a_key() {
    let world = world(|_| Answer::new(head(302, "text/html")));
    set(&world, "one", KEY, KeyKeep::Session).expect("it is taken");
    let before = sent(&world).len();
    let _ = list(&world, "one");
    let after = sent(&world);
    assert!(after.len() > before && after.iter().all(|(host, _)| host == "one.example"));
}

/// Bad input 68: what a server echoes is in no error, event, list or record.
#[test]
fn a_key_that_a_server_echoes_gets_nowhere() {
    for key in [KEY, PLAIN] {
        let escaped = serde_json::to_string(key).expect("JSON");
        let percent = key
            .bytes()
            .fold(String::new(), |all, byte| all + &format!("%{byte:02x}"));
        let words = format!("bad key {percent} or {}", escaped.trim_matches('"'));
        let error = value!({"error": words}).to_string();
        let models =
            value!({"models":[{"name":"tiny","details":{"family":key,"format":percent}}]}).to_string();
        let stream_error = format!(r#"{{"error":{escaped}}}"#);
        for status in [200, 401, 500] {
            let (error, models, stream_error) = (error.clone(), models.clone(), stream_error.clone());
            let records = MemoryRecords::new();
            let world = World::with(CONFIG, move |call| match (path(call), status) {
                ("/api/tags", 200) => json(200, &models),
                ("/api/chat", 200) => lines(&[&stream_error]),
                ("/api/ps", 200) => json(200, r#"{"models":[]}"#),
                _ => json(status, &error),
            });
            world.service.acknowledge_keys();
            let (service, stored) = (Rc::clone(&world.service), records.clone());
            world.wait(async move { service.open(stored, true).await });
            open(&world, &MemoryRecords::new(), &RustCrypto::default());
            set(&world, "one", key, KeyKeep::Session).expect("it is taken");
            let listed = format!("{:?}", list(&world, "one"));
            let ended = format!("{:?}", chat(&world, "one").end());
            let service = Rc::clone(&world.service);
            let tested = world.wait(async move { service.test(r#"{"provider":"one"}"#, None).await });
            let service = Rc::clone(&world.service);
            let shown = world.wait(async move { service.show(r#"{"provider":"one","model":"tiny"}"#).await });
            world.pass(5_000);
            let stored = format!("{records:?}");
            let all = [
                listed,
                ended,
                format!("{tested:?}"),
                format!("{shown:?}"),
                stored,
                all_told(&world),
            ]
            .concat();
            assert!(
                all.contains("[redacted]"),
                "{status}: something was echoed: {all}"
            );
            for spelling in [key, &percent, "canary"] {
                assert!(!all.contains(spelling), "{status}: {spelling} in {all}");
            }
        }
    }
}

#[test]
fn the_browsers_words_for_a_broken_call_lose_the_key() {
    let world = world(|_| {
        Answer::failed(modelyard::net::NetError::Failed {
            message: format!("Failed to fetch https://x/?{PLAIN}"),
        })
    });
    set(&world, "one", PLAIN, KeyKeep::Session).expect("it is taken");
    let end = chat(&world, "one").end().expect_err("it breaks");
    assert_eq!(
        end.cause.as_deref(),
        Some("Failed to fetch https://x/?[redacted]")
    );
}

#[test]
fn an_echo_that_comes_after_its_key_was_forgotten_is_taken_out_still() {
    let gate = Gate::new();
    let open_gate = gate.clone();
    let world = world(move |call| match path(call) {
        "/api/chat" => json(401, &value!({"error": PLAIN}).to_string()).insert(0, Step::Wait(gate.clone())),
        _ => json(200, r#"{"models":[]}"#),
    });
    set(&world, "one", PLAIN, KeyKeep::Session).expect("it is taken");
    let heard = Heard::default();
    let text = value!({"provider":"one","model":"tiny","messages":[{"role":"user","text":"Hello"}]});
    world
        .service
        .chat(&text.to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(100);
    forget(&world, "one").expect("it goes");
    open_gate.open();
    world.pass(1_000);
    let failure = heard.end().expect_err("it is refused");
    assert!(
        failure.message.contains("[redacted]") && !format!("{failure:?}").contains("canary"),
        "{failure:?}"
    );
}

#[test]
fn a_key_can_be_tried_without_being_kept() {
    let world = world(|call| match &call.key {
        Some(_) => json(200, r#"{"version":"1"}"#),
        None => json(401, r#"{"error":"who are you"}"#),
    });
    let service = Rc::clone(&world.service);
    let tried = world.wait(async move {
        service
            .test(
                r#"{"kind":"ollama","host":"https://new.example"}"#,
                Some(KEY.to_owned()),
            )
            .await
    });
    assert!(tried.expect("a report").ok);
    assert_eq!(
        sent(&world),
        [(
            "new.example".to_owned(),
            Some(["Authorization: Bearer ", KEY].concat())
        )]
    );
    let service = Rc::clone(&world.service);
    let again = world.wait(async move {
        service
            .test(r#"{"kind":"ollama","host":"https://new.example"}"#, None)
            .await
    });
    assert_eq!(again.expect("a report").finding, Finding::BadKey);
    let service = Rc::clone(&world.service);
    let lan = world.wait(async move {
        service
            .test(
                r#"{"kind":"ollama","host":"http://10.0.0.1"}"#,
                Some(KEY.to_owned()),
            )
            .await
    });
    assert_eq!(lan.expect_err("it is refused").code, ErrorCode::Unsupported);
    let service = Rc::clone(&world.service);
    let bad = world.wait(async move { service.test(r#"{"kind":"ollama"}"#, Some("a b".to_owned())).await });
    assert_eq!(bad.expect_err("it is none").field.as_deref(), Some("key"));
}

#[test]
fn a_set_key_is_asked_for_anew_what_was_refused_without_it() {
    let world = world(|call| match (&call.key, path(call)) {
        (None, _) => json(401, r#"{"error":"who are you"}"#),
        (_, "/api/tags") => json(200, r#"{"models":[{"name":"tiny"}]}"#),
        _ => json(200, r#"{"models":[]}"#),
    });
    let _ = list(&world, "one");
    set(&world, "one", KEY, KeyKeep::Session).expect("it is taken");
    world.pass(1_000);
    let states = world.service.providers();
    let one = states
        .iter()
        .find(|state| state.id == "one")
        .expect("it is configured");
    assert_eq!((one.models, one.failure.as_ref()), (1, None));
    // Another key may be good for other models.
    let before = sent(&world).len();
    set(&world, "one", "another-key-0001", KeyKeep::Session).expect("it is taken");
    world.pass(1_000);
    assert!(
        sent(&world)[before..]
            .iter()
            .any(|(_, header)| header.as_deref() == Some("Authorization: Bearer another-key-0001"))
    );
}

#[test]
fn two_keys_of_one_provider_set_at_once_leave_the_second() {
    let world = world(empty());
    let (one, other) = (Rc::clone(&world.service), Rc::clone(&world.service));
    world.executor.spawn(async move {
        drop(
            one.set_key("one", "first-key-00001".to_owned(), KeyKeep::Device)
                .await,
        );
    });
    world
        .wait(async move {
            other
                .set_key("one", "second-key-0002".to_owned(), KeyKeep::Session)
                .await
        })
        .expect("it is taken");
    let key = world.service.key_state("one").expect("a provider");
    assert_eq!(key.keep, Some(KeyKeep::Session));
    list(&world, "one").expect("a list");
    let last = sent(&world).pop().expect("a call");
    assert_eq!(last.1.as_deref(), Some("Authorization: Bearer second-key-0002"));
}

/// Bad input 64 and 65: there is no way to a header but the enumeration of those there are.
#[test]
fn bad_input_64_and_65_no_configuration_sets_a_header() {
    let world = world(|call| match path(call) {
        "/api/chat" => lines(&[r#"{"message":{"content":"x"},"done":true,"done_reason":"stop"}"#]),
        _ => json(200, r#"{"models":[]}"#),
    });
    set(&world, "one", KEY, KeyKeep::Session).expect("it is taken");
    let headers = value!({"Host":"evil","Origin":"https://evil","Sec-Fetch-Mode":"y","X-Evil":"z"});
    let own = value!({"kind":"ollama","host":"https://one.example","headers":headers,"options":{"headers":headers}});
    let config = value!({"providers":{"one":own}});
    world
        .set("options", &config.to_string())
        .expect("what is not known has no effect");
    let _ = chat(&world, "one");
    for call in world.calls.made() {
        assert!(
            call.headers
                .iter()
                .all(|(name, _)| ["Accept", "Content-Type"].contains(name)),
            "{call:?}"
        );
    }
    let signed = sent(&world).into_iter().filter_map(|(_, header)| header);
    assert!(
        signed.clone().count() > 0
            && signed
                .into_iter()
                .all(|header| header == ["Authorization: Bearer ", KEY].concat())
    );
}

#[test]
fn what_the_host_is_told_is_values_with_a_fingerprint_and_no_key() {
    let world = world(empty());
    let key: Value =
        serde_json::to_value(set(&world, "one", KEY, KeyKeep::Device).expect("it is taken")).expect("JSON");
    assert_eq!(key["state"], "ready");
    assert_eq!(key["keep"], "device");
    assert_eq!(key.as_object().map(serde_json::Map::len), Some(3));
}

#[test]
fn bad_input_17_an_address_that_is_none_gets_nothing() {
    let world = world(empty());
    set(&world, "one", KEY, KeyKeep::Session).expect("it is taken");
    let config = value!({"providers":{"one":{"kind":"ollama","host":"https://one.example."}}});
    let before = sent(&world).len();
    if world.set("options", &config.to_string()).is_ok() {
        let _ = list(&world, "one");
    }
    assert!(
        sent(&world)[before..]
            .iter()
            .all(|(host, header)| host == "one.example" || header.is_none())
    );
}

#[test]
fn after_it_was_closed_nothing_is_held() {
    let world = world(empty());
    set(&world, "one", KEY, KeyKeep::Device).expect("it is taken");
    let service = Rc::clone(&world.service);
    world.wait(async move { service.close().await });
    assert_eq!(state(&world, "one"), KeyPhase::None);
}

#[test]
fn two_providers_at_one_origin_do_not_share_a_key() {
    let world = world(empty());
    let twins = value!({"providers":{
        "one":{"kind":"ollama","host":"https://one.example"},
        "two":{"kind":"ollama","host":"https://one.example/other"}}});
    world.set("options", &twins.to_string()).expect("it is right");
    set(&world, "one", KEY, KeyKeep::Session).expect("it is taken");
    world.pass(1_000);
    let before = sent(&world).len();
    list(&world, "two").expect("a list");
    let after = sent(&world);
    assert!(after.len() > before && after[before..].iter().all(|(_, header)| header.is_none()));
}
