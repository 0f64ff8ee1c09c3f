//! Failures lose what looks like a secret, whoever makes them (bad input 68 and 69).

use modelyard::engine::failure::{ErrorCode, Failure};

const KEY: &str = "sk-canary-0123456789abcdef";

#[test]
fn bad_input_69_no_part_of_a_failure_holds_what_looks_like_a_key() {
    let failure = Failure::new(ErrorCode::ProviderError, format!("it said {KEY}"))
        .about_field("host", &format!("https://me:{KEY}@host/?key={KEY}"))
        .caused_by(format!("TypeError: Authorization: Bearer {KEY}"));
    let text = serde_json::to_string(&failure).unwrap();
    assert!(!text.contains("canary"), "{text}");
    assert_eq!(failure.message, "it said [redacted]");
    assert_eq!(
        failure.value.as_deref(),
        Some("https://[redacted]@host/?key=[redacted]")
    );
    assert_eq!(
        failure.cause.as_deref(),
        Some("TypeError: Authorization: Bearer [redacted]")
    );
}

#[test]
fn a_key_that_a_value_is_cut_in_is_gone_as_well() {
    let value = ["x".repeat(190).as_str(), " ", KEY].concat();
    let failure = Failure::new(ErrorCode::InvalidInput, "no").about_field("a", &value);
    assert!(!failure.value.unwrap().contains("sk-"));
}
