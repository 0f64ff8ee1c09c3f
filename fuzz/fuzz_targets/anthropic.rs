//! Any bytes as what Anthropic answers, and any text in what it is asked.

#![no_main]

use modelyard::providers::Kind;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    modelyard_fuzz::hosted::check(Kind::Anthropic, "https://api.anthropic.com", bytes);
});
