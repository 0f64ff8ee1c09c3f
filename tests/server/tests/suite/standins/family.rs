//! Those that speak as OpenAI does: each with its own list, its own oddities and its own words.

use modelyard_testserver::Server;
use modelyard_testserver::standin::{Download, Model, Reply, StandIn, Vendor};
use serde_json::{Value, json};

use super::{control, data, events, get, json_of, open, says, start, unchunked, usual};

fn small(vendor: Vendor) -> Server {
    let model = Model {
        id: "small".into(),
        context_length: 20,
        trained_length: Some(4096),
        ..Model::default()
    };
    start(
        vendor,
        StandIn {
            models: Some(vec![model]),
            keys: Some(Vec::new()),
            ..StandIn::default()
        },
    )
}

fn ask(server: &Server, vendor: Vendor, text: &str, more: &Value) -> (u16, Value) {
    let mut request = json!({ "model": "small", "messages": says(text) });
    for (name, value) in more.as_object().unwrap() {
        request[name] = value.clone();
    }
    let target = format!("/x{}/chat/completions", vendor.base());
    let wire = open(server, &target, "", &request).finish();
    (wire.status(), json_of(&wire))
}

#[test]
fn each_says_in_its_own_words_that_the_window_is_full() {
    let long = "word ".repeat(30);
    let said = |vendor| {
        let (status, body) = ask(&small(vendor), vendor, &long, &json!({ "max_tokens": 5 }));
        assert_eq!(status, 400, "{vendor:?}");
        body
    };
    let llama = said(Vendor::LlamaCpp);
    assert_eq!(
        (&llama["error"]["n_prompt_tokens"], &llama["error"]["n_ctx"]),
        (&json!(34), &json!(20))
    );
    let vllm = said(Vendor::Vllm);
    assert!(
        vllm["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("You passed 34 input tokens and requested 5 output"),
        "{vllm}"
    );
    assert_eq!(vllm["error"]["code"], 400);
    assert_eq!(
        said(Vendor::LmStudio)["error"],
        "Cannot truncate prompt with n_keep (34) >= n_ctx (20)"
    );
    assert_eq!(said(Vendor::Groq)["error"]["code"], "context_length_exceeded");
    let router = said(Vendor::OpenRouter);
    assert!(
        router["error"]["message"]
            .as_str()
            .unwrap()
            .contains("maximum context length is 20 tokens"),
        "{router}"
    );
    // Those two shorten the answer instead of refusing it.
    assert_eq!(
        ask(
            &small(Vendor::LlamaCpp),
            Vendor::LlamaCpp,
            "a b c",
            &json!({ "max_tokens": 90 })
        )
        .0,
        200
    );
    assert_eq!(
        ask(
            &small(Vendor::Vllm),
            Vendor::Vllm,
            "a b c",
            &json!({ "max_tokens": 90 })
        )
        .0,
        400
    );
}

#[test]
fn lm_studio_says_it_in_the_stream_if_there_is_one() {
    let server = small(Vendor::LmStudio);
    let request = json!({ "model": "small", "messages": says(&"word ".repeat(30)), "stream": true });
    let wire = open(&server, "/x/v1/chat/completions", "", &request).finish();
    let said = events(&wire);
    assert_eq!((wire.status(), said.len(), said[0].0.as_str()), (200, 1, "error"));
    assert!(said[0].1.contains("n_keep (34) >= n_ctx (20)"), "{said:?}");
}

#[test]
fn llama_cpp_serves_less_than_its_model_was_trained_for_and_loads_first() {
    let server = small(Vendor::LlamaCpp);
    let list = json_of(&get(&server, "/x/v1/models", ""));
    let props = json_of(&get(&server, "/x/props", ""));
    assert_eq!(list["data"][0]["meta"]["n_ctx_train"], 4096);
    assert_eq!(props["default_generation_settings"]["n_ctx"], 20);
    let loading = json!([{ "on": "any", "error": "loading", "times": 2 }]);
    control(
        &server,
        "llamacpp/faults",
        &json!({ "prefix": "/x", "faults": loading }),
    );
    let wire = get(&server, "/x/health", "");
    assert_eq!(
        (wire.status(), &json_of(&wire)["error"]["message"]),
        (503, &json!("Loading model"))
    );
    assert_eq!(get(&server, "/x/v1/models", "").status(), 503);
    assert_eq!(json_of(&get(&server, "/x/health", "")), json!({ "status": "ok" }));
}

#[test]
fn a_key_of_llama_cpp_is_not_for_lists() {
    let server = start(
        Vendor::LlamaCpp,
        StandIn {
            keys: Some(vec!["secret".into()]),
            ..StandIn::default()
        },
    );
    assert_eq!(get(&server, "/x/v1/models", "").status(), 200);
    assert_eq!(get(&server, "/x/props", "").status(), 401);
    assert_eq!(get(&server, "/x/props", "X-Api-Key: secret\r\n").status(), 200);
    let request = json!({ "messages": says("hello") });
    assert_eq!(
        open(&server, "/x/v1/chat/completions", "", &request)
            .finish()
            .status(),
        401
    );
}

#[test]
fn thoughts_come_under_two_names() {
    for (vendor, field) in [
        (Vendor::LlamaCpp, "reasoning_content"),
        (Vendor::Groq, "reasoning"),
        (Vendor::Vllm, "reasoning"),
    ] {
        let server = start(
            vendor,
            StandIn {
                keys: Some(Vec::new()),
                reply: Reply {
                    thinking: Some("Hm so".into()),
                    ..Reply::default()
                },
                ..StandIn::default()
            },
        );
        let model =
            json_of(&get(&server, &format!("/x{}/models", vendor.base()), ""))["data"][0]["id"].clone();
        let request = json!({ "model": model, "messages": says("hello"), "stream": true });
        let wire = open(
            &server,
            &format!("/x{}/chat/completions", vendor.base()),
            "",
            &request,
        )
        .finish();
        let chunks = data(&wire);
        let thought: String = chunks
            .iter()
            .filter_map(|chunk| chunk["choices"][0]["delta"][field].as_str())
            .collect();
        assert_eq!(thought, "Hm so", "{vendor:?}");
    }
}

#[test]
fn openrouter_lists_for_everyone_tells_of_keys_and_fails_in_a_chunk() {
    let server = start(
        Vendor::OpenRouter,
        serde_json::from_value(json!({ "reply": { "error": { "event": 4, "error": "disconnected" } } }))
            .unwrap(),
    );
    let list = json_of(&get(&server, "/x/api/v1/models", ""));
    assert_eq!(list["data"][0]["top_provider"]["context_length"], 8192);
    assert_eq!(get(&server, "/x/api/v1/key", "").status(), 401);
    let key = "Authorization: Bearer sk-or-standin-0001\r\n";
    let told = json_of(&get(&server, "/x/api/v1/key", key));
    assert_eq!(told["data"]["limit_remaining"], 74.5);
    assert!(!told.to_string().contains("standin-0001"));
    let request = json!({ "model": "standin/router-small:free", "messages": says("hello"), "stream": true });
    let wire = open(&server, "/x/api/v1/chat/completions", key, &request).finish();
    assert!(unchunked(&wire).starts_with(": OPENROUTER PROCESSING\n\n"));
    let chunks = data(&wire);
    let end = chunks.last().unwrap();
    assert_eq!(
        (&end["error"]["code"], &end["choices"][0]["finish_reason"]),
        (&json!("server_error"), &json!("error"))
    );
}

#[test]
fn lm_studio_downloads_step_by_step_and_then_has_the_model() {
    let server = start(
        Vendor::LmStudio,
        StandIn {
            download: Download {
                steps: 3,
                pauses_at: Some(2),
                size_bytes: 300,
                fails_at: None,
            },
            ..StandIn::default()
        },
    );
    let job = json_of(
        &open(
            &server,
            "/x/api/v1/models/download",
            "",
            &json!({ "model": "new" }),
        )
        .finish(),
    );
    let id = job["job_id"].as_str().unwrap().to_owned();
    let state = || {
        json_of(&get(
            &server,
            &format!("/x/api/v1/models/download/status/{id}"),
            "",
        ))
    };
    let seen: Vec<(Value, Value)> = (0..3)
        .map(|_| state())
        .map(|told| (told["status"].clone(), told["downloaded_bytes"].clone()))
        .collect();
    let expected = [("downloading", 100), ("paused", 200), ("completed", 300)];
    assert_eq!(
        seen,
        expected.map(|(status, bytes)| (json!(status), json!(bytes)))
    );
    let again = json_of(
        &open(
            &server,
            "/x/api/v1/models/download",
            "",
            &json!({ "model": "new" }),
        )
        .finish(),
    );
    assert_eq!(again, json!({ "status": "already_downloaded" }));
    let list = json_of(&get(&server, "/x/api/v1/models", ""));
    let new = list["models"]
        .as_array()
        .unwrap()
        .iter()
        .find(|model| model["key"] == "new")
        .unwrap();
    assert_eq!(new["loaded_instances"], json!([]));
    let loaded = json_of(&open(&server, "/x/api/v1/models/load", "", &json!({ "model": "new" })).finish());
    assert_eq!(
        (&loaded["status"], &loaded["load_config"]["context_length"]),
        (&json!("loaded"), &json!(8192))
    );
    let odd = get(&server, "/x/v1/unheard-of", "");
    assert_eq!(odd.status(), 200);
    assert!(
        json_of(&odd)["error"]
            .as_str()
            .unwrap()
            .contains("Unexpected endpoint")
    );
}

#[test]
fn a_list_says_what_each_server_says_of_limits() {
    let list = |vendor: Vendor| {
        json_of(&get(
            &usual(vendor),
            &format!("/x{}/models", vendor.base()),
            "Authorization: Bearer gsk_standin_groq_0001\r\n",
        ))
    };
    assert_eq!(list(Vendor::Vllm)["data"][0]["max_model_len"], 8192);
    assert_eq!(list(Vendor::Groq)["data"][0]["context_window"], 8192);
    assert_eq!(list(Vendor::Compatible)["data"][0]["owned_by"], "somebody");
    assert_eq!(list(Vendor::LmStudio)["data"][0]["object"], "model");
}
