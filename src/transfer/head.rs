//! Judges the head of an answer: is what follows the part of the file we asked for?

use super::range::ContentRange;
use super::retry::retry_after_ms;
use super::step::{Head, Now};
use super::trouble::{Trouble, is_passing};

/// The longest `ETag` worth remembering.
const LONGEST_ETAG: usize = 256;

/// What was asked for, and what is known of the file.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The file's name.
    pub name: &'a str,
    /// The first byte asked for.
    pub from: u64,
    /// The byte after the last one asked for, where not the whole rest was.
    pub end: Option<u64>,
    /// The bytes that are here; `from` is at or before their end.
    pub have: u64,
    /// The length of the whole, where known.
    pub total: Option<u64>,
    /// The `ETag` of the answer the bytes that are here came with, where one could be read.
    pub etag: Option<&'a str>,
}

/// What to do with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Take the body.
    Take {
        /// The place in the file of its first byte: what was asked for, or 0 where the server ignores ranges.
        start: u64,
        /// Where the body ends, where that is before the end of the file.
        end: Option<u64>,
        /// The length of the whole, where it is known now.
        total: Option<u64>,
    },
    /// All bytes are here already.
    Complete {
        /// The length of the whole.
        total: u64,
    },
    /// The file on the server is another one by now: start over.
    Changed,
    /// It is not what we asked for: start over, once.
    Reject(Trouble),
    /// It will not be given to us.
    Refuse(Trouble),
    /// Try again later.
    Retry {
        /// What went wrong.
        trouble: Trouble,
        /// How long the server wants us to wait.
        after_ms: Option<u64>,
    },
}

/// An `ETag` that can be compared: quoted, not empty, of sane length. Weak ones are kept with their mark.
pub fn usable_etag(value: &str) -> Option<&str> {
    let value = value.trim();
    let opaque = value.strip_prefix("W/").unwrap_or(value);
    let inner = opaque.strip_prefix('"')?.strip_suffix('"')?;
    let sane = !inner.is_empty() && value.len() <= LONGEST_ETAG;
    (sane
        && inner
            .bytes()
            .all(|byte| byte > 0x20 && byte != b'"' && byte != 0x7f))
    .then_some(value)
}

fn media_type(head: &Head) -> String {
    let value = head.content_type.as_deref().unwrap_or_default();
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// Whether a page came where a file was asked for: a login page, a captive portal.
fn is_page(head: &Head, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let wanted = [".html", ".htm", ".xhtml"]
        .iter()
        .any(|ending| name.ends_with(ending));
    !wanted && matches!(media_type(head).as_str(), "text/html" | "application/xhtml+xml")
}

fn etag_changed(head: &Head, asked: &Asked) -> bool {
    match (head.etag.as_deref().and_then(usable_etag), asked.etag) {
        (Some(new), Some(old)) => new.trim_start_matches("W/") != old.trim_start_matches("W/"),
        // One that cannot be read proves nothing: the overlap decides.
        _ => false,
    }
}

/// A page instead of the file. With nothing here yet that is what the URL gives; in the middle of a file a portal has
/// come between, and the bytes that are here stay good.
fn judge_page(asked: &Asked) -> Verdict {
    if asked.have == 0 {
        return Verdict::Refuse(Trouble::NotAModel {
            reason: "the server sent a web page",
        });
    }
    let message = "a web page came instead of the file".to_owned();
    Verdict::Retry {
        trouble: Trouble::Unreachable { message },
        after_ms: None,
    }
}

fn judge_whole(head: &Head, asked: &Asked) -> Verdict {
    if is_page(head, asked.name) {
        return judge_page(asked);
    }
    // Bytes from 0 on replace whatever is here; only the few that would be compared with them must go first.
    if asked.from == 0 && asked.have > 0 && etag_changed(head, asked) {
        return Verdict::Changed;
    }
    Verdict::Take {
        start: 0,
        end: None,
        total: asked.total,
    }
}

fn judge_part(head: &Head, asked: &Asked) -> Verdict {
    let wrong = |reason| Verdict::Reject(Trouble::WrongPart { reason });
    if media_type(head).starts_with("multipart/") {
        return wrong("it sent several parts");
    }
    let (total, end) = match head.content_range.as_deref().map(ContentRange::parse) {
        // Hidden by CORS, most likely: the overlap and the digest decide.
        None => {
            if is_page(head, asked.name) {
                return judge_page(asked);
            }
            (asked.total, asked.end.filter(|end| Some(*end) != asked.total))
        }
        Some(Err(_)) => return wrong("its `Content-Range` makes no sense"),
        Some(Ok(ContentRange::Unsatisfied { .. })) => return wrong("its `Content-Range` names no part"),
        Some(Ok(ContentRange::Part { first, last, total })) => {
            if etag_changed(head, asked) {
                return Verdict::Changed;
            }
            if asked.total.is_some_and(|expected| expected != total) {
                return Verdict::Reject(Trouble::WrongSize {
                    expected: asked.total,
                    actual: total,
                });
            }
            if first != asked.from {
                return wrong("it begins elsewhere");
            }
            // A server may give the whole rest where a part was asked for.
            let end = asked.end.filter(|end| *end == last + 1 && *end < total);
            if end.is_none() && last != total - 1 {
                return wrong("it ends before the end");
            }
            (Some(total), end)
        }
    };
    if etag_changed(head, asked) {
        return Verdict::Changed;
    }
    Verdict::Take {
        start: asked.from,
        end,
        total,
    }
}

fn judge_unsatisfied(head: &Head, asked: &Asked) -> Verdict {
    let told = match head.content_range.as_deref().map(ContentRange::parse) {
        Some(Ok(ContentRange::Unsatisfied { total })) => Some(total),
        _ => None,
    };
    match (asked.total.or(told), told) {
        (Some(expected), Some(actual)) if expected != actual => Verdict::Reject(Trouble::WrongSize {
            expected: Some(expected),
            actual,
        }),
        (Some(total), _) if total == asked.have => Verdict::Complete { total },
        _ => Verdict::Reject(Trouble::WrongPart {
            reason: "it says that the file ends before that",
        }),
    }
}

/// Judges a head.
pub fn judge(head: &Head, asked: &Asked, now: Now) -> Verdict {
    match head.status {
        200 => judge_whole(head, asked),
        206 => judge_part(head, asked),
        416 => judge_unsatisfied(head, asked),
        status if is_passing(status) => Verdict::Retry {
            trouble: Trouble::Status { status },
            after_ms: head
                .retry_after
                .as_deref()
                .and_then(|value| retry_after_ms(value, now)),
        },
        status => Verdict::Refuse(Trouble::Status { status }),
    }
}
