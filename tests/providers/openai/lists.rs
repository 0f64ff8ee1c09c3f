//! What lists say, and which server they show.

use modelyard::catalog::record::Support::{No, Unknown, Yes};
use modelyard::providers::error::{Foreign, ProviderErrorKind as K};
use modelyard::providers::listed::{ListedModel, Listing};
use modelyard::providers::request::{KeyPlace, Method};
use modelyard::providers::{Ability, Kind, Provider, Server};

use super::{at, server};
use crate::driving::{fixture, of_kind, refused, whole};

fn list(provider: &Provider, name: &str) -> Listing {
    whole(provider.list(None).expect("a request"), &fixture(name))
        .1
        .expect(name)
}

/// What is asked after the list.
fn more(provider: &Provider, name: &str) -> Listing {
    whole(provider.list(Some("more")).expect("a request"), &fixture(name))
        .1
        .expect(name)
}

fn names(listing: &Listing) -> Vec<&str> {
    listing.models.iter().map(|model| model.name.as_str()).collect()
}

#[test]
fn by_the_protocol_a_model_is_a_name_and_all_else_is_unknown() {
    let listing = list(&of_kind(Kind::OpenAi), "openai-models.json");
    assert_eq!(names(&listing), ["gpt-4o", "text-embedding-3-small"]);
    assert_eq!((listing.nameless, listing.server, listing.more), (1, None, None));
    let expected = ListedModel {
        name: "gpt-4o".to_owned(),
        ..ListedModel::default()
    };
    assert_eq!(listing.models[0], expected);
}

#[test]
fn a_real_list_is_read() {
    let listing = list(
        &at("http://localhost:11434/v1"),
        "openai-ollama-models-0.12.6.json",
    );
    assert_eq!(names(&listing), ["hello:latest"]);
    assert_eq!((listing.server, listing.nameless), (None, 0));
}

#[test]
fn llama_cpp_says_what_a_model_was_made_for_and_elsewhere_how_it_is_served() {
    let home = at("http://localhost:8080/v1");
    let listing = list(&home, "llamacpp-models.json");
    assert_eq!(
        (listing.server, listing.more),
        (Some(Server::LlamaCpp), Some("more"))
    );
    let [model] = listing.models.as_slice() else {
        panic!("{listing:?}");
    };
    assert_eq!((model.context, model.served_context), (Some(40_960), None));
    assert_eq!(
        (model.parameters_millions, model.size_bytes),
        (Some(4_022), Some(2_491_275_264))
    );
    assert_eq!(
        (model.capabilities.vision, model.capabilities.streaming),
        (No, Yes)
    );

    let home = home.with_server(listing.server);
    let request = home.list(listing.more).expect("a request").request;
    assert_eq!(request.url, "http://localhost:8080/props");
    let props = more(&home, "llamacpp-props.json");
    let [said] = props.models.as_slice() else {
        panic!("{props:?}");
    };
    assert_eq!((said.name.as_str(), said.served_context), ("", Some(8_192)));
    assert_eq!(
        (said.capabilities.tools, said.capabilities.structured_output),
        (Yes, Yes)
    );
    // The two are two: what was made for more is not served with more.
    let both = said.clone().over(model.clone());
    assert_eq!((both.context, both.served_context), (Some(40_960), Some(8_192)));
    assert_eq!(both.name, "qwen3-4b");
}

#[test]
fn vllm_says_what_it_serves() {
    let listing = list(&at("http://gpu:8000/v1"), "vllm-models.json");
    assert_eq!((listing.server, listing.more), (Some(Server::Vllm), None));
    let limits: Vec<_> = listing
        .models
        .iter()
        .map(|model| (model.context, model.served_context))
        .collect();
    assert_eq!(limits, [(Some(16_384), Some(16_384)), (None, None)]);
}

