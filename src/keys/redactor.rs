//! Takes secrets out of texts: those that are in use, however they are spelled, and what looks like one.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use super::spelling::Spellings;
use super::{Secret, patterns};
use crate::json;

/// Shorter keys are not sought: one that is a common word would take that out of every text.
pub const MIN_SOUGHT_BYTES: usize = 8;

/// A secret in use. The redactor seeks it for as long as somebody holds it.
pub struct Live {
    secret: Secret,
    spellings: Option<Spellings>,
}

impl Live {
    /// The secret.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }
}

/// Takes secrets out of texts. Whoever has a secret in use has it from [`Redactor::watch`], so none is in use that is
/// not sought; the last one to drop it, be it a call that is still under way, ends that.
#[derive(Default)]
pub struct Redactor {
    live: RefCell<Vec<Weak<Live>>>,
}

impl Redactor {
    /// Seeks a secret from now on.
    pub fn watch(&self, secret: Secret) -> Rc<Live> {
        let text = secret.text().as_bytes();
        let is_sought = text.len() >= MIN_SOUGHT_BYTES && text.is_ascii();
        let spellings = is_sought.then(|| Spellings::of(text));
        let live = Rc::new(Live { secret, spellings });
        let mut all = self.live.borrow_mut();
        all.retain(|live| live.strong_count() > 0);
        all.push(Rc::downgrade(&live));
        live
    }

    /// Whether there is a secret to seek.
    pub fn is_idle(&self) -> bool {
        self.live.borrow().iter().all(|live| live.strong_count() == 0)
    }

    /// The text without secrets, and without what looks like one.
    pub fn text(&self, text: String) -> String {
        let text = match self.without(text.as_bytes()) {
            Some(clean) => String::from_utf8_lossy(&clean).into_owned(),
            None => text,
        };
        patterns::clean(text)
    }

    /// The text of some JSON without secrets in its strings: still JSON.
    pub fn json(&self, text: String) -> String {
        // What is found in a string is found in its spelling too: a text without any is done with here.
        if self.without(text.as_bytes()).is_none() {
            return text;
        }
        let (mut clean, mut rest) = (String::with_capacity(text.len()), text.as_str());
        while let Some(begin) = rest.find('"') {
            let length = literal_length(&rest[begin..]);
            let (before, after) = rest.split_at(begin + length);
            let (plain, literal) = before.split_at(begin);
            clean.push_str(plain);
            clean.push_str(&self.literal(literal).unwrap_or_else(|| literal.to_owned()));
            rest = after;
        }
        clean.push_str(rest);
        clean
    }

    /// A body without secrets, if there were any in it.
    pub fn without(&self, text: &[u8]) -> Option<Vec<u8>> {
        let spans = self.spans(text);
        if spans.is_empty() {
            return None;
        }
        let (mut clean, mut done) = (Vec::with_capacity(text.len()), 0);
        for (from, to) in spans {
            clean.extend_from_slice(&text[done..from]);
            clean.extend_from_slice(patterns::REDACTED.as_bytes());
            done = to;
        }
        clean.extend_from_slice(&text[done..]);
        Some(clean)
    }

    /// A string of JSON, quotes included, if there was a secret in it.
    fn literal(&self, literal: &str) -> Option<String> {
        self.without(literal.as_bytes())?;
        let text: String = json::from_str(literal).ok()?;
        let clean = self.without(text.as_bytes())?;
        serde_json::to_string(&String::from_utf8_lossy(&clean)).ok()
    }

    /// Where secrets are, in order. What overlaps or touches is one.
    fn spans(&self, text: &[u8]) -> Vec<(usize, usize)> {
        let live: Vec<Rc<Live>> = self.live.borrow().iter().filter_map(Weak::upgrade).collect();
        let mut spans: Vec<(usize, usize)> = Vec::new();
        let sought: Vec<&Spellings> = live.iter().filter_map(|live| live.spellings.as_ref()).collect();
        if sought.is_empty() {
            return spans;
        }
        for at in 0..text.len() {
            for spellings in &sought {
                let Some((mut from, mut to)) = spellings.span_at(text, at) else {
                    continue;
                };
                // One in Base64 may begin before what was found already.
                while let Some((begin, end)) = spans.pop_if(|(_, end)| from <= *end) {
                    from = from.min(begin);
                    to = to.max(end);
                }
                spans.push((from, to));
            }
        }
        spans
    }
}

/// How long the string is that begins here, quotes included.
fn literal_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}
