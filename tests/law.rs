//! The law of ARCHITECTURE.md, read off the sources: what pure modules may not name, and which way arrows point.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules without I/O, clock, randomness or JavaScript.
const PURE: [&str; 15] = [
    "json",
    "keys",
    "closest.rs",
    "invisible.rs",
    "catalog",
    "routing",
    "config",
    "engine",
    "providers",
    "management",
    "transfer",
    "runtime/stored.rs",
    "runtime/management/report.rs",
    "runtime/management/settings.rs",
    "runtime/management/talk.rs",
];
/// Names no pure module may use in its code.
const IMPURE_NAMES: [&str; 10] = [
    "js_sys",
    "web_sys",
    "wasm_bindgen",
    "gloo_",
    "idb::",
    "JsValue",
    "std::time",
    "Instant::now",
    "SystemTime",
    "rand::",
];
/// Who may not name whom: arrows point down only.
const ARROWS: [(&str, &[&str]); 12] = [
    (
        "keys",
        &[
            "catalog",
            "routing",
            "config",
            "engine",
            "providers",
            "management",
            "transfer",
            "storage",
            "net",
            "runtime",
            "bindings",
        ],
    ),
    (
        "json",
        &[
            "keys",
            "catalog",
            "routing",
            "config",
            "engine",
            "providers",
            "management",
            "transfer",
            "storage",
            "net",
            "runtime",
            "bindings",
        ],
    ),
    (
        "catalog",
        &[
            "routing",
            "config",
            "engine",
            "providers",
            "management",
            "transfer",
            "storage",
            "net",
            "runtime",
            "bindings",
        ],
    ),
    (
        "routing",
        &[
            "config",
            "engine",
            "providers",
            "management",
            "transfer",
            "storage",
            "net",
            "runtime",
            "bindings",
        ],
    ),
    (
        "config",
        &[
            "engine",
            "providers",
            "management",
            "transfer",
            "storage",
            "net",
            "runtime",
            "bindings",
        ],
    ),
    (
        "engine",
        &[
            "providers",
            "management",
            "transfer",
            "storage",
            "net",
            "runtime",
            "bindings",
        ],
    ),
    (
        "providers",
        &["management", "storage", "net", "runtime", "bindings"],
    ),
    (
        "management",
        &["routing", "transfer", "storage", "net", "runtime", "bindings"],
    ),
    (
        "transfer",
        &["providers", "management", "storage", "net", "runtime", "bindings"],
    ),
    ("storage", &["providers", "management", "runtime", "bindings"]),
    (
        "net",
        &["providers", "management", "storage", "runtime", "bindings"],
    ),
    ("runtime", &["bindings"]),
];

fn sources(under: &Path) -> Vec<PathBuf> {
    if under.is_file() {
        return vec![under.to_owned()];
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(under).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The lines of a file that are code: comments may speak of anything.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).expect("the file can be read");
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(index, line)| (index + 1, line.to_owned()))
        .collect()
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn pure_modules_name_no_browser_no_clock_and_no_randomness() {
    let mut offences = Vec::new();
    for path in PURE.iter().flat_map(|module| sources(&src().join(module))) {
        for (number, line) in code(&path) {
            for name in IMPURE_NAMES.iter().filter(|name| line.contains(*name)) {
                offences.push(format!("{}:{number} names `{name}`", path.display()));
            }
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn arrows_point_down_only() {
    let mut offences = Vec::new();
    for (module, forbidden) in ARROWS {
        for path in sources(&src().join(module)) {
            for (number, line) in code(&path) {
                for other in forbidden
                    .iter()
                    .filter(|other| line.contains(&format!("crate::{other}")))
                {
                    offences.push(format!("{}:{number} names `{other}`", path.display()));
                }
            }
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn ports_errors_and_core_types_hold_no_javascript_value() {
    let ports = [
        "net/mod.rs",
        "net/call.rs",
        "net/scripted.rs",
        "net/scripted_calls.rs",
        "runtime/management/ports.rs",
        "net/signing.rs",
        "storage/crypto.rs",
        "storage/mod.rs",
        "storage/records.rs",
        "storage/weights.rs",
    ];
    for path in ports.map(|port| src().join(port)) {
        for (number, line) in code(&path) {
            let named = ["JsValue", "js_sys", "web_sys"]
                .iter()
                .find(|name| line.contains(*name));
            assert!(named.is_none(), "{}:{number} names `{named:?}`", path.display());
        }
    }
}

#[test]
fn no_file_is_longer_than_600_lines() {
    for path in sources(&src()) {
        let lines = fs::read_to_string(&path)
            .expect("the file can be read")
            .lines()
            .count();
        assert!(lines <= 600, "{} has {lines} lines", path.display());
    }
}
