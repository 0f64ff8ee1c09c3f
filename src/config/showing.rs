//! How a name is written into a path, and what an error may show of names and values: no more than people can read,
//! nothing that could be a secret.

use super::json;

/// Adds a name to a path: `.name`, or `["name"]` where it could be taken for something else.
pub(super) fn push(path: &mut String, name: &str) {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$');
    if !name.is_empty() && name.chars().all(plain) {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
    } else {
        path.push('[');
        path.push_str(&json::quoted(name));
        path.push(']');
    }
}

/// The path of some names.
pub(super) fn path(names: &[&str]) -> String {
    let mut path = String::new();
    for name in names {
        push(&mut path, name);
    }
    path
}

/// A name as an error shows it.
pub(super) fn shown_name(name: &str) -> String {
    if looks_secret(name) {
        "…".to_owned()
    } else {
        shortened(name, 64)
    }
}

/// A path as an error shows it; `name` is the part of it that is of people's choice.
pub(super) fn shown_path(path: &str, name: &str) -> String {
    let shown = shown_name(name);
    if shown == name {
        return path.to_owned();
    }
    let (mut long, mut short) = (String::new(), String::new());
    push(&mut long, name);
    push(&mut short, &shown);
    path.replacen(&long, &short, 1)
}

/// A value as an error shows it: nothing of what is inside of objects and lists, nothing that could be a secret. `name`
/// is the name of people's choice it stands under.
pub(super) fn shown(name: &str, raw: &str) -> String {
    if is_secret_name(name) {
        return "…".to_owned();
    }
    match json::shape(raw) {
        json::Shape::Object => "{…}".to_owned(),
        json::Shape::List => "[…]".to_owned(),
        json::Shape::Text => shown_text(&json::text(raw).unwrap_or_else(|_| raw.to_owned())),
        json::Shape::Null | json::Shape::Flag | json::Shape::Number => shortened(raw, 200),
    }
}

/// A text as an error shows it.
pub(super) fn shown_text(text: &str) -> String {
    let address = text.contains("://") && text.contains(['@', '?', '#']);
    if address || looks_secret(text) {
        "…".to_owned()
    } else {
        shortened(text, 200)
    }
}

fn shortened(text: &str, most: usize) -> String {
    if text.char_indices().nth(most).is_none() {
        return text.to_owned();
    }
    // The last one makes room for the sign that there is more.
    let end = text.char_indices().nth(most - 1).map_or(0, |(at, _)| at);
    [&text[..end], "…"].concat()
}

/// How keys for access begin.
const BEGINNINGS: [&str; 8] = ["sk-", "sk_", "hf_", "AIza", "gsk_", "xai-", "ghp_", "Bearer "];

/// Whether a text has a part that looks like a key for access.
fn looks_secret(text: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| {
        text.match_indices(beginning).any(|(at, _)| {
            let alone = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
            let rest = &text[at + beginning.len()..];
            alone && rest.chars().take_while(|c| !c.is_whitespace()).count() >= 6
        })
    })
}

/// Whether what stands under a name could be a secret. `maxTokens` is none, `access_token` is one.
fn is_secret_name(name: &str) -> bool {
    let mut word = String::new();
    let mut before = ' ';
    for c in name.chars().chain([' ']) {
        let begins = c.is_ascii_uppercase() && before.is_ascii_lowercase();
        if begins || !c.is_ascii_alphanumeric() {
            let secret = [
                "key",
                "apikey",
                "token",
                "secret",
                "password",
                "passwd",
                "passphrase",
                "auth",
                "authorization",
                "bearer",
                "credential",
                "credentials",
                "cookie",
            ];
            if secret.contains(&word.as_str()) {
                return true;
            }
            word.clear();
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    false
}

/// Whether a name in the options of a provider is one that only keys for access have. Narrower than what is hidden:
/// `prompt_cache_key` and `stop_token` are options.
pub(super) fn is_access_key(name: &str) -> bool {
    let mut plain = name.to_ascii_lowercase();
    plain.retain(|c| c.is_ascii_alphanumeric());
    let names = [
        "apikey",
        "xapikey",
        "xgoogapikey",
        "authorization",
        "accesstoken",
        "authtoken",
        "bearertoken",
        "clientsecret",
        "secretkey",
        "secret",
        "password",
        "bearer",
        "cookie",
    ];
    names.contains(&plain.as_str())
}
