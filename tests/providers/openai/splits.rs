//! How an answer is cut into pieces changes nothing.

use proptest::collection::vec;
use proptest::prelude::*;

use super::read;
use crate::driving::{cut, fixture};

const RECORDED: [&str; 17] = [
    "openai-ollama-0.12.6.sse",
    "openai-chat.sse",
    "openai-tools.sse",
    "openai-refusal.sse",
    "openai-filter.sse",
    "llamacpp-chat.sse",
    "llamacpp-overflow.sse",
    "llamacpp-overflow-old.sse",
    "vllm-chat.sse",
    "groq-chat.sse",
    "lmstudio-error.sse",
    "lmstudio-overflow.sse",
    "openrouter-chat.sse",
    "openrouter-error.sse",
    "openrouter-error-choice.sse",
    "mistral-thinking.sse",
    "whole-chat.json",
];

/// A recorded stream as it is, with other line ends, without its end, with a mark of byte order, with more lines of data, and
/// cut off.
fn variants(name: &str) -> Vec<Vec<u8>> {
    let body = fixture(name);
    let text = String::from_utf8(body.clone()).expect("text");
    let marked = ["\u{feff}".as_bytes(), body.as_slice()].concat();
    vec![
        text.replace('\n', "\r\n").into_bytes(),
        text.replace('\n', "\r").into_bytes(),
        text.trim_end().as_bytes().to_vec(),
        marked,
        text.replace("\n\n", "\ndata:\n: comment\nid: 1\n\n").into_bytes(),
        text.as_bytes()[..text.len() * 2 / 3].to_vec(),
        body,
    ]
}

#[test]
fn every_recorded_stream_cut_at_every_byte_is_the_same() {
    for name in RECORDED {
        for body in variants(name) {
            let expected = read([body.as_slice()]);
            for place in 0..=body.len() {
                assert_eq!(read(cut(&body, &[place])), expected, "{name} cut at {place}");
            }
            assert_eq!(read(body.chunks(1)), expected, "{name} byte by byte");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_200))]

    #[test]
    fn any_cuts_of_a_recorded_stream_change_nothing(
        which in 0..RECORDED.len(),
        variant in 0..7_usize,
        places in vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let body = &variants(RECORDED[which])[variant];
        let mut places: Vec<usize> = places.iter().map(|place| place.index(body.len() + 1)).collect();
        places.sort_unstable();
        prop_assert_eq!(read(cut(body, &places)), read([body.as_slice()]));
    }

    #[test]
    fn a_recorded_stream_with_changed_bytes_never_breaks_the_decoder(
        which in 0..RECORDED.len(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        place in any::<prop::sample::Index>(),
    ) {
        let mut body = fixture(RECORDED[which]);
        for (at, byte) in changes {
            let at = at.index(body.len());
            body[at] = byte;
        }
        let place = place.index(body.len() + 1);
        prop_assert_eq!(read(cut(&body, &[place])), read([body.as_slice()]));
    }
}