#[test]
fn lm_studio_is_asked_for_its_own_list() {
    let home = at("http://localhost:1234/v1");
    let listing = list(&home, "lmstudio-models.json");
    assert_eq!(
        (listing.server, listing.more),
        (Some(Server::LmStudio), Some("more"))
    );
    let home = home.with_server(listing.server);
    assert_eq!(
        home.list(Some("more")).expect("a request").request.url,
        "http://localhost:1234/api/v1/models"
    );
    let own = more(&home, "lmstudio-own-models.json");
    let of = |name: &str| {
        own.models
            .iter()
            .find(|model| model.name == name)
            .expect("a model")
    };
    let qwen = of("qwen/qwen3-8b");
    assert_eq!((qwen.context, qwen.served_context), (Some(40_960), Some(8_192)));
    assert_eq!(
        (qwen.family.as_deref(), qwen.quantization.as_deref()),
        (Some("qwen3"), Some("Q4_K_M"))
    );
    assert_eq!(
        (qwen.parameters_millions, qwen.format.as_deref()),
        (Some(8_000), Some("gguf"))
    );
    assert_eq!((qwen.capabilities.tools, qwen.capabilities.vision), (Yes, No));
    assert_eq!(qwen.capabilities.embedding, No);
    // The same file, loaded a second time with less room.
    assert_eq!(of("qwen/qwen3-8b:2").served_context, Some(4_096));
    let embedding = of("text-embedding-nomic-embed-text-v1.5");
    assert_eq!(
        (embedding.capabilities.embedding, embedding.capabilities.streaming),
        (Yes, No)
    );
    assert_eq!((embedding.context, embedding.served_context), (Some(2_048), None));
    // An old one knows no such list, and says so in its way.
    let error = refused(
        home.list(Some("more")).expect("a request"),
        200,
        r#"{"error":"Unexpected endpoint or method. (GET /api/v1/models)"}"#,
    );
    assert_eq!(error.kind, K::NotThisProtocol(Foreign::OtherJson));
}

#[test]
fn groq_and_mistral_say_limits_and_what_cannot_be_used_is_left_out() {
    let listing = list(&at("https://api.groq.com/openai/v1"), "groq-models.json");
    assert_eq!(names(&listing), ["llama-3.1-8b-instant"]);
    let model = &listing.models[0];
    assert_eq!((model.context, model.max_output), (Some(131_072), Some(131_072)));
    assert_eq!(listing.nameless, 0);
    let listing = list(&at("https://api.mistral.ai/v1"), "mistral-models.json");
    let model = &listing.models[0];
    assert_eq!(model.context, Some(131_072));
    let can = model.capabilities;
    assert_eq!(
        (can.tools, can.vision, can.fill_in_middle, can.reasoning),
        (Yes, Yes, No, Unknown)
    );
}

#[test]
fn openrouter_says_what_a_request_may_ask_and_the_smaller_context_holds() {
    let router = of_kind(Kind::OpenRouter);
    let listing = list(&router, "openrouter-models.json");
    let [qwen, gemini, auto] = listing.models.as_slice() else {
        panic!("{listing:?}");
    };
    assert_eq!((qwen.context, qwen.max_output), (Some(40_960), Some(20_480)));
    let can = qwen.capabilities;
    assert_eq!(
        (can.tools, can.reasoning, can.structured_output, can.streaming),
        (Yes, Yes, Yes, Yes)
    );
    assert_eq!((can.vision, can.audio), (No, No));
    assert_eq!((gemini.context, gemini.max_output), (Some(1_048_576), None));
    let can = gemini.capabilities;
    assert_eq!((can.tools, can.vision, can.audio), (No, Yes, Yes));
    // An empty list of parameters says nothing.
    assert_eq!(
        (auto.capabilities.tools, auto.context),
        (Unknown, Some(2_000_000))
    );
    assert_eq!((listing.server, listing.more), (None, None));
}

