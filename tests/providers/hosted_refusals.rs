//! What the refusals of OpenAI's protocol, OpenRouter, Anthropic and Gemini mean: facts 1.3 to 1.9.

use modelyard::providers::Kind;
use modelyard::providers::error::ProviderErrorKind as K;
use modelyard::providers::error::{Foreign, ProviderError, RetryAfter};

use super::driving::{feed, head, of_kind, refused};

fn error(status: u16, body: &str) -> ProviderError {
    refused(of_kind(Kind::OpenAi).list(None).expect("a request"), status, body)
}

fn kind(status: u16, body: &str) -> K {
    error(status, body).kind
}

fn check(rows: &[(u16, &str, K)]) {
    for (status, body, expected) in rows {
        assert_eq!(kind(*status, body), *expected, "{status} {body}");
    }
}

const SLOW: K = K::RateLimited { retry: None };
const BUSY: K = K::Overloaded { retry: None };

#[test]
fn the_refusals_of_openai_and_of_groq() {
    check(&[
        (
            401,
            r#"{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            K::Unauthorized,
        ),
        (
            404,
            r#"{"error":{"message":"The model `x` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
            K::NotFound,
        ),
        (
            404,
            r#"{"error":{"message":"Invalid URL (GET /models)","type":"invalid_request_error","param":null,"code":null}}"#,
            K::NotThisProtocol(Foreign::OtherJson),
        ),
        // A quota that is used up comes back with money only.
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
            K::NoCredit,
        ),
        (
            429,
            r#"{"error":{"message":"slow","type":"requests","code":"rate_limit_exceeded"}}"#,
            SLOW,
        ),
        (
            500,
            r#"{"error":{"message":"The server had an error","type":"server_error"}}"#,
            K::Failed,
        ),
        (
            503,
            r#"{"error":{"message":"The engine is currently overloaded"}}"#,
            BUSY,
        ),
        (
            403,
            r#"{"error":{"code":"unsupported_country_region_territory","message":"no"}}"#,
            K::Forbidden,
        ),
        (
            400,
            r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0.2 with this model.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}"#,
            K::ModelCannot,
        ),
        (
            400,
            r#"{"error":{"message":"The model `old` has been decommissioned","type":"invalid_request_error","code":"model_decommissioned"}}"#,
            K::NotFound,
        ),
        // A code may be a number, a word that is one, or nothing.
        (
            400,
            r#"{"error":{"message":"no","type":"invalid_request_error","code":400}}"#,
            K::Refused,
        ),
        (
            400,
            r#"{"error":{"message":"no","type":"invalid_request_error","code":"400"}}"#,
            K::Refused,
        ),
        (
            402,
            r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}}"#,
            K::NoCredit,
        ),
    ]);
}

#[test]
fn the_refusals_of_servers_at_home() {
    check(&[
        // llama.cpp
        (
            503,
            r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
            BUSY,
        ),
        (
            401,
            r#"{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}"#,
            K::Unauthorized,
        ),
        (
            404,
            r#"{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}"#,
            K::NotThisProtocol(Foreign::OtherJson),
        ),
        (
            404,
            r#"{"error":{"code":404,"message":"model 'x' not found","type":"not_found_error"}}"#,
            K::NotFound,
        ),
        // vLLM, new and old
        (
            404,
            r#"{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":"model","code":404}}"#,
            K::NotFound,
        ),
        (
            404,
            r#"{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}"#,
            K::NotFound,
        ),
        (
            404,
            r#"{"detail":"Not Found"}"#,
            K::NotThisProtocol(Foreign::OtherJson),
        ),
        (401, r#"{"error":"Unauthorized"}"#, K::Unauthorized),
        // Ollama, which calls them all errors of its own.
        (
            404,
            r#"{"error":{"message":"model 'nope' not found","type":"api_error","param":null,"code":null}}"#,
            K::NotFound,
        ),
        (
            400,
            r#"{"error":{"message":"registry.ollama.ai/library/hello:latest does not support tools","type":"api_error","param":null,"code":null}}"#,
            K::ModelCannot,
        ),
        // LM Studio says so with the status of success.
        (
            200,
            r#"{"error":"Unexpected endpoint or method. (GET /props)"}"#,
            K::NotThisProtocol(Foreign::OtherJson),
        ),
        (
            400,
            r#"{"error":{"message":"No models loaded. Please load a model.","type":"invalid_request_error","code":"model_not_found"}}"#,
            K::NotFound,
        ),
        // Mistral
        (
            422,
            r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","x"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error","code":null}"#,
            K::Refused,
        ),
        (
            400,
            r#"{"object":"error","message":"Invalid model: x","type":"invalid_model","code":"1500"}"#,
            K::NotFound,
        ),
    ]);
    let mistral = error(
        422,
        r#"{"object":"error","message":{"detail":[{"msg":"Extra inputs are not permitted"}]}}"#,
    );
    assert_eq!(mistral.said.as_deref(), Some("Extra inputs are not permitted"));
}

