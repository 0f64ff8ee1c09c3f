//! The connection test: one row a situation.

use modelyard::engine::failure::ErrorCode;
use modelyard::providers::connection::{
    Finding, Heard, OpaqueProbe, Permission, Surroundings, Verdict, judge,
};
use modelyard::providers::error::{ProviderError, ProviderErrorKind};
use modelyard::providers::listed::ServerVersion;
use modelyard::providers::{BaseUrl, Kind, Provider, Server};

use super::driving::{feed, head, ollama};
use super::hosted::{anthropic, gemini};

fn at(url: &str) -> Provider {
    Provider::new("p", Kind::Ollama, BaseUrl::parse(url).expect("an address"))
}

fn around() -> Surroundings {
    Surroundings {
        page_origin: "https://app.example".into(),
        page_is_secure: true,
        ..Surroundings::default()
    }
}

fn answered(status: u16, kind: &str, body: &str) -> Heard {
    Heard::Answer(
        feed(
            ollama().version().expect("a request"),
            head(status, kind),
            [body.as_bytes()],
        )
        .1
        .map(Some),
    )
}

/// An answer to the question whether a key is good.
fn checked(provider: &Provider, status: u16, body: &str) -> Heard {
    let call = provider.check_key().expect("a request");
    let json = head(status, "application/json");
    Heard::Answer(feed(call, json, [body.as_bytes()]).1.map(|()| None))
}

