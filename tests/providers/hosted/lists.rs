//! What Anthropic and Gemini say of their models.

use modelyard::catalog::record::Support;
use modelyard::providers::listed::Listing;
use modelyard::providers::request::{Expects, Header, KeyPlace, Method};
use modelyard::providers::{BaseUrl, Kind, Provider};

use super::super::driving::{fixture, whole};
use super::{anthropic, gemini};

fn list(provider: &Provider, name: &str) -> Listing {
    let call = provider.list(None).expect("a request");
    whole(call, &fixture(name)).1.expect("a list")
}

#[test]
fn anthropic_lists_limits_and_capabilities() {
    let listing = list(&anthropic(), "anthropic-models-1.json");
    let [opus, haiku] = listing.models.as_slice() else {
        panic!("{listing:?}")
    };
    assert_eq!(opus.name, "claude-opus-4-6");
    assert_eq!((opus.context, opus.max_output), (Some(200_000), Some(128_000)));
    assert_eq!(opus.modified.as_deref(), Some("2026-02-04T00:00:00Z"));
    let can = opus.capabilities;
    assert_eq!(
        (can.vision, can.reasoning, can.structured_output, can.streaming),
        (Support::Yes, Support::Yes, Support::Yes, Support::Yes)
    );
    // Nobody says so here; the catalog knows.
    assert_eq!(can.tools, Support::Unknown);
    assert_eq!(haiku.capabilities.structured_output, Support::No);
    assert_eq!(listing.next.as_deref(), Some("claude-haiku-4-5-20251001"));
}

#[test]
fn anthropic_pages_end_and_what_is_null_stays_unknown() {
    let listing = list(&anthropic(), "anthropic-models-2.json");
    assert_eq!((listing.next, listing.nameless), (None, 2));
    let [old] = listing.models.as_slice() else {
        panic!("{:?}", listing.models)
    };
    assert_eq!((old.context, old.max_output), (None, None));
    assert_eq!(old.capabilities.vision, Support::Unknown);
}

#[test]
fn gemini_lists_only_what_answers_by_the_name_people_use() {
    let listing = list(&gemini(), "gemini-models-1.json");
    let names: Vec<&str> = listing.models.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(
        names,
        ["gemini-2.5-pro", "gemini-2.0-flash-001", "tunedModels/mine-4f"]
    );
    assert_eq!(listing.nameless, 1, "an entry without a name was once served");
    let pro = &listing.models[0];
    assert_eq!((pro.context, pro.max_output), (Some(1_048_576), Some(65_536)));
    assert_eq!(pro.capabilities.reasoning, Support::Yes);
    assert_eq!(pro.capabilities.streaming, Support::Yes);
    assert_eq!(listing.models[1].capabilities.reasoning, Support::Unknown);
    assert_eq!(listing.models[2].context, None, "zero is none");
    assert_eq!(listing.next.as_deref(), Some("Ch5tb2RlbHMv+/= &x"));
    let second = list(&gemini(), "gemini-models-2.json");
    assert_eq!(second.models[0].name, "quiet");
    assert_eq!(second.next, None);
}

#[test]
fn gemini_without_models_is_an_empty_list() {
    let call = gemini().list(None).expect("a request");
    assert_eq!(whole(call, b"{}").1, Ok(Listing::default()));
}

#[test]
fn one_model_says_what_its_entry_says() {
    let call = anthropic().show("claude-opus-4-6").expect("a request");
    let shown = whole(call, &fixture("anthropic-model.json")).1.expect("details");
    assert_eq!(
        shown.listed,
        list(&anthropic(), "anthropic-models-1.json").models[0]
    );
    let call = gemini().show("gemini-2.5-pro").expect("a request");
    let shown = whole(call, &fixture("gemini-model.json")).1.expect("details");
    assert_eq!(shown.listed, list(&gemini(), "gemini-models-1.json").models[0]);
}

