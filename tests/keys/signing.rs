//! Where a key is sent: to the origin it is bound to, as both who signs and who sends reads it.

use std::rc::Rc;

use modelyard::engine::Zone;
use modelyard::keys::{Live, Redactor, Secret};
use modelyard::net::call::{CallRequest, Calls};
use modelyard::net::scripted::Answer;
use modelyard::net::scripted_calls::ScriptedCalls;
use modelyard::net::signing::{SignedBy, may_carry_keys};
use modelyard::net::{NetError, ResponseHead};
use proptest::prelude::*;

const KEY: &str = "sk-canary-0123456789abcdef";
const HOME: &str = "https://api.example";

/// URLs that are of another origin, however they look (bad input 13–15, 17, 18).
const ELSEWHERE: [&str; 14] = [
    "https://api.example.evil.com/v1",
    "https://api.example@evil.com/v1",
    "https://api.example\\@evil.com/v1",
    "https://evil.com/https://api.example/v1",
    "https://evil.com?https://api.example/v1",
    "https://api.example:8443/v1",
    "https://api.example./v1",
    "http://api.example/v1",
    "https:api.example/v1",
    "//api.example/v1",
    "https://\u{430}pi.example/v1",
    "https://api.exampl\u{435}/v1",
    "data:https://api.example/",
    "",
];

fn live() -> Rc<Live> {
    Redactor::default().watch(Secret::check(KEY.to_owned()).unwrap())
}

fn signed(origin: &str, url: &str) -> Option<SignedBy> {
    SignedBy::new("x-api-key", "", live(), origin, url)
}

fn value(signed: &SignedBy, origin: &str) -> Option<String> {
    signed.value_at(origin).map(|value| value.as_str().to_owned())
}

#[test]
fn a_call_to_the_origin_of_its_key_is_signed() {
    for url in [
        "https://api.example/v1/models?limit=1",
        "https://api.example",
        "https://api.example#x",
        "https://api.example?x",
    ] {
        let signed = signed(HOME, url).expect("it goes there");
        assert_eq!(value(&signed, HOME).as_deref(), Some(KEY));
    }
    let bearer = SignedBy::new("Authorization", "Bearer ", live(), HOME, "https://api.example/")
        .expect("it goes there");
    assert_eq!(value(&bearer, HOME), Some(["Bearer ", KEY].concat()));
}

#[test]
fn a_call_to_another_origin_is_not_signed() {
    for url in ELSEWHERE {
        assert_eq!(signed(HOME, url), None, "{url}");
    }
}

#[test]
fn whoever_sends_it_gets_the_key_for_its_origin_alone() {
    let signed = signed(HOME, "https://api.example/v1").expect("it goes there");
    for origin in [
        "https://evil.com",
        "https://api.example/",
        "https://API.example",
        "http://api.example",
        "null",
        "",
    ] {
        assert_eq!(value(&signed, origin), None, "{origin}");
    }
}

#[test]
fn only_https_and_this_device_carry_keys() {
    for origin in [
        "https://api.example",
        "http://localhost:11434",
        "http://127.0.0.1",
        "http://127.1.2.3:8080",
        "http://[::1]:8080",
    ] {
        assert!(may_carry_keys(origin), "{origin}");
        assert!(signed(origin, &[origin, "/v1"].concat()).is_some());
    }
    for origin in [
        "http://api.example",
        "http://192.168.1.2",
        "http://10.0.0.1:80",
        "http://localhost.evil.com",
        "ftp://localhost",
        "null",
        "",
    ] {
        assert!(!may_carry_keys(origin), "{origin}");
        assert!(signed(origin, &[origin, "/v1"].concat()).is_none());
    }
}

/// What was signed for one origin is changed on its way: the port notices.
#[test]
fn a_call_that_is_sent_elsewhere_than_it_was_signed_for_is_not_sent() {
    // A backslash is a slash to whoever sends it, so that one does go there.
    for url in ELSEWHERE.iter().filter(|url| !url.contains('\\')) {
        let net = ScriptedCalls::new(|_| Answer::new(ResponseHead::default()));
        let request = CallRequest {
            method: "GET",
            url: (*url).to_owned(),
            headers: Vec::new(),
            key: signed(HOME, "https://api.example/v1"),
            body: Vec::new(),
            zone: Zone::Public,
        };
        let stop = net.stop_button();
        let outcome = std::pin::pin!(net.call(request, &stop))
            .poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        let std::task::Poll::Ready(outcome) = outcome else {
            panic!("nothing is waited for")
        };
        assert_eq!(outcome.err(), Some(NetError::InvalidUrl), "{url}");
        assert!(net.made().is_empty());
    }
}

#[test]
fn a_signed_call_can_be_printed() {
    let signed = signed(HOME, "https://api.example/v1");
    assert_eq!(format!("{signed:?}"), "Some(x-api-key to https://api.example)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_url_that_does_not_begin_with_its_origin_is_signed(url in "(https?:|//|api|example|[.]|:|@|/|[?]|#|443|\\\\|evil){0,9}") {
        if signed(HOME, &url).is_some() {
            let rest = url.strip_prefix(HOME);
            prop_assert!(rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#'])), "{}", url);
        }
    }
}
