//! Which URLs a manifest may name: groups 1 to 26 of the bad input, and what must pass.

use modelyard::engine::{Engine, HostPolicy, Options};

use crate::models::model;
use crate::world::WLLAMA;

fn refusal(url: &str, policy: HostPolicy) -> Option<String> {
    let mut manifest = model("one", WLLAMA);
    url.clone_into(&mut manifest.files[0].url);
    let options = Options {
        models: vec![manifest],
        hosts: policy,
        ..Options::default()
    };
    let failure = Engine::new(options).err()?;
    assert_eq!(failure.field.as_deref(), Some("models[0].files[0].url"));
    let shown = failure.value.expect("a value");
    assert!(
        !shown.contains("sk-canary") && !failure.message.contains("sk-canary"),
        "a secret is shown: {shown}"
    );
    Some(failure.message)
}

#[track_caller]
fn refused(url: &str, why: &str) {
    for policy in [HostPolicy::Public, HostPolicy::PublicAndLoopback, HostPolicy::Any] {
        let message = refusal(url, policy).unwrap_or_else(|| panic!("{policy:?} lets {url:?} pass"));
        assert!(message.contains(why), "{url:?}: {message}");
    }
}

#[track_caller]
fn allowed(url: &str, policy: HostPolicy) {
    assert_eq!(refusal(url, policy), None, "{url}");
}

#[test]
fn groups_1_to_4_what_is_no_absolute_url_is_refused() {
    refused("", "absolute");
    refused("   ", "blank");
    refused("model.gguf", "absolute");
    refused("//evil.com/x", "absolute");
    refused("https:/host/x", "absolute");
    refused("https:host/x", "absolute");
    refused("https:///x", "broken host");
    refused("https://", "name a file");
    refused("https://example.com", "name a file");
    refused("https://example.com/", "name a file");
}

#[test]
fn group_5_plain_http_is_refused_for_public_hosts() {
    refused("http://example.com/x", "https");
    refused("HTTP://example.com/x", "https");
}

#[test]
fn groups_6_to_8_what_could_be_a_key_is_refused_and_never_shown() {
    refused("https://user:sk-canary@host.com/x", "user name or password");
    refused("https://sk-canary@host.com/x", "user name or password");
    refused("https://host.com/x?key=sk-canary", "query");
    refused("https://host.com?key=sk-canary", "query");
    refused("https://host.com/#sk-canary", "fragment");
    refused("https://host.com/x#sk-canary", "fragment");
}

#[test]
fn groups_9_to_12_other_schemes_are_refused() {
    refused("javascript:alert(1)", "absolute");
    refused("data:application/octet-stream;base64,AA==", "absolute");
    refused("blob:https://example.com/0-0", "absolute");
    refused("file:///etc/passwd", "absolute");
    refused("ftp://example.com/x", "absolute");
}

#[test]
fn groups_13_to_15_look_alikes_are_other_hosts_or_refused() {
    allowed("https://api.openai.com.evil.com/x", HostPolicy::Public);
    refused("https://api.openai.com@evil.com/x", "user name or password");
    refused("https://api.openai.com\\@evil.com/x", "reserved");
}

#[test]
fn group_16_letter_case_and_the_usual_port_are_fine() {
    allowed("https://API.OPENAI.COM:443/x.gguf", HostPolicy::Public);
    allowed(
        "HTTPS://models.example.com/a/b-c_d.e~f/x.gguf",
        HostPolicy::Public,
    );
    allowed(
        "https://huggingface.co/org/repo/resolve/0123abc/model%20one.gguf",
        HostPolicy::Public,
    );
    allowed("https://xn--bcher-kva.example/x", HostPolicy::Public);
}

#[test]
fn groups_17_and_18_trailing_dots_and_look_alike_letters_are_refused() {
    refused("https://api.openai.com./x", "broken host");
    refused("https://api.\u{43E}penai.com/x", "non-ASCII");
    refused("https://b\u{FC}cher.example/x", "non-ASCII");
    for broken in [
        "https://.com/x",
        "https://a..b/x",
        "https://-a.com/x",
        "https://a-.com/x",
        "https://a%2eb.com/x",
    ] {
        refused(broken, "broken host");
    }
    refused(&format!("https://{}.com/x", "a".repeat(64)), "broken host");
    refused(&format!("https://{}com/x", "abcdefg.".repeat(40)), "broken host");
}

