//! What looks like a secret, whoever's it is: the beginnings providers give their keys, what follows `Bearer`, values of
//! `?key=` and its like, and names with passwords in front of hosts.
//!
//! It is seen as it stands in a text: escaped spellings of keys that are known here are the [`super::Redactor`]'s business.

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";

/// Of which kind a byte is.
type Is = fn(u8) -> bool;

/// How keys begin, and how much of which kind must follow for it to be one. Names have hyphens and underscores.
const BEGINNINGS: [(&[u8], usize, Is); 5] = [
    // Also `sk-ant-`, `sk-or-`, `sk-proj-`.
    (b"sk-", 6, of_key),
    (b"AIza", 16, of_key),
    (b"hf_", 16, of_word),
    (b"gsk_", 16, of_word),
    (b"xai-", 16, of_word),
];
/// How names of parameters end whose values are secret.
const PARAMETERS: [&[u8]; 4] = [b"key", b"token", b"secret", b"password"];
/// A word after `Bearer` with digits in it is a token from this length on, one without from the other.
const MIN_BEARER: usize = 8;
const MIN_BEARER_OF_LETTERS: usize = 24;

/// The text without what looks like a secret.
pub fn clean(text: String) -> String {
    let bytes = text.as_bytes();
    let (mut clean, mut done, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        match secret_at(bytes, at) {
            Some((from, to)) => {
                clean.push_str(text.get(done..from).unwrap_or_default());
                clean.push_str(REDACTED);
                (done, at) = (to, to);
            }
            None => at += 1,
        }
    }
    if done == 0 {
        return text;
    }
    clean.push_str(text.get(done..).unwrap_or_default());
    clean
}

/// What shows at `at` to be secret: it may stand a little later.
fn secret_at(text: &[u8], at: usize) -> Option<(usize, usize)> {
    match text[at] {
        b's' | b'A' | b'h' | b'g' | b'x' => key(text, at),
        b'b' | b'B' => bearer(text, at),
        b'?' | b'&' | b';' | b'6' => parameter(text, at),
        b':' => user(text, at),
        _ => None,
    }
}

/// How many bytes from `at` on are of a kind.
fn run(text: &[u8], at: usize, is: Is) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter().take_while(|byte| is(**byte)).count()
}

/// Providers show keys with asterisks in the middle.
fn of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_*".contains(&byte)
}

fn of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'*'
}

fn of_token(byte: u8) -> bool {
    of_key(byte) || b".~+/=".contains(&byte)
}

/// A value in a URL goes to the next parameter, or to the end of the URL.
fn of_value(byte: u8) -> bool {
    byte > b' ' && !b"&#\"'<>()\\,;".contains(&byte)
}

fn of_host(byte: u8) -> bool {
    byte > b' ' && !b"/?#\"'<>()\\,".contains(&byte)
}

fn of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}

/// Whether a word begins at `at`, and not within another. What an escape ends with belongs to none.
fn begins_word(text: &[u8], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map(|at| text[at]);
    before(1).is_none_or(|byte| !byte.is_ascii_alphanumeric())
        || before(2) == Some(b'\\')
        || before(3) == Some(b'%')
        || before(6) == Some(b'\\')
}

fn key(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = &text[at..];
    for (beginning, least, is) in BEGINNINGS {
        if rest.starts_with(beginning) && run(rest, beginning.len(), is) >= least && begins_word(text, at) {
            // All of it goes, also what comes after a shorter beginning.
            return Some((at, at + run(text, at, of_key)));
        }
    }
    None
}

fn bearer(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let word = text.get(at..at + 7)?;
    if !word.eq_ignore_ascii_case(b"bearer ") {
        return None;
    }
    let from = at + 7 + run(text, at + 7, |byte| byte == b' ');
    let length = run(text, from, of_token);
    let token = text.get(from..from + length)?;
    let least = if token.iter().any(u8::is_ascii_digit) {
        MIN_BEARER
    } else {
        MIN_BEARER_OF_LETTERS
    };
    (length >= least).then_some((from, from + length))
}

fn parameter(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let begins = match text[at] {
        // An ampersand, as HTML and JSON may write it.
        b';' => text[..at].ends_with(b"&amp"),
        b'6' => text[..at].ends_with(b"\\u002"),
        _ => true,
    };
    let length = run(text, at + 1, of_name);
    let equals = at + 1 + length;
    if !begins || text.get(equals) != Some(&b'=') {
        return None;
    }
    let name = text.get(at + 1..equals)?.to_ascii_lowercase();
    let value = run(text, equals + 1, of_value);
    let is_secret = value > 0 && PARAMETERS.iter().any(|parameter| name.ends_with(parameter));
    is_secret.then_some((equals + 1, equals + 1 + value))
}

fn user(text: &[u8], at: usize) -> Option<(usize, usize)> {
    if !text[at..].starts_with(b"://") {
        return None;
    }
    let from = at + 3;
    let authority = text.get(from..from + run(text, from, of_host))?;
    let length = authority.iter().rposition(|byte| *byte == b'@')?;
    (length > 0).then_some((from, from + length))
}
