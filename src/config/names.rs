//! What is a name, an address or a date (requirement K5).

use super::error::Reason;
use super::key::Word;
use crate::invisible::is_invisible;

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFault {
    /// No characters at all.
    Empty,
    /// More characters than a name has.
    TooLong,
    /// A blank, a control character or an invisible formatting character, which people cannot tell apart on sight.
    ForbiddenCharacter,
    /// Contains `..`, which has no use in a name and much in an attack.
    DotDot,
}

/// Why a text is not the address of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostFault {
    /// It does not begin with `http://` or `https://`.
    Scheme,
    /// It has a blank, a control character or one that has to be written otherwise.
    ForbiddenCharacter,
    /// It has a user or a password.
    User,
    /// It has a query or a fragment.
    Query,
    /// Between scheme and path is no host, or an odd spelling of one.
    Host,
    /// The port is none.
    Port,
    /// The path leads upwards.
    Upwards,
}

impl NameFault {
    /// The fault as the end of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Empty => "is empty",
            Self::TooLong => "is too long",
            Self::ForbiddenCharacter => "has a character that is not allowed there",
            Self::DotDot => "contains `..`",
        }
    }
}

impl HostFault {
    /// The fault as the end of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Scheme => "does not begin with http:// or https://",
            Self::ForbiddenCharacter => "has a character that is not allowed in an address",
            Self::User => "names a user",
            Self::Query => "has a query or a fragment",
            Self::Host => "has no host, or an odd spelling of one",
            Self::Port => "has no valid port",
            Self::Upwards => "has a path that leads upwards",
        }
    }
}

/// Checks a text.
pub(super) fn check(word: Word, text: &str) -> Result<(), Reason> {
    if let Word::OneOf(words) = word {
        return if words.contains(&text) {
            Ok(())
        } else {
            Err(Reason::NoChoice)
        };
    }
    if text.is_empty() {
        return Err(Reason::Name(NameFault::Empty));
    }
    let most = word.most();
    if text.len() > most && text.chars().count() > most {
        return Err(Reason::Name(NameFault::TooLong));
    }
    let allowed: fn(char) -> bool = match word {
        Word::Model | Word::Pattern => |c| !c.is_whitespace() && !is_invisible(c),
        Word::Provider => |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'),
        Word::Profile | Word::Line(_) => |c| !is_invisible(c),
        Word::Host => return host(text).map_err(Reason::Host),
        Word::Date => {
            return if is_date(text) {
                Ok(())
            } else {
                Err(Reason::NotADate)
            };
        }
        Word::Any(_) | Word::OneOf(_) => return Ok(()),
    };
    let starts_well = match word {
        Word::Provider => text.starts_with(|c: char| c.is_ascii_alphanumeric()),
        _ => text.trim() == text,
    };
    if !starts_well || !text.chars().all(allowed) {
        return Err(Reason::Name(NameFault::ForbiddenCharacter));
    }
    // A pattern is no path: what matters there is for the catalog to say.
    if matches!(word, Word::Model | Word::Provider) && text.contains("..") {
        return Err(Reason::Name(NameFault::DotDot));
    }
    Ok(())
}

/// No parser of addresses but a narrow grammar: what it takes, every parser reads the same way.
fn host(text: &str) -> Result<(), HostFault> {
    let scheme = |scheme: &str| {
        let head = text
            .get(..scheme.len())
            .filter(|head| head.eq_ignore_ascii_case(scheme));
        head.map(|_| &text[scheme.len()..])
    };
    let rest = scheme("https://")
        .or_else(|| scheme("http://"))
        .ok_or(HostFault::Scheme)?;
    if rest.contains('@') {
        return Err(HostFault::User);
    }
    if rest.contains(['?', '#']) {
        return Err(HostFault::Query);
    }
    if !rest
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte))
    {
        return Err(HostFault::ForbiddenCharacter);
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let lower = path.to_ascii_lowercase();
    if lower.split('/').any(|part| matches!(part, "." | ".."))
        || lower.contains("%2e")
        || lower.contains("%2f")
    {
        return Err(HostFault::Upwards);
    }
    let port =
        if let Some((address, port)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let digits = address
                .bytes()
                .all(|byte| byte == b':' || byte.is_ascii_hexdigit());
            if !digits || !(2..=7).contains(&address.matches(':').count()) {
                return Err(HostFault::Host);
            }
            port
        } else {
            let (name, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            if !is_host_name(name) {
                return Err(HostFault::Host);
            }
            port
        };
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok(()),
        Some(port) if !port.starts_with('0') => {
            if number(port).is_some_and(|port| port <= 65_535) {
                Ok(())
            } else {
                Err(HostFault::Port)
            }
        }
        _ => Err(HostFault::Port),
    }
}

/// A name, or four numbers: `0x7f.1` and `0177.0.0.1` are addresses to some parsers.
fn is_host_name(name: &str) -> bool {
    let labels = || name.strip_suffix('.').unwrap_or(name).split('.');
    let good = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if !labels().all(good) {
        return false;
    }
    let begins_with_digit = |label: &str| label.starts_with(|c: char| c.is_ascii_digit());
    if !labels().next_back().is_some_and(begins_with_digit) {
        return true;
    }
    let byte = |label: &str| {
        number(label).is_some_and(|number| number <= 255) && (label == "0" || !label.starts_with('0'))
    };
    labels().count() == 4 && labels().all(byte) && !name.ends_with('.')
}

/// The number that digits, and only digits, write: one to six of them.
fn number(digits: &str) -> Option<u32> {
    let good = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| {
        digits
            .bytes()
            .fold(0, |number, byte| number * 10 + u32::from(byte - b'0'))
    })
}

/// Whether a text is `YYYY-MM-DD` or `YYYY-MM`, as far as its digits go.
fn is_date(text: &str) -> bool {
    let part = |at: std::ops::Range<usize>, most: u32| {
        text.get(at)
            .and_then(number)
            .is_some_and(|number| number <= most && (most > 99 || number > 0))
    };
    let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    let month = part(0..4, 9_999) && dash(4) && part(5..7, 12);
    month && (text.len() == 7 || text.len() == 10 && dash(7) && part(8..10, 31))
}
