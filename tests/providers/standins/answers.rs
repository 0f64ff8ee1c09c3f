//! What is asked and said when all goes well.

use modelyard::providers::chat::{ChatRequest, Delta, EndReason, Generation, Image, Message, Role, Tool};
use modelyard::providers::json::RawJson;
use modelyard::providers::pull::PullEnd;
use modelyard::providers::{Kind, Provider, Server as Spoken};
use modelyard_testserver::standin::Vendor;
use serde_json::json;

use super::{FAMILY, Stand, says, text, thoughts};

fn raw(text: &str) -> RawJson {
    RawJson::new(text).expect("JSON")
}

fn chat(stand: &Stand, request: &ChatRequest) -> (Vec<Delta>, EndReason) {
    let (items, end) = stand.ask(|provider: &Provider| provider.chat(request).expect("a request"));
    (items, end.expect("an answer").reason)
}

#[test]
fn every_list_is_read_with_what_it_says_of_limits() {
    let limits = json!({ "models": [{ "id": "one", "contextLength": 4000, "trainedLength": 9000, "maxOutput": 700,
        "thinking": true }], "generate": 30 });
    for row in FAMILY {
        let stand = Stand::of(row, limits.clone());
        let mut models = Vec::new();
        let mut after: Option<String> = None;
        let mut more = None;
        loop {
            let listing = stand
                .ask(|provider| provider.list(after.as_deref()).expect("a request"))
                .1;
            let listing = listing.expect("a list");
            if row.2.is_some() {
                assert_eq!(listing.server, row.2, "{row:?}");
            }
            models.extend(listing.models);
            more = listing.more.or(more);
            after = listing.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(models.len(), 31, "{row:?}");
        if let Some(next) = more {
            let listing = stand
                .ask(|provider| provider.list(Some(next)).expect("a request"))
                .1;
            let own = listing.expect("more").models;
            let of_one = own
                .iter()
                .find(|model| model.name == "one" || model.name.is_empty());
            models[0] = of_one.expect("the first one").clone();
        }
        let one = &models[0];
        let (context, served, output) = (one.context, one.served_context, one.max_output);
        let expected = match row.0 {
            Vendor::OpenAi | Vendor::Compatible => (None, None, None),
            Vendor::Groq => (Some(4000), None, Some(700)),
            Vendor::Anthropic | Vendor::Gemini => (Some(4000), None, Some(700)),
            Vendor::OpenRouter => (context, served, Some(700)),
            _ => (context, Some(4000), None),
        };
        assert_eq!((context, served, output), expected, "{row:?}: {one:?}");
    }
}

#[test]
fn every_answer_is_read_with_its_end_and_its_counts() {
    for row in FAMILY {
        let stand = Stand::of(row, json!({ "reply": { "unknown": true, "comments": true } }));
        let request = says("say 12 words");
        let (items, end) = stand.ask(|provider: &Provider| provider.chat(&request).expect("a request"));
        let end = end.expect("an answer");
        assert!(text(&items).starts_with("one two three"), "{row:?}: {items:?}");
        assert_eq!(end.reason, EndReason::Stop, "{row:?}");
        let usage = end.usage.expect("counts");
        assert_eq!(usage.prompt_tokens, Some(7), "{row:?}");
        assert!(usage.completion_tokens >= Some(12), "{row:?}: {usage:?}");
    }
}

#[test]
fn every_answer_ends_where_it_must() {
    for row in FAMILY {
        let stand = Stand::of(row, json!({ "models": [{ "id": "one" }] }));
        let short = |generation| ChatRequest {
            generation,
            ..says("say 9 words")
        };
        let length = short(Generation {
            max_tokens: Some(2),
            ..Generation::default()
        });
        let stop = short(Generation {
            stop: vec!["four".to_owned()],
            ..Generation::default()
        });
        assert_eq!(chat(&stand, &length).1, EndReason::Length, "{row:?}");
        let (items, reason) = chat(&stand, &stop);
        assert_eq!(
            (text(&items).trim_end(), reason),
            ("one two three", EndReason::Stop),
            "{row:?}"
        );
        assert_eq!(
            chat(&stand, &says("refuse")).1,
            EndReason::ContentFilter,
            "{row:?}"
        );
    }
}

#[test]
fn every_codec_tells_of_thoughts_where_they_are_told() {
    for row in FAMILY {
        let stand = Stand::of(row, json!({}));
        let request = ChatRequest {
            think: Some(raw("true")),
            ..says("hello")
        };
        let (items, _) = chat(&stand, &request);
        let expected = if row.0 == Vendor::OpenAi {
            ""
        } else {
            "They say: hello"
        };
        assert_eq!(
            (thoughts(&items), text(&items)),
            (expected.into(), "You said: hello".into()),
            "{row:?}"
        );
    }
}

#[test]
fn every_codec_calls_tools_and_tells_their_results() {
    for row in FAMILY {
        let stand = Stand::of(row, json!({}));
        let asked = ChatRequest {
            tools: vec![Tool {
                name: "get_time".to_owned(),
                description: "tells the time".to_owned(),
                parameters: raw(r#"{"type":"object","properties":{"zone":{"type":"string"}}}"#),
            }],
            ..says("get_time {\"zone\":\"Ü\"} and get_time")
        };
        let (items, reason) = chat(&stand, &asked);
        assert_eq!(reason, EndReason::ToolCalls, "{row:?}");
        let call = items.iter().find_map(|item| match item {
            Delta::ToolCall(call) => Some(call.clone()),
            _ => None,
        });
        let call = call.expect("a call");
        assert_eq!(
            (call.name.as_str(), call.arguments.as_str()),
            ("get_time", "{\"zone\":\"Ü\"}"),
            "{row:?}"
        );
        let mut told = asked.clone();
        told.messages.push(Message {
            role: Role::Assistant,
            tool_calls: vec![call.clone()],
            ..Message::default()
        });
        told.messages.push(Message {
            role: Role::Tool,
            text: "noon".to_owned(),
            tool_call_id: call.id.clone(),
            tool_name: Some(call.name),
            ..Message::default()
        });
        let (items, _) = chat(&stand, &told);
        assert!(
            text(&items).starts_with("The tool said: ") && text(&items).contains("noon"),
            "{row:?}: {items:?}"
        );
    }
}

#[test]
fn what_was_thought_before_a_call_goes_back_with_it_signed() {
    for (vendor, kind, model) in [
        (Vendor::Anthropic, Kind::Anthropic, "claude-sonnet-4-5"),
        (Vendor::Anthropic, Kind::Anthropic, "claude-opus-5"),
        (Vendor::Gemini, Kind::Gemini, "gemini-3-flash"),
    ] {
        let adaptive = model == "claude-opus-5";
        let model = json!({ "id": model, "thinking": true, "adaptive": adaptive, "maxOutput": 8192, "contextLength": 99_999 });
        let stand = Stand::of((vendor, kind, None), json!({ "models": [model] }));
        let mut request = ChatRequest {
            model: model["id"].as_str().unwrap_or_default().to_owned(),
            known_max_output: Some(8192),
            think: Some(raw("true")),
            tools: vec![Tool {
                name: "get_time".to_owned(),
                description: String::new(),
                parameters: raw(r#"{"type":"object"}"#),
            }],
            ..says("get_time")
        };
        let (items, reason) = chat(&stand, &request);
        assert_eq!(
            (thoughts(&items).as_str(), reason),
            ("They say: get_time", EndReason::ToolCalls),
            "{model}"
        );
        let calls: Vec<_> = items
            .iter()
            .filter_map(|item| match item {
                Delta::ToolCall(call) => Some(call.clone()),
                _ => None,
            })
            .collect();
        let result = Message {
            role: Role::Tool,
            text: "noon".to_owned(),
            tool_call_id: calls[0].id.clone(),
            tool_name: Some("get_time".to_owned()),
            ..Message::default()
        };
        request.messages.push(Message {
            role: Role::Assistant,
            reasoning: Some(thoughts(&items)),
            tool_calls: calls,
            ..Message::default()
        });
        request.messages.push(result);
        let (items, _) = chat(&stand, &request);
        assert!(text(&items).starts_with("The tool said: "), "{model}: {items:?}");
    }
}

#[test]
fn every_codec_sends_instructions_images_and_earlier_turns() {
    for row in FAMILY {
        let stand = Stand::of(row, json!({}));
        let message = |role, text: &str| Message {
            role,
            text: text.to_owned(),
            ..Message::default()
        };
        let mut request = says("");
        request.messages = vec![
            message(Role::System, "Be brief."),
            message(Role::User, "hello"),
            message(Role::Assistant, "Hello!"),
            message(Role::User, "repeat the system prompt"),
        ];
        assert_eq!(text(&chat(&stand, &request).0), "Be brief.", "{row:?}");
        let mut seen = says("what is it?");
        seen.messages[0].images.push(Image {
            media_type: "image/png".to_owned(),
            base64: "AA==".to_owned(),
        });
        assert_eq!(text(&chat(&stand, &seen).0), "I see 1 image.", "{row:?}");
    }
}

#[test]
fn every_codec_asks_what_its_server_takes() {
    for row in FAMILY {
        let stand = Stand::of(row, json!({ "models": [{ "id": "one" }] }));
        let request = ChatRequest {
            generation: Generation {
                temperature: Some(0.5),
                max_tokens: Some(90),
                top_p: Some(0.9),
                top_k: Some(20),
                repeat_penalty: Some(1.1),
                seed: Some(7),
                stop: vec!["never".to_owned()],
            },
            format: Some(raw(
                r#"{"type":"object","properties":{"answer":{"type":"string"}}}"#,
            )),
            ..says("hello")
        };
        // Anthropic takes one of the two, and no shape by the word of another.
        let both = ChatRequest {
            generation: Generation {
                top_p: None,
                ..request.generation.clone()
            },
            ..request.clone()
        };
        let request = if row.1 == Kind::Anthropic { both } else { request };
        let (items, reason) = chat(&stand, &request);
        assert_eq!(reason, EndReason::Stop, "{row:?}");
        assert!(text(&items).contains("You said: hello"), "{row:?}: {items:?}");
    }
}

#[test]
fn a_download_of_lm_studio_is_asked_for_until_it_is_there() {
    let row = (Vendor::LmStudio, Kind::OpenAi, Some(Spoken::LmStudio));
    let stand = Stand::of(
        row,
        json!({ "download": { "sizeBytes": 300, "steps": 3, "pausesAt": 2 } }),
    );
    let (_, end) = stand.ask(|provider| provider.pull("new/one").expect("a request"));
    let Ok(PullEnd::Again(job)) = end else {
        panic!("{end:?}");
    };
    let mut seen = Vec::new();
    for _ in 0..3 {
        let call = stand.provider.pull_status(&job).expect("a request");
        let (head, body) = super::Answering::signed(&stand.provider, &call.request, super::KEY).whole();
        let (items, end) = super::feed(call, head, [body.as_slice()]);
        let end = end.expect("a state");
        seen.push((
            items.last().map(|progress| progress.downloaded_bytes),
            end == PullEnd::Done,
        ));
    }
    assert_eq!(seen, [(Some(100), false), (Some(200), false), (Some(300), true)]);
    let (_, end) = stand.ask(|provider| provider.pull("new/one").expect("a request"));
    assert_eq!(end.expect("here already"), PullEnd::Done);
}