#[test]
fn the_refusals_of_openrouter() {
    check(&[
        (
            401,
            r#"{"error":{"message":"No auth credentials found","code":401}}"#,
            K::Unauthorized,
        ),
        (
            402,
            r#"{"error":{"message":"Insufficient credits. Add more.","code":402}}"#,
            K::NoCredit,
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"Your input was flagged","metadata":{"reasons":["violence"],"flagged_input":"…","provider_name":"P","model_slug":"m"}}}"#,
            K::Refused,
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"Only management keys can do this"}}"#,
            K::Forbidden,
        ),
        (
            408,
            r#"{"error":{"code":408,"message":"timed out"}}"#,
            K::TimedOut,
        ),
        (
            429,
            r#"{"error":{"code":429,"message":"Rate limit exceeded: free-models-per-day"}}"#,
            SLOW,
        ),
        (
            502,
            r#"{"error":{"code":502,"message":"Provider returned error"}}"#,
            K::Failed,
        ),
        (
            503,
            r#"{"error":{"code":503,"message":"No provider meets the requirements"}}"#,
            BUSY,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"x/y is not a valid model ID"}}"#,
            K::NotFound,
        ),
        (
            404,
            r#"{"error":{"code":404,"message":"No endpoints found for x/y."}}"#,
            K::NotFound,
        ),
        (
            404,
            r#"{"error":{"code":404,"message":"No endpoints found that support tool use. To learn more"}}"#,
            K::ModelCannot,
        ),
    ]);
    // What another provider said is what counts.
    let raw = r#"{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"This model's maximum context length is 8 tokens. However, your messages resulted in 9 tokens.\",\"code\":\"context_length_exceeded\"}}","provider_name":"P"}}}"#;
    let error = error(400, raw);
    assert_eq!(
        error.kind,
        K::ContextExceeded {
            prompt_tokens: Some(9),
            context_tokens: Some(8)
        }
    );
    assert!(error.said.is_some_and(|said| said.contains("resulted in 9")));
    // Credit that is spoken for by requests under way comes back by itself.
    let spoken_for = modelyard::providers::Head {
        retry_after: Some("3".to_owned()),
        ..head(402, "application/json")
    };
    let call = of_kind(Kind::OpenRouter).list(None).expect("a request");
    let (_, end) = feed(
        call,
        spoken_for,
        [r#"{"error":{"code":402,"message":"x"}}"#.as_bytes()],
    );
    let retry = Some(RetryAfter::Ms(3_000));
    assert_eq!(end.expect_err("a refusal").kind, K::RateLimited { retry });
}