#[test]
fn the_key_goes_into_a_header_and_pages_say_that_they_are_pages() {
    let (claude, gemini) = (anthropic(), gemini());
    let requests = [
        claude.list(None).expect("a request").request,
        claude.show("m").expect("a request").request,
        claude.check_key().expect("a request").request,
    ];
    for request in requests {
        assert_eq!(request.key, KeyPlace::XApiKey);
        assert_eq!((request.method, request.expects), (Method::Get, Expects::Json));
        assert_eq!(
            request.headers,
            [
                (Header::Accept, "application/json"),
                (Header::AnthropicVersion, "2023-06-01"),
                (Header::AnthropicBrowser, "true"),
            ]
        );
    }
    let requests = [
        gemini.list(None).expect("a request").request,
        gemini.show("m").expect("a request").request,
        gemini.check_key().expect("a request").request,
    ];
    for request in requests {
        assert_eq!(request.key, KeyPlace::XGoogApiKey);
        assert_eq!(request.headers, [(Header::Accept, "application/json")]);
        assert!(!request.url.contains("key="), "{}", request.url);
    }
}

#[test]
fn pages_and_models_are_asked_for_at_these_addresses() {
    let (claude, gemini) = (anthropic(), gemini());
    let url = |call: modelyard::providers::Call<modelyard::providers::Whole<Listing>>| call.request.url;
    assert_eq!(
        url(claude.list(None).expect("a request")),
        "https://api.anthropic.com/v1/models?limit=1000"
    );
    assert_eq!(
        url(claude.list(Some("a&b=c/é")).expect("a request")),
        "https://api.anthropic.com/v1/models?limit=1000&after_id=a%26b%3Dc%2F%C3%A9"
    );
    assert_eq!(
        url(gemini.list(Some("Ch5+/= &x")).expect("a request")),
        "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000&pageToken=Ch5%2B%2F%3D%20%26x"
    );
    assert_eq!(
        claude.show("org/x:1").expect("a request").request.url,
        "https://api.anthropic.com/v1/models/org%2Fx%3A1"
    );
    for name in ["gemini-2.5-pro", "models/gemini-2.5-pro"] {
        assert_eq!(
            gemini.show(name).expect("a request").request.url,
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro"
        );
    }
    assert_eq!(
        gemini.show("tunedModels/m-1").expect("a request").request.url,
        "https://generativelanguage.googleapis.com/v1beta/tunedModels/m-1"
    );
}

#[test]
fn an_address_with_the_version_in_it_is_the_same() {
    for (kind, host, url) in [
        (
            Kind::Anthropic,
            "http://localhost:11434/v1",
            "http://localhost:11434/v1/models?limit=1000",
        ),
        (
            Kind::Anthropic,
            "https://proxy.example/a",
            "https://proxy.example/a/v1/models?limit=1000",
        ),
        (
            Kind::Gemini,
            "https://proxy.example/v1beta/",
            "https://proxy.example/v1beta/models?pageSize=1000",
        ),
        (
            Kind::Gemini,
            "https://proxy.example/v1",
            "https://proxy.example/v1/models?pageSize=1000",
        ),
    ] {
        let provider = Provider::new("p", kind, BaseUrl::parse(host).expect("an address"));
        assert_eq!(provider.list(None).expect("a request").request.url, url);
    }
}

#[test]
fn names_that_lead_somewhere_else_are_refused_before_anything_is_sent() {
    for name in ["", ".", "..", "a b", "a\nb", "é", &"x".repeat(300)] {
        assert!(anthropic().show(name).is_err(), "{name:?}");
        assert!(gemini().show(name).is_err(), "{name:?}");
    }
    for name in [
        "models/",
        "models/..",
        "models/a/b",
        "other/x",
        "a/../b",
        "a?b",
        "a:b",
        "a%2e",
    ] {
        assert!(gemini().show(name).is_err(), "{name:?}");
        assert!(gemini().check_name(name).is_err(), "{name:?}");
    }
    assert!(gemini().same_model("models/a", "a"));
    assert!(!gemini().same_model("a", "A"));
    assert!(!anthropic().same_model("models/a", "a"));
}
