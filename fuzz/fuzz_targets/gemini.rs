//! Any bytes as what Gemini answers, and any text in what it is asked.

#![no_main]

use modelyard::providers::Kind;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    modelyard_fuzz::hosted::check(Kind::Gemini, "https://generativelanguage.googleapis.com", bytes);
});