#[test]
fn a_list_may_have_nothing_around_it_and_nothing_in_it() {
    let home = at("http://localhost:8080/v1");
    let read = |body: &str| whole(home.list(None).expect("a request"), body.as_bytes()).1;
    for body in [
        r#"{"object":"list","data":[]}"#,
        r#"{"data":null}"#,
        "[]",
        r#"{"data":{}}"#,
    ] {
        assert_eq!(read(body), Ok(Listing::default()), "{body}");
    }
    let bare = read(r#" [{"id":"a","context_length":8192},7,null,{"id":""},{"id":5}]"#).expect("a list");
    assert_eq!((names(&bare), bare.nameless), (vec!["a"], 4));
    assert_eq!(bare.models[0].context, Some(8_192));
    for (body, expected) in [
        ("{}", Foreign::OtherJson),
        ("7", Foreign::OtherJson),
        (r#"{"models":[]}"#, Foreign::OtherJson),
        ("Ollama is running", Foreign::Text),
        ("<html>", Foreign::Page),
        ("", Foreign::Nothing),
        (r#"{"data":[}"#, Foreign::Text),
    ] {
        let error = read(body).expect_err(body);
        assert_eq!(error.kind, K::NotThisProtocol(expected), "{body}");
    }
    // Numbers nobody can mean are unknown.
    let odd = read(
        r#"{"data":[{"id":"a","context_length":-1,"max_model_len":1e99,"meta":{"n_ctx_train":"x"},"top_provider":[]}]}"#,
    );
    assert_eq!(odd.expect("a list").models[0].context, None);
}

#[test]
fn questions_go_below_the_version_of_the_protocol_and_carry_no_other_header() {
    for (host, list, check) in [
        (
            "https://api.openai.com/v1",
            "https://api.openai.com/v1/models",
            "https://api.openai.com/v1/models",
        ),
        (
            "http://localhost:8080",
            "http://localhost:8080/v1/models",
            "http://localhost:8080/v1/models",
        ),
        (
            "http://localhost:8080/v1/",
            "http://localhost:8080/v1/models",
            "http://localhost:8080/v1/models",
        ),
        (
            "https://api.groq.com/openai/v1",
            "https://api.groq.com/openai/v1/models",
            "https://api.groq.com/openai/v1/models",
        ),
    ] {
        let provider = at(host);
        let request = provider.list(None).expect("a request").request;
        assert_eq!(request.url, list);
        assert_eq!((request.method, request.key), (Method::Get, KeyPlace::Bearer));
        // One more header makes the preflight of some of them fail.
        let headers: Vec<&str> = request.headers.iter().map(|(header, _)| header.name()).collect();
        assert_eq!(headers, ["Accept"]);
        assert_eq!(provider.check_key().expect("a request").request.url, check);
    }
    let router = of_kind(Kind::OpenRouter);
    assert_eq!(
        router.list(None).expect("a request").request.url,
        "https://openrouter.ai/api/v1/models"
    );
    // Its list needs no key: it is no answer to whether one is good.
    assert_eq!(
        router.check_key().expect("a request").request.url,
        "https://openrouter.ai/api/v1/key"
    );
    let check = |body: &str| {
        whole(router.check_key().expect("a request"), body.as_bytes())
            .1
            .is_ok()
    };
    assert!(check(r#"{"data":{"label":"x","limit":null}}"#));
    assert!(!check("{}") && !check("<html>"));
}

#[test]
fn servers_are_told_apart_by_word_host_and_owner() {
    for server in Server::ALL {
        assert_eq!(Server::of(server.word()), Some(server));
        assert!(!server.name().is_empty());
    }
    assert_eq!(Server::of("LlamaCpp"), None);
    // What it is known to be counts more than where it is.
    let known = server(Server::LmStudio);
    assert!(known.can(Ability::Pull));
    for other in [Server::LlamaCpp, Server::Vllm, Server::Other] {
        assert!(!server(other).can(Ability::Pull), "{other:?}");
    }
    assert!(
        !of_kind(Kind::OpenRouter)
            .with_server(Some(Server::LmStudio))
            .can(Ability::Pull)
    );
    // A list that shows nothing is still followed by what a server is known to say.
    let listing = list(&server(Server::LlamaCpp), "openai-models.json");
    assert_eq!(listing.more, Some("more"));
}
