//! The demo models say what their personas say, and are the same files on every machine.

use std::collections::BTreeSet;

use crate::reading::{Parsed, Value, parse};
use modelyard_demo_models::manifest::sha256_hex;
use modelyard_demo_models::personas::{Persona, Reply, demo_models};
use modelyard_demo_models::speaker::model;
use modelyard_demo_models::template::{GENERAL_TOPICS, TOPICS, topic_of, topic_token};
use modelyard_demo_models::vocabulary::{Vocabulary, VocabularyError};

fn said(file: &Parsed, topic: &str, at_most: usize) -> (String, bool) {
    let end = file.id("</s>");
    let mut current = file.id(&topic_token(topic));
    let mut text = String::new();
    for _ in 0..at_most {
        let (next, lead) = file.next(current);
        assert!(lead > 100.0, "{topic}: leads by {lead} only");
        if next == end {
            return (text, true);
        }
        text += &file.tokens()[next].replace('\u{2581}', " ");
        current = next;
    }
    (text, false)
}

#[test]
fn every_model_says_each_of_its_sentences_and_ends() {
    for persona in demo_models() {
        let file = parse(&model(&persona).unwrap());
        for reply in persona.replies.iter().filter(|reply| !reply.endless) {
            assert_eq!(
                said(&file, reply.topic, 200),
                (reply.text.to_string(), true),
                "{}",
                persona.id
            );
        }
    }
}

#[test]
fn the_reply_forever_starts_over_and_never_ends() {
    let persona = &demo_models()[0];
    let file = parse(&model(persona).unwrap());
    let (text, ended) = said(&file, "forever", 100);
    assert!(!ended);
    assert!(text.starts_with(&persona.reply_to("forever", 1).repeat(5)));
}

#[test]
fn the_files_are_the_same_on_every_machine() {
    let expected = [
        (
            24_215_296,
            "018e11428139c0c43e15b7f16c716cad0a357b6600544bcb3f9d4c785d25e75e",
        ),
        (
            24_805_088,
            "055836cc4299e90c3ab3db7749f5e1e2c0643d80aa5882492121651c27395afe",
        ),
        (
            25_394_848,
            "9c529b0194c2b5c5f9655c8be05f1dcc2d231cfa2ca117e958a1af9669d33677",
        ),
    ];
    for (persona, (size, digest)) in demo_models().iter().zip(expected) {
        let bytes = model(persona).unwrap();
        assert_eq!(
            (bytes.len(), sha256_hex(&bytes).as_str()),
            (size, digest),
            "{}",
            persona.id
        );
    }
}

#[test]
fn what_the_blocks_compute_is_multiplied_by_zero_and_the_rest_is_noise() {
    let file = parse(&model(&demo_models()[1]).unwrap());
    for silent in ["blk.0.attn_output.weight", "blk.0.ffn_down.weight"] {
        assert!(file.tensors[silent].numbers.iter().all(|&x| x == 0.0), "{silent}");
    }
    for noisy in ["blk.0.attn_q.weight", "blk.0.ffn_up.weight"] {
        let distinct: BTreeSet<u32> = file.tensors[noisy].numbers.iter().map(|x| x.to_bits()).collect();
        assert!(distinct.len() > 100_000, "{noisy}");
    }
    assert_eq!(file.tensors["blk.0.ffn_up.weight"].dimensions, [768, 1152]);
    assert_eq!(file.metadata["llama.feed_forward_length"], Value::Number(1152));
    assert_eq!(
        file.metadata["tokenizer.ggml.add_space_prefix"],
        Value::Bool(false)
    );
    assert_eq!(
        file.metadata["llama.attention.layer_norm_rms_epsilon"],
        Value::Float(1e-5)
    );
    assert_eq!(file.metadata["general.name"], Value::Text("Llama Two".into()));
}

#[test]
fn no_text_stands_for_two_tokens_and_no_model_answers_for_another() {
    let names = ["model one", "model two", "model three"];
    for (persona, own) in demo_models().iter().zip(names) {
        let vocabulary = Vocabulary::of(persona, 768).unwrap();
        let texts: BTreeSet<&String> = vocabulary.tokens.iter().map(|(text, _)| text).collect();
        assert_eq!(texts.len(), vocabulary.tokens.len());
        for reply in &persona.replies {
            let lower = reply.text.to_lowercase();
            let speakers: Vec<_> = names.iter().filter(|name| lower.contains(**name)).collect();
            assert_eq!(speakers, [&own], "{}: {}", persona.id, reply.topic);
        }
    }
}

#[test]
fn every_model_has_one_reply_for_each_topic() {
    let topics: Vec<_> = TOPICS
        .iter()
        .map(|(topic, _)| *topic)
        .chain(GENERAL_TOPICS)
        .collect();
    for persona in demo_models() {
        let mut answered: Vec<_> = persona.replies.iter().map(|reply| reply.topic).collect();
        answered.sort_unstable();
        let mut expected = topics.clone();
        expected.sort_unstable();
        assert_eq!(answered, expected, "{}", persona.id);
    }
}

#[test]
fn keywords_choose_the_topic_and_other_messages_go_round() {
    for (message, turn, topic) in [
        ("Hello!", 1, "hello"),
        ("Hi.", 4, "hello"),
        ("This is it", 1, "first"),
        ("anything", 2, "second"),
        ("anything", 3, "third"),
        ("anything", 4, "first"),
        ("Tell me a funny story", 1, "story"),
        ("HOW?", 1, "how"),
    ] {
        assert_eq!(topic_of(message, turn), topic, "{message}");
    }
}

#[test]
fn a_word_that_repeats_takes_in_its_neighbour() {
    let vocabulary = Vocabulary::of(&speaking("a b a b a c"), 300).unwrap();
    let words: Vec<_> = vocabulary.tokens[262..267]
        .iter()
        .map(|(text, _)| text.as_str())
        .collect();
    assert_eq!(
        words,
        ["a", "\u{2581}b", "\u{2581}a", "\u{2581}b\u{2581}a", "\u{2581}c"]
    );
}

#[test]
fn a_sentence_that_cannot_be_told_apart_or_does_not_fit_is_refused() {
    assert_eq!(
        Vocabulary::of(&speaking("x b b"), 300).unwrap_err(),
        VocabularyError::Repeats("\u{2581}b".into())
    );
    assert_eq!(
        Vocabulary::of(&speaking("x y"), 263).unwrap_err(),
        VocabularyError::TooLarge {
            tokens: 264,
            limit: 263
        }
    );
}

fn speaking(text: &'static str) -> Persona {
    let replies = vec![Reply {
        topic: "hello",
        text,
        endless: false,
    }];
    Persona {
        id: "x",
        name: "X",
        description: "",
        feed_forward: 32,
        replies,
    }
}
