//! Addresses and names.

use modelyard::engine::Zone;
use modelyard::providers::BaseUrl;
use modelyard::providers::ollama::name::{Name, check, same};

use super::driving::ollama;

#[test]
fn addresses_are_read_as_people_write_them() {
    for (text, expected, origin, zone) in [
        (
            "http://localhost:11434",
            "http://localhost:11434",
            "http://localhost:11434",
            Zone::Loopback,
        ),
        (
            " HTTP://LocalHost:11434/ ",
            "http://localhost:11434",
            "http://localhost:11434",
            Zone::Loopback,
        ),
        (
            "http://127.0.0.1:80/",
            "http://127.0.0.1",
            "http://127.0.0.1",
            Zone::Loopback,
        ),
        (
            "http://[::1]:11434",
            "http://[::1]:11434",
            "http://[::1]:11434",
            Zone::Loopback,
        ),
        (
            "https://API.example.com:443//",
            "https://api.example.com",
            "https://api.example.com",
            Zone::Public,
        ),
        (
            "https://api.example.com:80",
            "https://api.example.com:80",
            "https://api.example.com:80",
            Zone::Public,
        ),
        (
            "https://x.example/Ollama/v2/",
            "https://x.example/Ollama/v2",
            "https://x.example",
            Zone::Public,
        ),
        (
            "http://192.168.1.7:11434",
            "http://192.168.1.7:11434",
            "http://192.168.1.7:11434",
            Zone::Private,
        ),
        (
            "http://nas.local:11434",
            "http://nas.local:11434",
            "http://nas.local:11434",
            Zone::Private,
        ),
        (
            "http://nas:11434",
            "http://nas:11434",
            "http://nas:11434",
            Zone::Private,
        ),
    ] {
        let base = BaseUrl::parse(text).expect(text);
        assert_eq!(
            (base.as_str(), base.origin(), base.zone()),
            (expected, origin, zone),
            "{text}"
        );
        assert_eq!([base.origin(), base.path()].concat(), base.as_str());
        assert_eq!(base.is_secure(), expected.starts_with("https:"));
        assert_eq!(BaseUrl::parse(base.as_str()).as_ref(), Ok(&base), "read again");
    }
}

#[test]
fn addresses_that_could_mean_something_else_are_refused() {
    let long = format!("http://localhost/{}", "x".repeat(2_048));
    for text in [
        "",
        "   ",
        "localhost:11434",
        "//evil.example",
        "ftp://localhost",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "http://user:sk-canary@localhost",
        "https://api.openai.com@evil.example",
        "https://api.openai.com\\@evil.example",
        "http://localhost?key=sk-canary",
        "http://localhost/#x",
        "http://localhost/../x",
        "http://localhost/%2e%2e/x",
        "http://localhost/a%2fb",
        "http://local host",
        "http://localhost\n.evil.example",
        "http://lоcalhost",
        "http://localhost:0",
        "http://localhost:65536",
        "http://localhost:25",
        "http://localhost:x",
        "http://localhost:",
        "http://2130706433",
        "http://0x7f.1",
        "http://[::1",
        "https://api.openai.com./",
        long.as_str(),
    ] {
        let reason = BaseUrl::parse(text).expect_err(text);
        assert!(!reason.contains("canary"), "{reason}");
        if text.contains('@') && !text.contains('\\') {
            assert_eq!(reason, "must have no user name or password");
        }
    }
}

#[test]
fn names_are_compared_with_what_goes_without_saying() {
    for (one, other) in [
        ("llama3.1", "llama3.1:latest"),
        ("Llama3.1", "llama3.1:LATEST"),
        ("library/llama3.1", "llama3.1"),
        ("registry.ollama.ai/library/llama3.1:latest", "llama3.1"),
        ("https://registry.ollama.ai/library/llama3.1", "llama3.1"),
        ("localhost:5000/a/b", "localhost:5000/a/b:latest"),
        (
            "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M",
            "HF.co/bartowski/llama-3.2-1b-instruct-gguf:q4_k_m",
        ),
    ] {
        assert!(
            same(one, other) && ollama().same_model(other, one),
            "{one} {other}"
        );
    }
    for (one, other) in [
        ("llama3.1", "llama3.1:8b"),
        ("llama3.1", "llama3"),
        ("me/llama3.1", "llama3.1"),
        ("localhost:5000/a/b", "localhost:5001/a/b"),
        ("localhost:5000/a/b", "a/b"),
        ("", "llama3.1"),
    ] {
        assert!(!same(one, other), "{one} {other}");
    }
    let name = Name::new("localhost:5000/a/b:c");
    assert_eq!(
        (name.host, name.namespace, name.model, name.tag),
        ("localhost:5000", "a", "b", "c")
    );
}

#[test]
fn names_are_checked_as_the_server_checks_them() {
    let long = "x".repeat(80);
    for name in [
        "m",
        "_m",
        "m:1.5b-q4_K_M",
        "me/m",
        "host.example:5000/me/m:t",
        "hf.co/a/B.C:Q4",
        long.as_str(),
    ] {
        assert_eq!(check(name), Ok(()), "{name}");
    }
    let longer = "x".repeat(81);
    for name in [
        "a b",
        "a.b/m",
        "m:t/x y",
        "a/b/c/d",
        "m:",
        longer.as_str(),
        "m:.t",
    ] {
        assert!(check(name).is_err(), "{name}");
    }
}
