//! How an answer is cut into pieces changes nothing.

use modelyard::providers::Provider;
use modelyard::providers::chat::{ChatRequest, Delta, Message, Role};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::super::driving::{Outcome, cut, feed, fixture, head};
use super::{anthropic, call, gemini, said};

const STREAMS: [&str; 14] = [
    "anthropic-text.sse",
    "anthropic-tools.sse",
    "anthropic-overloaded.sse",
    "anthropic-refusal.sse",
    "anthropic-pause.sse",
    "anthropic-length.sse",
    "anthropic-whole.json",
    "gemini-text.sse",
    "gemini-tools.sse",
    "gemini-blocked.sse",
    "gemini-safety.sse",
    "gemini-length.sse",
    "gemini-malformed.sse",
    "gemini-error.sse",
];

fn provider(name: &str) -> Provider {
    if name.starts_with("anthropic") {
        anthropic()
    } else {
        gemini()
    }
}

fn read(
    provider: &Provider,
    body: &[u8],
    places: &[usize],
) -> Outcome<modelyard::providers::chat::ChatDecoder> {
    feed(call(provider), head(200, "text/event-stream"), cut(body, places))
}

/// As it is, with other line ends, with comments between the lines, and cut off.
fn variants(name: &str) -> Vec<Vec<u8>> {
    let text = String::from_utf8(fixture(name))
        .expect("text")
        .replace("\r\n", "\n");
    let mut variants = vec![text.clone()];
    if name.ends_with("sse") {
        variants.push(text.replace('\n', "\r\n"));
        variants.push(text.replace('\n', "\r"));
        variants.push(text.replace("\n\n", "\n: comment\n\n:\n\n"));
        variants.push(["\u{feff}", &text].concat());
    }
    variants.push(text.trim_end().to_owned());
    let mut variants: Vec<Vec<u8>> = variants.into_iter().map(String::into_bytes).collect();
    variants.push(text.as_bytes()[..text.len() * 2 / 3].to_vec());
    variants
}

#[test]
fn every_stream_cut_at_every_byte_is_the_same() {
    for name in STREAMS {
        let provider = provider(name);
        for body in variants(name) {
            let expected = read(&provider, &body, &[]);
            for place in 0..=body.len() {
                assert_eq!(
                    read(&provider, &body, &[place]),
                    expected,
                    "{name} cut at {place}"
                );
            }
            let bytes: Vec<usize> = (0..body.len()).collect();
            assert_eq!(read(&provider, &body, &bytes), expected, "{name} byte by byte");
        }
    }
}

#[test]
fn line_ends_comments_and_a_mark_at_the_beginning_change_nothing() {
    for name in STREAMS.into_iter().filter(|name| name.ends_with("sse")) {
        let variants = variants(name);
        let expected = read(&provider(name), &variants[0], &[]);
        for body in &variants[1..5] {
            assert_eq!(read(&provider(name), body, &[]), expected, "{name}");
        }
    }
}

#[test]
fn what_is_broken_off_is_never_taken_for_a_whole_answer() {
    for name in STREAMS.into_iter().filter(|name| name.ends_with("sse")) {
        let body = variants(name).swap_remove(0);
        let (items, end) = read(&provider(name), &body, &[]);
        let Ok(end) = end else { continue };
        for length in 0..body.len() {
            let (some, cut) = read(&provider(name), &body[..length], &[]);
            if let Ok(cut) = cut {
                // What may be left out is the last word, and what it cost.
                assert_eq!(cut.reason, end.reason, "{name} cut off at {length}");
            }
            let texts = |items: &[Delta]| -> String {
                let of = |item: &Delta| match item {
                    Delta::Text(text) => text.clone(),
                    _ => String::new(),
                };
                items.iter().map(of).collect()
            };
            assert!(
                texts(&items).starts_with(&texts(&some)),
                "{name} cut off at {length}"
            );
        }
    }
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::System), Just(Role::User), Just(Role::Assistant)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_200))]

    #[test]
    fn any_cuts_change_nothing(
        name in prop::sample::select(STREAMS.to_vec()),
        variant in any::<prop::sample::Index>(),
        places in vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let variants = variants(name);
        let body = &variants[variant.index(variants.len())];
        let mut places: Vec<usize> = places.iter().map(|place| place.index(body.len() + 1)).collect();
        places.sort_unstable();
        prop_assert_eq!(read(&provider(name), body, &places), read(&provider(name), body, &[]));
    }

    #[test]
    fn a_changed_byte_never_breaks_the_decoder(
        name in prop::sample::select(STREAMS.to_vec()),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        place in any::<prop::sample::Index>(),
    ) {
        let mut body = fixture(name);
        let at = at.index(body.len());
        body[at] = byte;
        let place = place.index(body.len() + 1);
        prop_assert_eq!(read(&provider(name), &body, &[place]), read(&provider(name), &body, &[]));
    }

    #[test]
    fn turns_alternate_and_lose_no_word(messages in vec((role(), "[a-z]{0,4}"), 0..20)) {
        let request = ChatRequest {
            model: "gemini-2.5-flash".to_owned(),
            messages: messages.iter().map(|(role, text)| said(*role, text)).collect::<Vec<Message>>(),
            ..ChatRequest::default()
        };
        let of = |role: Role| -> String {
            messages.iter().filter(|(other, _)| *other == role).map(|(_, text)| text.as_str()).collect()
        };
        for (provider, turns, parts, model) in [
            (anthropic(), "messages", "content", "assistant"),
            (gemini(), "contents", "parts", "model"),
        ] {
            let body = super::body(&provider, &request);
            let turns = body[turns].as_array().expect("turns");
            for pair in turns.windows(2) {
                prop_assert_ne!(&pair[0]["role"], &pair[1]["role"]);
            }
            let texts = |is_model: bool| -> String {
                let mine = turns.iter().filter(|turn| (turn["role"] == model) == is_model);
                let parts = mine.flat_map(|turn| turn[parts].as_array().expect("parts"));
                parts.filter_map(|part| part["text"].as_str()).collect()
            };
            prop_assert_eq!(texts(false), of(Role::User));
            prop_assert_eq!(texts(true), of(Role::Assistant));
            let system = match &body["system"] {
                Value::String(text) => text.clone(),
                _ => body["systemInstruction"]["parts"][0]["text"].as_str().unwrap_or_default().to_owned(),
            };
            prop_assert_eq!(system.replace("\n\n", ""), of(Role::System));
        }
    }
}