#[test]
fn a_kind_without_a_version_is_asked_what_needs_a_good_key() {
    let (claude, gemini) = (anthropic(), gemini());
    let good = [
        (&claude, r#"{"data":[],"has_more":false}"#),
        (&gemini, r#"{"models":[]}"#),
    ];
    for (provider, body) in good {
        let verdict = judge(provider, &checked(provider, 200, body), &around());
        assert_eq!(
            (verdict.finding, verdict.version),
            (Finding::Reachable, None),
            "{}",
            verdict.message
        );
        assert!(verdict.message.contains(provider.name()), "{}", verdict.message);
    }
    let refusal = r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#;
    let verdict = judge(&claude, &checked(&claude, 401, refusal), &around());
    assert_eq!((verdict.finding, verdict.status), (Finding::BadKey, Some(401)));
    let denied = r#"{"error":{"code":403,"message":"Method doesn't allow unregistered callers","status":"PERMISSION_DENIED"}}"#;
    let heard = checked(&gemini, 403, denied);
    assert_eq!(judge(&gemini, &heard, &around()).finding, Finding::NotAllowed);
    let without = Surroundings {
        without_key: true,
        ..around()
    };
    assert_eq!(judge(&gemini, &heard, &without).finding, Finding::BadKey);
    let page = checked(&claude, 200, "<html>");
    assert_eq!(judge(&claude, &page, &without).finding, Finding::WrongUrl);
}

#[test]
fn what_keeps_a_page_from_a_service_is_no_setting_of_that_service() {
    let blocked = Surroundings {
        probe: OpaqueProbe::Failed,
        ..around()
    };
    for (around, finding) in [(around(), Finding::Unclear), (blocked, Finding::NotRunning)] {
        let verdict = judge(&anthropic(), &Heard::Nothing, &around);
        assert_eq!((verdict.finding, &verdict.setting), (finding, &None));
        assert!(
            verdict.advice.contains("Content-Security-Policy"),
            "{}",
            verdict.advice
        );
    }
}

#[test]
fn each_server_of_one_protocol_is_let_in_its_own_way() {
    let answers = Surroundings {
        probe: OpaqueProbe::Answered,
        ..around()
    };
    for (server, setting, name) in [
        (Server::LmStudio, Some("lms server start --cors"), "LM Studio"),
        (
            Server::Vllm,
            Some(r#"--allowed-origins '["https://app.example"]'"#),
            "vLLM",
        ),
        (Server::LlamaCpp, None, "llama.cpp"),
    ] {
        let base = BaseUrl::parse("http://localhost:1234/v1").expect("an address");
        let provider = Provider::new("home", Kind::OpenAi, base).with_server(Some(server));
        let verdict = judge(&provider, &Heard::Nothing, &answers);
        assert_eq!(verdict.finding, Finding::OriginRefused);
        assert_eq!(verdict.setting.as_deref(), setting);
        assert!(
            verdict.message.contains(name) && verdict.advice.contains(name),
            "{verdict:?}"
        );
    }
}

fn found(url: &str, heard: &Heard, around: &Surroundings) -> Verdict {
    let verdict = judge(&at(url), heard, around);
    assert!(verdict.message.ends_with(['.', '…']), "{verdict:?}");
    assert_eq!(
        verdict.advice.is_empty(),
        verdict.finding == Finding::Reachable,
        "{verdict:?}"
    );
    assert_eq!(
        verdict.finding.code().is_none(),
        verdict.finding == Finding::Reachable
    );
    assert!(
        !verdict.advice.contains("ORIGINS=*"),
        "any page could use the server: {verdict:?}"
    );
    verdict
}

const HOME: &str = "http://localhost:11434";
const NAS: &str = "http://192.168.1.7:11434";
const FAR: &str = "https://ollama.example";

#[test]
fn answers_are_told_apart() {
    for (status, kind, body, expected) in [
        (
            200,
            "application/json",
            r#"{"version":"0.32.15"}"#,
            Finding::Reachable,
        ),
        (200, "application/json", r#"{"object":"list"}"#, Finding::WrongUrl),
        (200, "text/plain", "Ollama is running", Finding::WrongUrl),
        (200, "text/html", "<html>Router</html>", Finding::WrongUrl),
        (200, "text/plain", "", Finding::WrongUrl),
        (204, "", "", Finding::WrongUrl),
        (404, "text/plain", "404 page not found", Finding::WrongUrl),
        (
            404,
            "application/json",
            r#"{"error":"not found"}"#,
            Finding::WrongUrl,
        ),
        (405, "", "", Finding::WrongUrl),
        (
            400,
            "application/json",
            r#"{"error":"bad request"}"#,
            Finding::WrongUrl,
        ),
        (
            401,
            "application/json",
            r#"{"error":"unauthorized"}"#,
            Finding::BadKey,
        ),
        (402, "application/json", r#"{"error":"pay"}"#, Finding::NotAllowed),
        (403, "", "", Finding::OriginRefused),
        (
            403,
            "application/json",
            r#"{"error":"your region"}"#,
            Finding::NotAllowed,
        ),
        (429, "", "", Finding::Busy),
        (
            503,
            "application/json",
            r#"{"error":"server busy"}"#,
            Finding::Busy,
        ),
        (500, "", "", Finding::Broken),
        (502, "text/html", "<html>Bad Gateway</html>", Finding::Broken),
        (504, "", "", Finding::TimedOut),
    ] {
        let verdict = found(HOME, &answered(status, kind, body), &around());
        assert_eq!(verdict.finding, expected, "{status} {body}: {verdict:?}");
        let status = (expected != Finding::Reachable).then_some(status);
        assert_eq!(verdict.status, status, "{verdict:?}");
    }
    let good = found(
        HOME,
        &answered(200, "application/json", r#"{"version":"0.32.15"}"#),
        &around(),
    );
    assert_eq!(good.version, Some(ServerVersion::new("0.32.15")));
    assert_eq!(good.message, "Ollama answers at http://localhost:11434.");
}

#[test]
fn an_origin_that_is_refused_gets_the_line_to_set() {
    let answered = found(HOME, &answered(403, "", ""), &around());
    let opaque = found(
        HOME,
        &Heard::Nothing,
        &Surroundings {
            probe: OpaqueProbe::Answered,
            ..around()
        },
    );
    for verdict in [answered, opaque] {
        assert_eq!(verdict.finding, Finding::OriginRefused);
        assert_eq!(verdict.finding.code(), Some(ErrorCode::CorsOrNetwork));
        assert_eq!(
            verdict.setting.as_deref(),
            Some("OLLAMA_ORIGINS=https://app.example")
        );
        assert!(
            verdict.advice.contains("`OLLAMA_ORIGINS=https://app.example`"),
            "{verdict:?}"
        );
    }
    // A page from a file has no origin that could be named.
    let file = Surroundings {
        page_origin: "null".into(),
        probe: OpaqueProbe::Answered,
        ..around()
    };
    let verdict = found(HOME, &Heard::Nothing, &file);
    assert_eq!((verdict.finding, verdict.setting), (Finding::OriginRefused, None));
}

#[test]
fn no_answer_is_told_apart_by_what_lies_around() {
    use Finding as F;
    use OpaqueProbe as O;
    use Permission as P;
    for (url, probe, permission, expected) in [
        (HOME, O::Failed, P::Unknown, F::NotRunning),
        (HOME, O::Failed, P::Granted, F::NotRunning),
        (HOME, O::Failed, P::Prompt, F::LocalNetworkPermission),
        (HOME, O::NotTried, P::Prompt, F::LocalNetworkPermission),
        (HOME, O::Failed, P::Denied, F::LocalNetworkPermission),
        (HOME, O::Answered, P::Granted, F::OriginRefused),
        // What answered was reached: then nothing was in the way but the server.
        (HOME, O::Answered, P::Prompt, F::OriginRefused),
        (HOME, O::NotTried, P::Unknown, F::Unclear),
        (HOME, O::NotTried, P::Granted, F::Unclear),
        (NAS, O::Failed, P::Unknown, F::MixedContent),
        (NAS, O::NotTried, P::Unknown, F::MixedContent),
        (NAS, O::Failed, P::Granted, F::NotRunning),
        (NAS, O::Failed, P::Prompt, F::LocalNetworkPermission),
        (NAS, O::Failed, P::Denied, F::LocalNetworkPermission),
        (FAR, O::Failed, P::Unknown, F::NotRunning),
        (FAR, O::Failed, P::Denied, F::NotRunning),
        (FAR, O::Failed, P::Prompt, F::NotRunning),
        (FAR, O::Answered, P::Unknown, F::OriginRefused),
        (FAR, O::NotTried, P::Unknown, F::Unclear),
        ("http://ollama.example", O::Failed, P::Granted, F::MixedContent),
    ] {
        let around = Surroundings {
            probe,
            permission,
            ..around()
        };
        let verdict = found(url, &Heard::Nothing, &around);
        assert_eq!(verdict.finding, expected, "{url} {probe:?} {permission:?}");
    }
    let unclear = found(HOME, &Heard::Nothing, &around());
    assert!(unclear.advice.contains("runs") && unclear.advice.contains("OLLAMA_ORIGINS=https://app.example"));
}

#[test]
fn a_page_from_this_computer_needs_no_permission() {
    for origin in [
        "http://localhost:5173",
        "http://127.0.0.1:8080",
        "http://[::1]:3000",
    ] {
        for permission in [Permission::Prompt, Permission::Denied] {
            let around = Surroundings {
                page_origin: origin.into(),
                probe: OpaqueProbe::Failed,
                permission,
                ..around()
            };
            assert_eq!(
                found(HOME, &Heard::Nothing, &around).finding,
                Finding::NotRunning,
                "{origin}"
            );
            assert_eq!(
                found(NAS, &Heard::Nothing, &around).finding,
                Finding::NotRunning,
                "{origin}"
            );
        }
    }
}

#[test]
fn a_page_without_https_cannot_be_permitted() {
    let around = Surroundings {
        page_origin: "http://app.example".into(),
        page_is_secure: false,
        permission: Permission::Denied,
        probe: OpaqueProbe::Failed,
        ..around()
    };
    let verdict = found(HOME, &Heard::Nothing, &around);
    assert_eq!(verdict.finding, Finding::InsecurePage);
    assert_eq!(verdict.finding.code(), Some(ErrorCode::LocalNetworkPermission));
}

#[test]
fn without_a_network_only_this_computer_can_be_down() {
    let around = Surroundings {
        offline: true,
        probe: OpaqueProbe::Failed,
        ..around()
    };
    assert_eq!(found(FAR, &Heard::Nothing, &around).finding, Finding::Offline);
    assert_eq!(found(NAS, &Heard::Nothing, &around).finding, Finding::Offline);
    assert_eq!(found(HOME, &Heard::Nothing, &around).finding, Finding::NotRunning);
}

#[test]
fn silence_is_an_open_question_of_the_browser_or_too_long() {
    let asking = Surroundings {
        permission: Permission::Prompt,
        ..around()
    };
    assert_eq!(
        found(HOME, &Heard::Silence, &asking).finding,
        Finding::LocalNetworkPermission
    );
    assert_eq!(found(FAR, &Heard::Silence, &asking).finding, Finding::TimedOut);
    assert_eq!(found(HOME, &Heard::Silence, &around()).finding, Finding::TimedOut);
}

#[test]
fn a_path_in_a_wrong_address_is_named() {
    let verdict = found(
        "http://localhost:11434/v1",
        &answered(404, "text/plain", "404 page not found"),
        &around(),
    );
    assert_eq!(verdict.finding, Finding::WrongUrl);
    assert!(verdict.advice.contains("`/v1`"), "{verdict:?}");
}

#[test]
fn every_kind_of_refusal_has_a_verdict() {
    for kind in super::errors::every_kind() {
        let heard = Heard::Answer(Err(ProviderError::from(kind)));
        let verdict = found(HOME, &heard, &around());
        assert_ne!(verdict.finding, Finding::Reachable);
    }
    let _ = ProviderErrorKind::Failed;
}
