//! Questions taken apart, and the ways answers and refusals are written.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::request::{Request, decode};
use crate::standin::Answer;

/// A question.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) request: &'a Request,
    /// Origin and prefix of this stand-in, as whoever asks knows it.
    pub(super) base: String,
    /// What follows the prefix, as it came: names with a `%2F` in them are one part of a path.
    pub(super) path: &'a str,
    /// The key that came with it.
    pub(super) key: Option<String>,
    /// Whether the key is one of those that are known.
    pub(super) is_known: bool,
}

/// What is not given out.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    message: String,
    code: Option<&'static str>,
}

impl Refusal {
    pub(super) fn new(status: u16, message: &str) -> Self {
        Self {
            status,
            message: message.to_owned(),
            code: None,
        }
    }

    pub(super) fn code(self, code: &'static str) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    /// As an answer: JSON for the API, text for files.
    pub(super) fn answer(&self, is_file: bool) -> Answer {
        let answer = if is_file {
            Answer::text(self.status, "text/plain; charset=utf-8", self.message.as_str())
        } else {
            json_answer(self.status, &json!({ "error": self.message }))
        };
        let answer = answer.header("X-Error-Message", &self.message);
        match self.code {
            Some(code) => answer.header("X-Error-Code", code),
            None => answer,
        }
    }
}

pub(super) fn json_answer(status: u16, value: &Value) -> Answer {
    Answer::text(status, "application/json; charset=utf-8", value.to_string())
}

impl Asked<'_> {
    fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        let query = self.request.query.as_deref().unwrap_or_default();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (decode(name), decode(&value.replace('+', " "))))
    }

    /// All values of a name.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let named = self.pairs().filter(|(key, _)| key == name);
        named.map(|(_, value)| value).collect()
    }

    /// The first value of a name.
    pub(super) fn one(&self, name: &str) -> Option<String> {
        self.all(name).into_iter().next()
    }

    /// Where the page begins that a cursor stands for.
    pub(super) fn cursor(&self) -> Result<usize, Refusal> {
        let Some(cursor) = self.one("cursor") else {
            return Ok(0);
        };
        let place = cursor
            .strip_prefix("eyJ")
            .and_then(|rest| rest.strip_suffix("=="));
        place
            .and_then(|place| place.parse().ok())
            .ok_or_else(|| Refusal::new(400, "Invalid cursor"))
    }

    /// The same question with a cursor, as a header says it.
    pub(super) fn next_link(&self, start: usize) -> String {
        let mut url = format!("{}{}?", self.base, self.path);
        let query = self.request.query.as_deref().unwrap_or_default();
        for pair in query
            .split('&')
            .filter(|pair| !pair.starts_with("cursor=") && !pair.is_empty())
        {
            let _ = write!(url, "{pair}&");
        }
        format!("<{url}cursor=eyJ{start}%3D%3D>; rel=\"next\"")
    }
}
