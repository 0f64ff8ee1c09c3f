//! One value with its key and the layer it comes from, and lists of them in the order of their paths.

use std::sync::Arc;

use serde::Serialize;

use super::key::Key;
use super::layer::Layer;

/// A value that is in force, and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Setting {
    /// Its path: `cache.listSeconds`, `models["llama3.2:3b"].topP`.
    pub path: String,
    /// The layer.
    pub layer: Layer,
    /// The value as JSON, as it was written.
    pub json: String,
    /// The same, read.
    #[serde(skip)]
    pub(super) value: Value,
    /// Its key.
    #[serde(skip)]
    pub(super) key: &'static Key,
    /// The object by names it is in, by the name of that object's key.
    #[serde(skip)]
    pub(super) map: &'static str,
    /// The name there.
    #[serde(skip)]
    pub(super) name: Option<Arc<str>>,
    /// The variable or parameter it was written as.
    #[serde(skip)]
    pub(super) written_as: Option<&'static str>,
    /// Where it stood in its layer.
    #[serde(skip)]
    pub(super) order: usize,
}

/// A value that was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Flag(bool),
    Number(f64),
    Text(String),
    Texts(Vec<String>),
    /// Only ever looked at as JSON.
    Json,
    /// No value: a name is there, even if nothing is said of it.
    Name,
}

/// Settings in the order of their paths, each path once.
pub(super) type Settings = Vec<Arc<Setting>>;

impl Setting {
    /// Whether two settings of one path say the same. What is handed on unread has to be the same to the byte.
    fn says_the_same(&self, other: &Self) -> bool {
        self.value == other.value && (self.value != Value::Json || self.json == other.json)
    }

    /// Where people find it: the variable or parameter it was written as, or its path.
    pub(super) fn place(&self) -> &str {
        self.written_as.unwrap_or(&self.path)
    }
}

impl Setting {
    pub(super) fn text(&self) -> &str {
        match &self.value {
            Value::Text(text) => text,
            _ => "",
        }
    }

    /// A whole number that was checked to be one.
    pub(super) fn count(&self) -> u32 {
        self.value.count().unwrap_or_default()
    }
}

impl Value {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn texts(&self) -> Option<Vec<String>> {
        match self {
            Self::Texts(texts) => Some(texts.clone()),
            _ => None,
        }
    }

    // The bounds of the table lie within.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub(super) fn count(&self) -> Option<u32> {
        self.number().map(|number| number as u32)
    }

    #[expect(clippy::cast_possible_truncation)]
    pub(super) fn whole(&self) -> Option<i64> {
        self.number().map(|number| number as i64)
    }
}

/// Both lists as one; where both have a path, the upper one's.
pub(super) fn over(lower: &[Arc<Setting>], upper: &[Arc<Setting>]) -> Settings {
    let mut all = Vec::with_capacity(lower.len() + upper.len());
    let mut at = 0;
    for setting in upper {
        while let Some(below) = lower.get(at).filter(|below| below.path < setting.path) {
            all.push(below.clone());
            at += 1;
        }
        if lower.get(at).is_some_and(|below| below.path == setting.path) {
            at += 1;
        }
        all.push(setting.clone());
    }
    for below in &lower[at..] {
        all.push(below.clone());
    }
    all
}

/// Settings in the order of their paths. By hand: the sorting of the standard library is compiled anew for each type,
/// and is longer than all of this.
pub(super) fn sorted(settings: &[Arc<Setting>]) -> Settings {
    if settings.len() < 2 {
        return settings.to_vec();
    }
    let (one, other) = settings.split_at(settings.len() / 2);
    over(&sorted(one), &sorted(other))
}

/// The one with a path.
pub(super) fn find<'a>(settings: &'a [Arc<Setting>], path: &str) -> Option<&'a Setting> {
    let at = settings
        .binary_search_by(|setting| setting.path.as_str().cmp(path))
        .ok()?;
    settings.get(at).map(AsRef::as_ref)
}

/// The paths whose values differ, in their order.
pub(super) fn changes(old: &[Arc<Setting>], new: &[Arc<Setting>]) -> Vec<String> {
    let mut changed = Vec::new();
    let mut at = 0;
    for setting in new {
        while let Some(gone) = old.get(at).filter(|before| before.path < setting.path) {
            changed.push(gone.path.clone());
            at += 1;
        }
        let before = old.get(at).filter(|before| before.path == setting.path);
        at += usize::from(before.is_some());
        if before.is_none_or(|before| !before.says_the_same(setting)) {
            changed.push(setting.path.clone());
        }
    }
    for gone in &old[at..] {
        changed.push(gone.path.clone());
    }
    changed
}
