//! How an answer is cut into pieces changes nothing.

use std::fmt::Debug;

use modelyard::providers::{Call, ProviderError, Whole};
use proptest::collection::vec;
use proptest::prelude::*;

use super::driving::{Outcome, cut, feed, fixture, good, ollama};

const CHATS: [&str; 7] = [
    "chat-0.6.5.ndjson",
    "chat-length-0.12.6.ndjson",
    "chat-thinking.ndjson",
    "chat-tools.ndjson",
    "chat-broken.ndjson",
    "load-0.6.5.json",
    "unload-0.32.15.json",
];
const PULLS: [&str; 5] = [
    "pull-0.32.15.ndjson",
    "pull-again-0.6.5.ndjson",
    "pull-falling.ndjson",
    "pull-none-0.32.15.ndjson",
    "pull-broken.ndjson",
];

fn chat(body: &[u8], places: &[usize]) -> Outcome<modelyard::providers::chat::ChatDecoder> {
    let request = modelyard::providers::chat::ChatRequest {
        model: "one".to_owned(),
        ..Default::default()
    };
    feed(
        ollama().chat(&request).expect("a request"),
        good(),
        cut(body, places),
    )
}

fn pull(body: &[u8], places: &[usize]) -> Outcome<modelyard::providers::pull::PullDecoder> {
    feed(
        ollama().pull("one").expect("a request"),
        good(),
        cut(body, places),
    )
}

/// The variants of a recorded stream: as it is, with other line ends, without the last one, with blank lines, cut off.
fn variants(name: &str) -> Vec<Vec<u8>> {
    let body = fixture(name);
    let text = String::from_utf8(body.clone()).expect("text");
    vec![
        body,
        text.replace('\n', "\r\n").into_bytes(),
        text.trim_end().as_bytes().to_vec(),
        text.replace('\n', "\n \r\n\n").into_bytes(),
        text.as_bytes()[..text.len() * 2 / 3].to_vec(),
    ]
}

fn each_place<I, E>(body: &[u8], read: impl Fn(&[u8], &[usize]) -> (Vec<I>, Result<E, ProviderError>))
where
    I: PartialEq + Debug,
    E: PartialEq + Debug,
{
    let expected = read(body, &[]);
    for place in 0..=body.len() {
        assert_eq!(read(body, &[place]), expected, "cut at {place}");
    }
    let bytes: Vec<usize> = (0..body.len()).collect();
    assert_eq!(read(body, &bytes), expected, "byte by byte");
}

#[test]
fn every_recorded_stream_cut_at_every_byte_is_the_same() {
    for name in CHATS {
        for body in variants(name) {
            each_place(&body, chat);
        }
    }
    for name in PULLS {
        for body in variants(name) {
            each_place(&body, pull);
        }
    }
}

#[test]
fn a_short_stream_cut_at_every_pair_of_bytes_is_the_same() {
    let lines = String::from_utf8(fixture("chat-thinking.ndjson")).expect("text");
    let lines: Vec<&str> = lines.lines().collect();
    // A character of four bytes, one of two, and the end.
    let body = [lines[3], "\n", lines[5], "\n"].concat();
    let body = body.as_bytes();
    let expected = chat(body, &[]);
    assert_eq!(expected.0.len(), 2);
    for one in 0..=body.len() {
        for other in one..=body.len() {
            assert_eq!(chat(body, &[one, other]), expected, "cut at {one} and {other}");
        }
    }
    let body = fixture("pull-none-0.32.15.ndjson");
    let expected = pull(&body, &[]);
    for one in 0..=body.len() {
        for other in one..=body.len() {
            assert_eq!(pull(&body, &[one, other]), expected, "cut at {one} and {other}");
        }
    }
}

fn check_whole<T: PartialEq + Debug>(body: &[u8], call: impl Fn() -> Call<Whole<T>>) {
    let read = |places: &[usize]| feed(call(), good(), cut(body, places)).1;
    let expected = read(&[]);
    assert!(expected.is_ok(), "{expected:?}");
    for place in (0..=body.len()).step_by(7) {
        assert_eq!(read(&[place]), expected, "cut at {place}");
    }
}

#[test]
fn every_whole_answer_cut_at_every_byte_is_the_same() {
    let provider = ollama();
    for name in ["tags-0.6.5.json", "tags-0.32.15.json", "tags-many.json"] {
        check_whole(&fixture(name), || provider.list(None).expect("a request"));
    }
    for name in ["ps-0.6.5.json", "ps-0.12.6.json", "ps-gpu.json"] {
        check_whole(&fixture(name), || provider.running().expect("a request"));
    }
    for name in ["show-0.6.5.json", "show-0.32.15.json"] {
        check_whole(&fixture(name), || provider.show("one").expect("a request"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_200))]

    #[test]
    fn any_cuts_of_a_recorded_stream_change_nothing(
        which in 0..CHATS.len() + PULLS.len(),
        variant in 0..5_usize,
        places in vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let name = CHATS.iter().chain(&PULLS).nth(which).expect("a name");
        let body = &variants(name)[variant];
        let mut places: Vec<usize> = places.iter().map(|place| place.index(body.len() + 1)).collect();
        places.sort_unstable();
        if which < CHATS.len() {
            prop_assert_eq!(chat(body, &places), chat(body, &[]));
        } else {
            prop_assert_eq!(pull(body, &places), pull(body, &[]));
        }
    }

    #[test]
    fn any_bytes_in_any_pieces_give_the_same_and_never_break_the_decoder(
        body in vec(prop_oneof![
            3 => prop::sample::select(b"{}[]\",:\\n truefals0123\r\n".to_vec()),
            1 => any::<u8>(),
        ], 0..200),
        places in vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let mut places: Vec<usize> = places.iter().map(|place| place.index(body.len() + 1)).collect();
        places.sort_unstable();
        prop_assert_eq!(chat(&body, &places), chat(&body, &[]));
        prop_assert_eq!(pull(&body, &places), pull(&body, &[]));
    }

    #[test]
    fn a_recorded_stream_with_a_changed_byte_never_breaks_the_decoder(
        which in 0..CHATS.len() + PULLS.len(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        place in any::<prop::sample::Index>(),
    ) {
        let name = CHATS.iter().chain(&PULLS).nth(which).expect("a name");
        let mut body = fixture(name);
        let at = at.index(body.len());
        body[at] = byte;
        let place = place.index(body.len() + 1);
        if which < CHATS.len() {
            prop_assert_eq!(chat(&body, &[place]), chat(&body, &[]));
        } else {
            prop_assert_eq!(pull(&body, &[place]), pull(&body, &[]));
        }
    }
}