#[test]
fn the_refusals_of_anthropic() {
    let body = |kind: &str, message: &str| {
        format!(
            r#"{{"type":"error","error":{{"type":"{kind}","message":"{message}"}},"request_id":"req_1"}}"#
        )
    };
    for (status, code, expected) in [
        (400, "invalid_request_error", K::Refused),
        (401, "authentication_error", K::Unauthorized),
        (403, "permission_error", K::Forbidden),
        (404, "not_found_error", K::NotFound),
        (413, "request_too_large", K::Refused),
        (429, "rate_limit_error", SLOW),
        (500, "api_error", K::Failed),
        (529, "overloaded_error", BUSY),
    ] {
        assert_eq!(kind(status, &body(code, "words")), expected, "{status}");
        // Inside of a stream there is no status: the type says it alone.
        if status != 500 {
            assert_eq!(kind(200, &body(code, "words")), expected, "{code}");
        }
    }
    let credit = body(
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API.",
    );
    assert_eq!(kind(400, &credit), K::NoCredit);
}

#[test]
fn the_refusals_of_gemini() {
    check(&[
        (
            400,
            r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"},{"@type":"x","locale":"en-US","message":"API key not valid."}]}}"#,
            K::Unauthorized,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}"#,
            K::Forbidden,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}"#,
            K::Refused,
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}"#,
            K::Forbidden,
        ),
        (
            404,
            r#"{"error":{"code":404,"message":"models/x is not found","status":"NOT_FOUND"}}"#,
            K::NotFound,
        ),
        (
            503,
            r#"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#,
            BUSY,
        ),
        (
            504,
            r#"{"error":{"code":504,"message":"x","status":"DEADLINE_EXCEEDED"}}"#,
            K::TimedOut,
        ),
        (
            500,
            r#"{"error":{"code":500,"message":"x","status":"INTERNAL"}}"#,
            K::Failed,
        ),
        // A stream that was not asked for as events is an array.
        (
            400,
            "[{\"error\":{\"code\":400,\"message\":\"x\",\"status\":\"FAILED_PRECONDITION\"}}\n]",
            K::Forbidden,
        ),
    ]);
    let quota = r#"{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"x"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.074824224s"}]}}"#;
    let error = error(429, quota);
    let retry = Some(RetryAfter::Ms(34_074));
    assert_eq!(error.kind, K::RateLimited { retry });
    // What the details say is said of the same thing.
    assert_eq!(error.said.as_deref(), Some("You exceeded your current quota."));
}

#[test]
fn when_to_ask_again_is_read_out_of_the_words_where_a_browser_hides_the_header() {
    let body =
        |message: &str| format!(r#"{{"error":{{"message":"{message}","code":"rate_limit_exceeded"}}}}"#);
    for (message, ms) in [
        ("Rate limit reached. Please try again in 1.5s. Visit", Some(1_500)),
        ("Please try again in 7m12s.", Some(432_000)),
        ("Please try again in 20ms", Some(20)),
        ("Please try again in a while", None),
        ("Please try again in ", None),
    ] {
        let retry = ms.map(RetryAfter::Ms);
        assert_eq!(kind(429, &body(message)), K::RateLimited { retry }, "{message}");
    }
    // The header is more exact.
    let head = modelyard::providers::Head {
        retry_after: Some("3".to_owned()),
        ..head(429, "application/json")
    };
    let call = of_kind(Kind::OpenAi).list(None).expect("a request");
    let (_, end) = feed(call, head, [body("try again in 9s").as_bytes()]);
    let retry = Some(RetryAfter::Ms(3_000));
    assert_eq!(end.expect_err("a refusal").kind, K::RateLimited { retry });
}

#[test]
fn envelopes_in_envelopes_have_an_end() {
    let mut body = r#"{"message":"deep"}"#.to_owned();
    // Each one doubles the signs that escape.
    for _ in 0..9 {
        body = format!(r#"{{"error":{{"message":{}}}}}"#, serde_json::Value::from(body));
    }
    // Read so far, and judged by what was found up to there.
    assert_eq!(kind(400, &body), K::Refused);
    let deep = format!(
        "{}{}",
        r#"{"error":"#.repeat(60),
        "1".to_owned() + &"}".repeat(60)
    );
    assert_eq!(kind(400, &deep), K::Refused);
    let list = format!(r#"{{"error":{}{}}}"#, "[".repeat(60), "]".repeat(60));
    assert_eq!(kind(400, &list), K::Refused);
}
