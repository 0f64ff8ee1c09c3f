//! What comes when something goes wrong, in each server's own words.

use modelyard::providers::error::{ProviderErrorKind, RetryAfter};
use modelyard::providers::{Kind, Provider, ProviderError};
use modelyard_testserver::standin::Vendor;
use serde_json::{Value, json};

use super::{Answering, FAMILY, KEY, Stand, feed, says};

/// The error of a chat, asked once.
fn error(stand: &Stand, text: &str) -> ProviderError {
    let call = stand.provider.chat(&says(text)).expect("a request");
    let (head, body) = Answering::signed(&stand.provider, &call.request, KEY).whole();
    feed(call, head, [body.as_slice()]).1.expect_err("a refusal")
}

/// The error of a word.
fn of_word(row: (Vendor, Kind, Option<super::Spoken>), word: &str) -> ProviderError {
    let stand = Stand::of(row, json!({ "faults": [{ "on": "any", "error": word }] }));
    error(&stand, "hello")
}

fn row(vendor: Vendor) -> (Vendor, Kind, Option<super::Spoken>) {
    FAMILY
        .into_iter()
        .find(|row| row.0 == vendor)
        .expect("in the table")
}

#[test]
fn every_server_says_that_the_window_is_full_and_most_say_how_full() {
    for row in FAMILY {
        let stand = Stand::of(row, json!({ "models": [{ "id": "one", "contextLength": 3000 }] }));
        let found = error(&stand, &"word ".repeat(4000));
        let ProviderErrorKind::ContextExceeded {
            prompt_tokens,
            context_tokens,
        } = found.kind
        else {
            panic!("{row:?}: {found:?}");
        };
        let expected = match row.0 {
            Vendor::Groq => (None, None),
            _ => (Some(4004), Some(3000)),
        };
        // What is counted in may hold the room for the answer too.
        assert_eq!(context_tokens, expected.1, "{row:?}: {found:?}");
        assert!(prompt_tokens >= expected.0, "{row:?}: {found:?}");
    }
}

#[test]
fn every_server_knows_its_key() {
    for row in FAMILY {
        let stand = Stand::of(row, json!({}));
        let check = |key: &str| {
            let call = stand.provider.check_key().expect("a request");
            let (head, body) = Answering::signed(&stand.provider, &call.request, key).whole();
            feed(call, head, [body.as_slice()]).1
        };
        check(KEY).unwrap_or_else(|error| panic!("{row:?}: {error:?}"));
        // llama.cpp lists for everyone.
        if row.0 != Vendor::LlamaCpp {
            assert_eq!(
                check("wrong").expect_err("a wrong key").kind,
                ProviderErrorKind::Unauthorized,
                "{row:?}"
            );
        }
        for word in ["badKey", "noKey"] {
            let kind = of_word(row, word).kind;
            let expected = [ProviderErrorKind::Unauthorized, ProviderErrorKind::Forbidden];
            assert!(expected.contains(&kind), "{row:?} {word}: {kind:?}");
        }
    }
}

#[test]
fn every_server_says_the_common_things_so_that_they_are_told_apart() {
    for row in FAMILY {
        let kind = |word| of_word(row, word).kind;
        assert_eq!(kind("serverError"), ProviderErrorKind::Failed, "{row:?}");
        assert!(
            matches!(kind("rateLimited"), ProviderErrorKind::RateLimited { .. }),
            "{row:?}"
        );
        assert!(
            matches!(kind("overloaded"), ProviderErrorKind::Overloaded { .. }),
            "{row:?}"
        );
        assert_eq!(kind("timeout"), ProviderErrorKind::TimedOut, "{row:?}");
        let gone = kind("notFound");
        // OpenRouter calls it a bad request.
        assert!(
            gone == ProviderErrorKind::NotFound || row.0 == Vendor::OpenRouter,
            "{row:?}: {gone:?}"
        );
        let page = of_word(row, "badGateway");
        assert!(
            matches!(
                page.kind,
                ProviderErrorKind::Failed | ProviderErrorKind::Overloaded { .. }
            ),
            "{row:?}: {page:?}"
        );
    }
}

