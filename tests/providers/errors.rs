//! Every error becomes a failure with a code, a sentence and advice.

use modelyard::engine::failure::ErrorCode as C;
use modelyard::providers::Ability;
use modelyard::providers::error::{Foreign, ProviderError, ProviderErrorKind as K, RetryAfter};
use modelyard::providers::huggingface::SourceTrouble;

/// One of each kind. A new kind does not compile until it is here.
pub(crate) fn every_kind() -> Vec<K> {
    let kinds = vec![
        K::Failed,
        K::Refused,
        K::Overloaded { retry: None },
        K::RateLimited {
            retry: Some(RetryAfter::Ms(1)),
        },
        K::Unauthorized,
        K::NoCredit,
        K::Forbidden,
        K::OriginRefused,
        K::TimedOut,
        K::ContextExceeded {
            prompt_tokens: Some(5_000),
            context_tokens: Some(4_096),
        },
        K::NotFound,
        K::Source(SourceTrouble::Gated),
        K::Source(SourceTrouble::NoRepository),
        K::Source(SourceTrouble::NoRevision),
        K::Source(SourceTrouble::NoFile),
        K::Source(SourceTrouble::Disabled),
        K::Unsupported(Ability::Pull),
        K::ModelCannot,
        K::InvalidName("is empty"),
        K::InvalidRequest {
            field: "temperature",
            reason: "must be a finite number",
        },
        K::NotThisProtocol(Foreign::Page),
        K::Incomplete,
        K::TooLong,
    ];
    for kind in &kinds {
        match kind {
            K::Failed
            | K::Refused
            | K::Overloaded { .. }
            | K::RateLimited { .. }
            | K::Unauthorized
            | K::NoCredit
            | K::Forbidden
            | K::OriginRefused
            | K::TimedOut
            | K::ContextExceeded { .. }
            | K::NotFound
            | K::Source(_)
            | K::Unsupported(_)
            | K::ModelCannot
            | K::InvalidName(_)
            | K::InvalidRequest { .. }
            | K::NotThisProtocol(_)
            | K::Incomplete
            | K::TooLong => {}
        }
    }
    kinds
}

#[test]
fn every_error_becomes_a_failure_that_names_provider_model_and_status() {
    for kind in every_kind() {
        let error = ProviderError {
            kind,
            status: Some(418),
            said: Some("I am a teapot".to_owned()),
        };
        let failure = error.failure("home", Some("m"));
        assert!(failure.message.starts_with("home "), "{failure:?}");
        assert!(failure.message.ends_with(": I am a teapot."), "{failure:?}");
        assert_eq!(
            (failure.provider.as_deref(), failure.model.as_deref()),
            (Some("home"), Some("m"))
        );
        assert_eq!(failure.http_status, Some(418));
        assert!(
            failure.recovery.iter().all(|advice| advice.ends_with('.')),
            "{failure:?}"
        );
        assert!(!failure.recovery.is_empty());
        let wordless = ProviderError { said: None, ..error };
        let message = wordless.failure("home", None).message;
        assert!(
            message.ends_with('.') && !message.contains(':') || message.matches(':').count() == 1,
            "{message}"
        );
    }
}

#[test]
fn the_codes_are_these() {
    let codes: Vec<C> = every_kind()
        .into_iter()
        .map(|kind| ProviderError::from(kind).code())
        .collect();
    assert_eq!(
        codes,
        [
            C::ProviderError,
            C::ProviderError,
            C::Overloaded,
            C::RateLimited,
            C::Unauthorized,
            C::ProviderError,
            C::ProviderError,
            C::CorsOrNetwork,
            C::Timeout,
            C::ContextExceeded,
            C::NotFound,
            C::Unauthorized,
            C::NotFound,
            C::NotFound,
            C::NotFound,
            C::ProviderError,
            C::Unsupported,
            C::Unsupported,
            C::InvalidInput,
            C::InvalidInput,
            C::ProviderError,
            C::ProviderError,
            C::ProviderError,
        ]
    );
}

#[test]
fn only_what_waiting_or_another_try_can_help_is_retryable() {
    let retryable = |kind: K| ProviderError::from(kind).failure("p", None).retryable;
    for kind in [
        K::Failed,
        K::Overloaded { retry: None },
        K::RateLimited { retry: None },
        K::TimedOut,
        K::Incomplete,
    ] {
        assert!(retryable(kind.clone()), "{kind:?}");
    }
    for kind in [
        K::Refused,
        K::Unauthorized,
        K::NoCredit,
        K::Forbidden,
        K::OriginRefused,
        K::NotFound,
        K::Unsupported(Ability::Copy),
        K::ModelCannot,
        K::InvalidName("x"),
        K::NotThisProtocol(Foreign::Text),
        K::TooLong,
    ] {
        assert!(!retryable(kind.clone()), "{kind:?}");
    }
}

#[test]
fn the_sentences_say_what_happened() {
    let message = |kind: K| ProviderError::from(kind).failure("home", None).message;
    assert_eq!(
        message(K::ContextExceeded {
            prompt_tokens: Some(5_000),
            context_tokens: Some(4_096)
        }),
        "home has room for 4096 tokens, and the prompt has 5000."
    );
    assert_eq!(
        message(K::Unsupported(Ability::Pull)),
        "home cannot fetch models."
    );
    assert_eq!(
        message(K::NotThisProtocol(Foreign::Page)),
        "home did not answer as it should: it sent a web page."
    );
    let invalid = ProviderError::from(K::InvalidName("is empty")).failure("home", Some("x"));
    assert_eq!(
        (invalid.field.as_deref(), invalid.value.as_deref()),
        (Some("model"), Some("x"))
    );
    for ability in Ability::ALL {
        assert!(!ability.words().is_empty());
    }
}

#[test]
fn what_a_server_says_of_waiting_and_of_room_is_in_the_failure() {
    let said = |kind: K| {
        let failure = ProviderError::from(kind).failure_at("p", None, 1_000);
        (
            failure.retry_after_ms,
            failure.needed_tokens,
            failure.context_tokens,
        )
    };
    let limited = |retry| said(K::RateLimited { retry: Some(retry) });
    let overloaded = |retry| said(K::Overloaded { retry: Some(retry) });
    assert_eq!(limited(RetryAfter::Ms(2_500)), (Some(2_500), None, None));
    assert_eq!(overloaded(RetryAfter::Ms(u64::MAX)), (Some(u32::MAX), None, None));
    assert_eq!(limited(RetryAfter::At(4_000)), (Some(3_000), None, None));
    assert_eq!(
        overloaded(RetryAfter::At(900)),
        (Some(0), None, None),
        "it was then"
    );
    assert_eq!(said(K::RateLimited { retry: None }), (None, None, None));
    assert_eq!(
        said(K::ContextExceeded {
            prompt_tokens: Some(5_000),
            context_tokens: Some(u64::MAX),
        }),
        (None, Some(5_000), Some(u32::MAX))
    );
    let kind = K::RateLimited {
        retry: Some(RetryAfter::At(4_000)),
    };
    assert_eq!(
        ProviderError::from(kind).failure("p", None).retry_after_ms,
        None,
        "a date without a clock says nothing"
    );
}
