//! What refusals mean.

use modelyard::engine::failure::ErrorCode;
use modelyard::providers::Head;
use modelyard::providers::chat::ChatRequest;
use modelyard::providers::error::{Foreign, ProviderErrorKind, RetryAfter};

use super::driving::{feed, fixture, head, ollama, refused};

fn kind(status: u16, body: &str) -> ProviderErrorKind {
    let call = ollama().show("one").expect("a request");
    let whole = refused(call, status, body);
    assert_eq!(whole.status, Some(status));
    // A call that streams is refused in the same way.
    let request = ChatRequest {
        model: "one".into(),
        ..ChatRequest::default()
    };
    assert_eq!(
        refused(ollama().chat(&request).expect("a request"), status, body),
        whole
    );
    whole.kind
}

#[test]
fn the_refusals_of_a_real_server_are_told_apart() {
    use ProviderErrorKind as K;
    for (status, body, expected) in [
        (404, r#"{"error":"model 'nope:latest' not found"}"#, K::NotFound),
        (
            404,
            r#"{"error":"model \"nope\" not found, try pulling it first"}"#,
            K::NotFound,
        ),
        (404, "404 page not found", K::NotThisProtocol(Foreign::Text)),
        (404, "<html>nginx</html>", K::NotThisProtocol(Foreign::Page)),
        (404, "", K::NotThisProtocol(Foreign::Nothing)),
        (405, "405 method not allowed", K::NotThisProtocol(Foreign::Text)),
        (
            400,
            r#"{"error":"registry.ollama.ai/library/one:latest does not support tools"}"#,
            K::ModelCannot,
        ),
        (
            400,
            r#"{"error":"\"one\" does not support thinking"}"#,
            K::ModelCannot,
        ),
        (400, r#"{"error":"name \"two two\" is invalid"}"#, K::Refused),
        (400, r#"{"error":"missing request body"}"#, K::Refused),
        (400, r#"{"error":"unexpected EOF"}"#, K::Refused),
        (
            401,
            r#"{"error":"unauthorized","signin_url":"https://ollama.com/connect"}"#,
            K::Unauthorized,
        ),
        (402, r#"{"error":"payment"}"#, K::NoCredit),
        (403, "", K::OriginRefused),
        (403, " \r\n", K::OriginRefused),
        (403, r#"{"error":"ollama cloud is disabled"}"#, K::Forbidden),
        (408, "", K::TimedOut),
        (429, r#"{"error":"slow down"}"#, K::RateLimited { retry: None }),
        (499, r#"{"error":"request canceled"}"#, K::Refused),
        (
            500,
            r#"{"error":"error starting llama-server: llama-server binary not found"}"#,
            K::Failed,
        ),
        (
            500,
            r#"{"error":"pull model manifest: file does not exist"}"#,
            K::NotFound,
        ),
        (502, "<html>Bad Gateway</html>", K::Failed),
        (
            503,
            r#"{"error":"server busy, please try again.  maximum pending requests exceeded"}"#,
            K::Overloaded { retry: None },
        ),
        (504, "", K::TimedOut),
        (529, "", K::Overloaded { retry: None }),
        (302, "", K::NotThisProtocol(Foreign::Nothing)),
        (304, "", K::NotThisProtocol(Foreign::Nothing)),
        (600, "x", K::NotThisProtocol(Foreign::Text)),
    ] {
        assert_eq!(kind(status, body), expected, "{status} {body}");
    }
}

#[test]
fn an_overflow_is_recognised_by_code_by_type_and_by_words() {
    let overflow = |prompt, context| ProviderErrorKind::ContextExceeded {
        prompt_tokens: prompt,
        context_tokens: context,
    };
    for (status, body, prompt, context) in [
        (
            400,
            r#"{"error":{"message":"too many","type":"invalid_request_error","code":"context_length_exceeded","param":null}}"#,
            None,
            None,
        ),
        (
            400,
            r#"{"error":{"code":400,"type":"exceed_context_size_error","message":"x","n_prompt_tokens":5000,"n_ctx":4096}}"#,
            Some(5_000),
            Some(4_096),
        ),
        (
            500,
            r#"{"error":{"error":{"code":400,"type":"exceed_context_size_error","n_prompt_tokens":50,"n_ctx":40}}}"#,
            Some(50),
            Some(40),
        ),
        (
            400,
            r#"{"error":"the input length exceeds the context length"}"#,
            None,
            None,
        ),
        (
            500,
            r#"{"error":{"message":"the request exceeds the available context size, try increasing it"}}"#,
            None,
            None,
        ),
        (
            400,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8 maximum"}}"#,
            Some(9),
            Some(8),
        ),
        (
            400,
            r#"{"object":"error","message":"This model's maximum context length is 4096 tokens","code":400}"#,
            None,
            Some(4_096),
        ),
        (413, r#"{"detail":"Input too long: limit is 7"}"#, None, Some(7)),
    ] {
        assert_eq!(kind(status, body), overflow(prompt, context), "{status} {body}");
    }
    // What a real server says to a prompt of 600 words and a context of 256, because it was told not to truncate.
    let recorded = String::from_utf8(fixture("overflow-0.12.6.json")).expect("text");
    assert_eq!(kind(400, &recorded), overflow(None, None));
    // Not every length is that of the context.
    let user = r#"{"error":{"message":"Invalid 'user': string too long.","code":"string_above_max_length"}}"#;
    assert_eq!(kind(400, user), ProviderErrorKind::Refused);
}

#[test]
fn retry_after_is_seconds_or_a_date_and_all_else_says_nothing() {
    let retry = |text: &str| {
        let head = Head {
            retry_after: Some(text.to_owned()),
            ..head(429, "application/json")
        };
        let (_, end) = feed(ollama().list(None).expect("a request"), head, [b"{}".as_slice()]);
        match end.expect_err("a refusal").kind {
            ProviderErrorKind::RateLimited { retry } => retry,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(retry("7"), Some(RetryAfter::Ms(7_000)));
    assert_eq!(retry(" 0 "), Some(RetryAfter::Ms(0)));
    assert_eq!(retry("99999999999999999999999"), Some(RetryAfter::Ms(u64::MAX)));
    assert_eq!(
        retry("Sun, 06 Nov 1994 08:49:37 GMT"),
        Some(RetryAfter::At(784_111_777_000))
    );
    for text in ["", "-1", "1.5", "1e9", "Wed, 32 Foo", "soon"] {
        assert_eq!(retry(text), None, "{text}");
    }
}

#[test]
fn a_provider_s_words_are_one_short_line() {
    let said = |body: &str| refused(ollama().list(None).expect("a request"), 500, body).said;
    assert_eq!(
        said(r#"{"error":" a\nb\u0000\u202ec "}"#).as_deref(),
        Some("a b c")
    );
    assert_eq!(said("plain\r\nwords").as_deref(), Some("plain words"));
    assert_eq!(said("<html>secret</html>"), None);
    assert_eq!(said(r#"{"error":{"type":"x"}}"#), None);
    assert_eq!(said(r#"{"message":"m"}"#).as_deref(), Some("m"));
    let long = format!(r#"{{"error":"{}"}}"#, "x".repeat(60_000));
    assert_eq!(said(&long).map(|said| said.chars().count()), Some(300));
    // A refusal without an end is read to a limit, and then judged by what came.
    let endless = "x".repeat(1 << 20);
    assert_eq!(said(&endless).map(|said| said.chars().count()), Some(300));
}

#[test]
fn deleting_what_is_not_there_is_not_found() {
    let gone = refused(
        ollama().remove("two").expect("a request"),
        404,
        r#"{"error":"model 'two' not found"}"#,
    );
    assert_eq!((gone.code(), gone.status), (ErrorCode::NotFound, Some(404)));
    for body in ["", "null", "{}", r#"{"status":"success"}"#] {
        let (_, end) = feed(
            ollama().remove("two").expect("a request"),
            head(200, "text/plain"),
            [body.as_bytes()],
        );
        assert_eq!(end, Ok(()), "{body}");
    }
    for body in ["gone", "<html>", "[]"] {
        let (_, end) = feed(
            ollama().copy("two", "three").expect("a request"),
            head(200, "text/plain"),
            [body.as_bytes()],
        );
        assert!(end.is_err(), "{body}");
    }
}
