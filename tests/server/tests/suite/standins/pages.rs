//! What pages are told: by it the browser decides.

use modelyard_testserver::standin::{StandIn, Vendor};

use super::{get, json_of, start, usual};
use crate::wire::{Open, Wire};

fn preflight(vendor: Vendor, headers: &str) -> Wire {
    let server = usual(vendor);
    let asked = format!(
        "Origin: https://page.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: {headers}\r\n"
    );
    Open::request(&server, "OPTIONS", "/x/v1/models", &asked).finish()
}

fn allows(vendor: Vendor, header: &str) -> bool {
    let told = preflight(vendor, header)
        .header("access-control-allow-headers")
        .unwrap_or_default();
    told.split(',')
        .any(|name| name.trim().eq_ignore_ascii_case(header))
}

#[test]
fn only_headers_that_the_real_server_knows_pass_a_preflight() {
    for (vendor, known) in [
        (Vendor::OpenAi, "authorization"),
        (Vendor::Groq, "authorization"),
        (Vendor::Compatible, "authorization"),
        (Vendor::OpenRouter, "http-referer"),
        (Vendor::Anthropic, "anthropic-dangerous-direct-browser-access"),
        (Vendor::Gemini, "x-goog-api-key"),
    ] {
        assert!(allows(vendor, known), "{vendor:?} {known}");
        assert!(!allows(vendor, "x-custom"), "{vendor:?}");
    }
    // This one does not even answer.
    let refused = preflight(Vendor::Gemini, "x-goog-api-key, x-custom");
    assert_eq!(
        (refused.status(), refused.header("access-control-allow-origin")),
        (403, None)
    );
    // Its framework says yes to anything.
    assert!(allows(Vendor::Vllm, "x-custom"));
    // A third header fails at the strictest.
    assert!(!allows(Vendor::Compatible, "x-stainless-lang"));
}

#[test]
fn anthropic_speaks_only_to_pages_that_opt_in() {
    let silent = preflight(Vendor::Anthropic, "x-api-key, anthropic-version");
    assert_eq!(
        (silent.status(), silent.header("access-control-allow-origin")),
        (403, None)
    );
    let server = usual(Vendor::Anthropic);
    let page =
        "Origin: https://page.example\r\nx-api-key: sk-ant-standin-0001\r\nanthropic-version: 2023-06-01\r\n";
    let refused = get(&server, "/x/v1/models", page);
    assert_eq!(
        (refused.status(), refused.header("access-control-allow-origin")),
        (401, None)
    );
    let message = json_of(&refused)["error"]["message"].clone();
    assert_eq!(
        message,
        "CORS requests must set 'anthropic-dangerous-direct-browser-access' header"
    );
    let opted = format!("{page}anthropic-dangerous-direct-browser-access: true\r\n");
    let heard = get(&server, "/x/v1/models", &opted);
    assert_eq!(
        (
            heard.status(),
            heard.header("access-control-expose-headers").as_deref()
        ),
        (200, Some("*"))
    );
}

#[test]
fn a_switch_and_a_list_of_origins_shut_pages_out() {
    let off = preflight(Vendor::LmStudio, "content-type");
    assert_eq!(
        (off.status(), off.header("access-control-allow-origin")),
        (200, None)
    );
    assert_eq!(json_of(&off)["error"], "'messages' field is required");
    let server = start(
        Vendor::LmStudio,
        StandIn {
            cors: Some(true),
            origins: Some(vec!["https://page.example".into()]),
            ..StandIn::default()
        },
    );
    let told = |origin: &str| get(&server, "/x/v1/models", &format!("Origin: {origin}\r\n"));
    let heard = told("https://page.example");
    assert_eq!(
        heard.header("access-control-allow-origin").as_deref(),
        Some("https://page.example")
    );
    assert_eq!(
        told("https://other.example").header("access-control-allow-origin"),
        None
    );
}

#[test]
fn a_stand_in_is_always_at_home() {
    let server = usual(Vendor::OpenAi);
    let list = get(
        &server,
        "/as/openai/v1/models",
        "Authorization: Bearer sk-standin-openai-0001\r\n",
    );
    assert_eq!(list.status(), 200);
    assert_eq!(get(&server, "/as/none/v1/models", "").status(), 404);
    assert_eq!(get(&server, "/as/openaix/v1/models", "").status(), 404);
}