#[test]
fn the_words_of_single_servers_are_understood() {
    use ProviderErrorKind::{
        ContextExceeded, Forbidden, NoCredit, Overloaded, RateLimited, Refused, Unauthorized,
    };
    let overflow = |kind: &ProviderErrorKind| matches!(kind, ContextExceeded { .. });
    for (vendor, words) in [
        (Vendor::OpenAi, ["inputLimit", "overflow"]),
        (Vendor::LlamaCpp, ["overflowServerError", "overflowInOk"]),
        (Vendor::Vllm, ["overflowOld", "flat"]),
        (Vendor::Vllm, ["overflowCharacters", "overflow"]),
        (Vendor::LmStudio, ["overflowWords", "overflow"]),
        (Vendor::Anthropic, ["overflow", "noRoom"]),
    ] {
        for word in words {
            let found = of_word(row(vendor), word);
            assert!(overflow(&found.kind), "{vendor:?} {word}: {found:?}");
        }
    }
    let kind = |vendor, word| of_word(row(vendor), word).kind;
    assert!(!overflow(&kind(Vendor::OpenAi, "userTooLong")));
    assert!(matches!(kind(Vendor::LlamaCpp, "loading"), Overloaded { .. }));
    assert_eq!(kind(Vendor::OpenAi, "region"), Forbidden);
    assert_eq!(kind(Vendor::Gemini, "region"), Forbidden);
    assert_eq!(kind(Vendor::Gemini, "badKey"), Unauthorized);
    assert_eq!(kind(Vendor::Gemini, "expiredKey"), Unauthorized);
    for vendor in [Vendor::OpenAi, Vendor::OpenRouter, Vendor::Anthropic] {
        assert_eq!(kind(vendor, "noCredit"), NoCredit, "{vendor:?}");
    }
    let moderated = of_word(row(Vendor::OpenRouter), "moderation");
    assert!(matches!(moderated.kind, Refused | Forbidden), "{moderated:?}");
    assert!(moderated.said.is_some_and(|said| said.contains("flagged")));
    assert_eq!(
        kind(Vendor::OpenAi, "rateLimited"),
        RateLimited {
            retry: Some(RetryAfter::Ms(20_000))
        }
    );
    assert_eq!(
        kind(Vendor::Gemini, "rateLimited"),
        RateLimited {
            retry: Some(RetryAfter::Ms(7_500))
        }
    );
}

#[test]
fn a_stream_that_breaks_off_is_told_from_one_that_merely_lacks_its_last_word() {
    let reply = |row, reply: Value| {
        let stand = Stand::of(row, json!({ "reply": reply }));
        let call = |provider: &Provider| provider.chat(&says("say 9 words")).expect("a request");
        let (_, end) = stand.ask(call);
        end
    };
    for row in FAMILY {
        let failed = reply(row, json!({ "error": { "event": 5, "error": "serverError" } }));
        let failed = failed.expect_err("it breaks off");
        assert_eq!(failed.kind, ProviderErrorKind::Failed, "{row:?}: {failed:?}");
        let cut = reply(row, json!({ "finished": false, "done": false }));
        assert_eq!(
            cut.expect_err("no end").kind,
            ProviderErrorKind::Incomplete,
            "{row:?}"
        );
        let wordless = reply(row, json!({ "done": false, "lastLine": false }));
        let wants_it = row.1 == Kind::Anthropic;
        assert!(wordless.is_ok() || wants_it, "{row:?}: {wordless:?}");
        for shape in [
            json!({ "lineEnd": "cr" }),
            json!({ "lineEnd": "crLf", "mark": true }),
        ] {
            assert!(reply(row, shape).is_ok(), "{row:?}");
        }
    }
}