#[test]
fn group_19_odd_spellings_of_addresses_are_refused() {
    for odd in [
        "http://2130706433/x",
        "http://0x7f.1/x",
        "http://0177.0.0.1/x",
        "http://0x7f000001/x",
        "http://127.1/x",
        "https://example.0x1/x",
        "http://1.2.3.4.5/x",
        "http://256.1.1.1/x",
        "http://[::1/x",
        "http://[fe80::1%25eth0]/x",
        "http://[::1]x/x",
    ] {
        refused(odd, "broken");
    }
    for private in [
        "http://[::ffff:127.0.0.1]/x",
        "http://[fc00::1]/x",
        "https://[2001:db8::1]/x",
    ] {
        assert!(
            refusal(private, HostPolicy::Public).is_some_and(|why| why.contains("private host")),
            "{private}"
        );
        assert!(
            refusal(private, HostPolicy::PublicAndLoopback).is_some(),
            "{private}"
        );
        allowed(private, HostPolicy::Any);
    }
}

#[test]
fn groups_20_and_21_private_and_loopback_hosts_need_permission() {
    for private in [
        "http://169.254.169.254/x",
        "https://10.0.0.1/x",
        "https://8.8.8.8/x",
        "https://nas.local/x",
        "https://printer/x",
        "https://db.internal/x",
        "https://router.home.arpa/x",
        "https://nas.localdomain/x",
        "https://a.lan/x",
        "https://a.home/x",
        "https://a.corp/x",
        "https://a.intranet/x",
        "https://a.private/x",
    ] {
        assert!(
            refusal(private, HostPolicy::Public).is_some_and(|why| why.contains("private host")),
            "{private}"
        );
        assert!(
            refusal(private, HostPolicy::PublicAndLoopback).is_some(),
            "{private}"
        );
        allowed(private, HostPolicy::Any);
    }
    for loopback in [
        "http://localhost:11434/x",
        "http://127.0.0.1:8080/x",
        "http://127.9.9.9/x",
        "http://[::1]:80/x",
        "https://demo.localhost/x",
    ] {
        assert!(refusal(loopback, HostPolicy::Public).is_some_and(|why| why.contains("allowPrivateHosts")));
        allowed(loopback, HostPolicy::PublicAndLoopback);
        allowed(loopback, HostPolicy::Any);
    }
    allowed("https://arpa.example/x", HostPolicy::Public);
    allowed("https://nothome.arpa.example/x", HostPolicy::Public);
}

#[test]
fn group_22_broken_and_blocked_ports_are_refused() {
    for port in ["0", "65536", "99999999999999999999", "-1", "+1", "", "8a", " 80"] {
        let url = format!("https://example.com:{port}/x");
        assert!(refusal(&url, HostPolicy::Any).is_some(), "{url}");
    }
    refused("https://example.com:25/x", "block");
    refused("https://example.com:10080/x", "block");
    allowed("https://example.com:8443/x", HostPolicy::Public);
    allowed("https://example.com:65535/x", HostPolicy::Public);
}

#[test]
fn group_23_paths_that_lead_elsewhere_are_refused() {
    for path in [
        "../x",
        "a/../x",
        "a/./x",
        "a/%2e%2e/x",
        "a/%2E./x",
        "%2e%2e/%2f",
        "a%2fb",
        "a%2Fb",
        "a%5cb",
        "a/..",
    ] {
        refused(&format!("https://example.com/{path}"), "segments");
    }
    refused("https://example.com/..\\..\\x", "reserved");
    allowed("https://example.com/a/..b/...x", HostPolicy::Public);
}

#[test]
fn groups_24_to_26_long_urls_control_characters_and_reserved_ones_are_refused() {
    refused(&format!("https://example.com/{}", "a".repeat(64 * 1024)), "4096");
    allowed(
        &format!("https://example.com/{}", "a".repeat(4_096 - 20)),
        HostPolicy::Public,
    );
    refused(&format!("https://example.com/{}", "a".repeat(4_096 - 19)), "4096");
    for bad in [
        '\r', '\n', '\t', '\0', ' ', '\u{7F}', '\u{FFFD}', '"', '<', '>', '^', '`', '{', '|', '}',
    ] {
        refused(
            &format!("https://example.com/a{bad}b"),
            "write it percent-encoded",
        );
    }
}
