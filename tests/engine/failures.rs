//! The one error shape: requirements E1 to E3.

use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::{Engine, Options};
use modelyard::json;

use crate::models::model;
use crate::world::WLLAMA;

/// All codes. The match makes the compiler ask for a new one here.
pub(crate) fn codes() -> Vec<ErrorCode> {
    use ErrorCode as E;
    let all = vec![
        E::Network,
        E::Offline,
        E::Timeout,
        E::CorsOrNetwork,
        E::LocalNetworkPermission,
        E::StorageFull,
        E::StorageUnavailable,
        E::Integrity,
        E::SizeMismatch,
        E::NotAModel,
        E::ProviderError,
        E::Unauthorized,
        E::RateLimited,
        E::Overloaded,
        E::ContextExceeded,
        E::NotFound,
        E::InUse,
        E::InvalidInput,
        E::InvalidConfig,
        E::UnknownProfile,
        E::NoCompatibleModels,
        E::Unsupported,
        E::Canceled,
        E::Superseded,
        E::LoadFailed,
        E::EngineCrashed,
        E::NotReady,
        E::Closed,
    ];
    for code in &all {
        match code {
            E::Network
            | E::Offline
            | E::Timeout
            | E::CorsOrNetwork
            | E::LocalNetworkPermission
            | E::StorageFull
            | E::StorageUnavailable
            | E::Integrity
            | E::SizeMismatch
            | E::NotAModel
            | E::ProviderError
            | E::Unauthorized
            | E::RateLimited
            | E::Overloaded
            | E::ContextExceeded
            | E::NotFound
            | E::InUse
            | E::InvalidInput
            | E::InvalidConfig
            | E::UnknownProfile
            | E::NoCompatibleModels
            | E::Unsupported
            | E::Canceled
            | E::Superseded
            | E::LoadFailed
            | E::EngineCrashed
            | E::NotReady
            | E::Closed => {}
        }
    }
    all
}

#[test]
fn e1_every_failure_says_what_happened_and_what_to_do() {
    for code in codes() {
        let failure = Failure::new(code, "The download of “one” broke off.");
        assert_eq!(failure.message, "The download of “one” broke off.");
        assert!(
            failure
                .recovery
                .iter()
                .all(|advice| advice.ends_with('.') && advice.len() > 10),
            "{code:?}"
        );
        assert_eq!(failure.recovery.len(), 1);
    }
}

#[test]
fn e1_what_a_repetition_cannot_mend_is_not_called_retryable() {
    let hopeless = [
        ErrorCode::StorageUnavailable,
        ErrorCode::Unauthorized,
        ErrorCode::ContextExceeded,
        ErrorCode::NotFound,
        ErrorCode::InUse,
        ErrorCode::InvalidInput,
        ErrorCode::InvalidConfig,
        ErrorCode::UnknownProfile,
        ErrorCode::NoCompatibleModels,
        ErrorCode::Unsupported,
        ErrorCode::Superseded,
        ErrorCode::Closed,
    ];
    for code in codes() {
        assert_eq!(
            Failure::new(code, "x").retryable,
            !hopeless.contains(&code),
            "{code:?}"
        );
    }
}

#[test]
fn e2_the_codes_are_the_documented_ones() {
    let written: Vec<String> = codes()
        .iter()
        .map(|code| {
            serde_json::to_string(code)
                .expect("text")
                .trim_matches('"')
                .to_owned()
        })
        .collect();
    for code in [
        "network",
        "offline",
        "timeout",
        "cors_or_network",
        "local_network_permission",
        "storage_full",
        "storage_unavailable",
        "integrity",
        "size_mismatch",
        "not_a_model",
        "provider_error",
        "unauthorized",
        "rate_limited",
        "overloaded",
        "context_exceeded",
        "not_found",
        "in_use",
        "invalid_input",
        "invalid_config",
        "unknown_profile",
        "no_compatible_models",
        "unsupported",
        "canceled",
        "superseded",
        "load_failed",
        "engine_crashed",
        "closed",
    ] {
        assert!(written.iter().any(|known| known == code), "{code}");
    }
    for text in &written {
        let code: ErrorCode = json::from_str(&format!("\"{text}\"")).expect("readable");
        assert!(codes().contains(&code));
    }
}

#[test]
fn e1_what_is_absent_is_left_out_of_the_json_and_what_is_there_survives_it() {
    let plain = Failure::new(ErrorCode::Network, "Cut.");
    let text = serde_json::to_string(&plain).expect("text");
    assert!(!text.contains("null") && !text.contains("others"), "{text}");
    let full = Failure {
        http_status: Some(503),
        needed_bytes: Some(9),
        retry_after_ms: Some(8),
        needed_tokens: Some(7),
        context_tokens: Some(6),
        provider: Some("wllama".to_owned()),
        others: vec![plain.clone()],
        ..plain
    }
    .about_model("one")
    .about_field("url", "https://x")
    .caused_by("reset");
    let text = serde_json::to_string(&full).expect("text");
    assert_eq!(json::from_str::<Failure>(&text).expect("readable"), full);
    for key in [
        "httpStatus",
        "neededBytes",
        "retryAfterMs",
        "neededTokens",
        "contextTokens",
        "provider",
        "others",
        "model",
        "field",
        "value",
        "cause",
    ] {
        assert!(text.contains(&format!("\"{key}\"")), "{key}");
    }
}

#[test]
fn e1_a_long_value_is_shortened() {
    let failure = Failure::new(ErrorCode::InvalidInput, "x").about_field("name", &"é".repeat(10_000));
    assert_eq!(failure.value.map(|value| value.chars().count()), Some(200));
}

#[test]
fn e3_of_several_failures_the_first_is_reported_and_the_others_are_attached() {
    let mut wrong = model("one", WLLAMA);
    wrong.name.clear();
    wrong.context_window = Some(0);
    wrong.files[0].url = "http://example.com/x".to_owned();
    wrong.files[0].size_bytes = Some(0);
    let failure = Engine::new(Options {
        models: vec![wrong],
        ..Options::default()
    })
    .expect_err("wrong");
    assert_eq!(failure.field.as_deref(), Some("models[0].name"));
    let others: Vec<_> = failure
        .others
        .iter()
        .filter_map(|other| other.field.as_deref())
        .collect();
    assert_eq!(
        others,
        [
            "models[0].contextWindow",
            "models[0].files[0].url",
            "models[0].files[0].sizeBytes"
        ]
    );
}
