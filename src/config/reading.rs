//! Reading one layer along the table of keys. Everything that is wrong is noted, then reading goes on beside it.

use std::sync::Arc;

use super::closest;
use super::error::{ConfigError, Reason};
use super::json::{self, Shape};
use super::key::{Bounds, Key, Kind, Word};
use super::layer::Layer;
use super::names;
use super::setting::{Setting, Settings, Value, sorted};
use super::showing;

/// The most errors, and the most warnings, of one layer that are told.
pub const MAX_REPORTED: usize = 256;

/// What was found in a layer.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) settings: Settings,
    pub(super) errors: Vec<ConfigError>,
    pub(super) warnings: Vec<ConfigError>,
}

/// Reads a layer, and keeps where in it it is.
#[derive(Debug)]
pub(super) struct Reader {
    layer: Layer,
    found: Found,
    /// The path of what is read.
    path: String,
    /// The object by names it is in, and the name.
    map: &'static str,
    name: Option<Arc<str>>,
    /// The variable or parameter that is read.
    pub(super) written_as: Option<&'static str>,
}

/// Reads a text with these keys.
pub(super) fn read(layer: Layer, text: &str, keys: &'static [Key]) -> Found {
    let mut reader = Reader::new(layer);
    if let Some(raw) = reader.whole(text) {
        if json::shape(raw) == Shape::Object {
            reader.section(keys, raw);
        } else {
            reader.wrong(Reason::WrongType, Kind::Section(keys), "{}", raw);
        }
    }
    reader.finish()
}

impl Reader {
    pub(super) fn new(layer: Layer) -> Self {
        Self {
            layer,
            found: Found::default(),
            path: String::new(),
            map: "",
            name: None,
            written_as: None,
        }
    }

    pub(super) fn finish(mut self) -> Found {
        self.found.settings = sorted(&self.found.settings);
        self.found
    }

    /// Does something at the place of a key.
    pub(super) fn at(&mut self, key: &str, then: &mut dyn FnMut(&mut Self)) {
        let before = self.path.len();
        showing::push(&mut self.path, key);
        then(self);
        self.path.truncate(before);
    }

    /// Does something at a path.
    pub(super) fn at_path(&mut self, path: &str, then: &mut dyn FnMut(&mut Self)) {
        self.path.push_str(path);
        then(self);
        self.path.clear();
    }

    /// Does something at the place of what people gave a name to.
    pub(super) fn under(&mut self, map: &'static str, name: &str, then: &mut dyn FnMut(&mut Self)) {
        self.map = map;
        self.name = Some(name.into());
        self.at(name, then);
        self.map = "";
        self.name = None;
    }

    /// Where people find what is read.
    fn place(&self) -> String {
        match (self.written_as, &self.name) {
            (Some(name), _) => name.to_owned(),
            (None, Some(name)) => showing::shown_path(&self.path, name),
            (None, None) => self.path.clone(),
        }
    }

    /// Checks the whole text. One of blanks says nothing.
    pub(super) fn whole<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        if text.trim().is_empty() {
            return None;
        }
        json::whole(text).map_err(|reason| self.fault(reason)).ok()
    }

    fn error(&mut self, error: ConfigError) {
        if self.found.errors.len() < MAX_REPORTED {
            self.found.errors.push(error);
        }
    }

    /// Notes an error that has no value to show.
    pub(super) fn fault(&mut self, reason: Reason) {
        self.error(ConfigError::new(self.layer, self.place(), reason));
    }

    /// Notes an error of a value.
    pub(super) fn wrong(&mut self, reason: Reason, kind: Kind, example: &'static str, raw: &str) {
        let closest = match kind {
            Kind::Text(Word::OneOf(words)) if json::shape(raw) == Shape::Text => {
                let wrong = json::text(raw).unwrap_or_default();
                closest::word(&wrong, &mut words.iter().copied())
            }
            _ => None,
        };
        let name = self.name.as_deref().unwrap_or_default();
        self.error(ConfigError {
            value: showing::shown(name, raw),
            expected: Some(kind.expected()),
            example: Some(example),
            closest,
            ..ConfigError::new(self.layer, self.place(), reason)
        });
    }

    /// Notes that a name has no effect. What stands under a name nobody knows is never shown.
    pub(super) fn warn(&mut self, path: String, reason: Reason, closest: impl FnOnce() -> Option<String>) {
        if self.found.warnings.len() < MAX_REPORTED {
            let warning = ConfigError::new(self.layer, path, reason);
            let closest = closest();
            self.found.warnings.push(ConfigError { closest, ..warning });
        }
    }

    /// The entries of an object, each name once.
    pub(super) fn fields<'a>(&mut self, raw: &'a str) -> Vec<(String, &'a str)> {
        let mut fields = json::object(raw).unwrap_or_else(|reason| {
            self.fault(reason);
            Vec::new()
        });
        let mut at = 1;
        while at < fields.len() {
            let (before, rest) = fields.split_at(at);
            if before.iter().any(|(name, _)| *name == rest[0].0) {
                let (name, _) = fields.remove(at);
                self.at(&showing::shown_name(&name), &mut |reader| {
                    reader.fault(Reason::Twice);
                });
            } else {
                at += 1;
            }
        }
        fields
    }

    fn section(&mut self, keys: &'static [Key], raw: &str) {
        for (name, raw) in self.fields(raw) {
            if let Some(key) = keys.iter().find(|key| key.name == name) {
                self.at(&name, &mut |reader| reader.value(key, raw));
            } else {
                let mut path = self.place();
                showing::push(&mut path, &showing::shown_name(&name));
                self.warn(path, Reason::UnknownKey, || closest::key(&name, keys));
            }
        }
    }

    /// What people gave names to.
    fn by_name(
        &mut self,
        (map, word, most): (&'static str, Word, usize),
        raw: &str,
        each: &mut dyn FnMut(&mut Self, &str),
    ) {
        let fields = self.fields(raw);
        if fields.len() > most {
            return self.fault(Reason::TooMany(most));
        }
        for (name, raw) in fields {
            self.under(map, &name, &mut |reader| match names::check(word, &name) {
                Ok(()) => each(reader, raw),
                Err(reason) => {
                    let expected = Some(word.expected());
                    let value = showing::shown_text(&name);
                    let error = ConfigError::new(reader.layer, reader.place(), reason);
                    reader.error(ConfigError {
                        value,
                        expected,
                        ..error
                    });
                }
            });
        }
    }

    /// Reads the value of a key.
    pub(super) fn value(&mut self, key: &'static Key, raw: &str) {
        // An empty text is what a form or a shell gives where nothing was given.
        if raw == "\"\"" {
            return;
        }
        let read = match (key.kind, json::shape(raw)) {
            (Kind::Section(keys), Shape::Object) => return self.section(keys, raw),
            (Kind::Map(word, most, keys), Shape::Object) => {
                return self.by_name((key.name, word, most), raw, &mut |reader, raw| {
                    if json::shape(raw) == Shape::Object {
                        reader.add(key, Value::Name, "{}");
                        reader.section(keys, raw);
                    } else if raw != "\"\"" {
                        reader.wrong(Reason::WrongType, Kind::Section(keys), "{}", raw);
                    }
                });
            }
            (Kind::MapOf(word, most, of), Shape::Object) => {
                return self.by_name((key.name, word, most), raw, &mut |reader, raw| {
                    reader.value(of, raw);
                });
            }
            (Kind::Flag, Shape::Flag) => Ok(Value::Flag(raw == "true")),
            (Kind::Number(bounds), Shape::Number) => number(raw, bounds, false).map(Value::Number),
            (Kind::Integer(bounds), Shape::Number) => number(raw, bounds, true).map(Value::Number),
            (Kind::Text(word), Shape::Text) => text(raw, word).map(Value::Text),
            (Kind::Texts(word, most), Shape::List) => match self.texts(key, word, most, raw) {
                Some(texts) => Ok(Value::Texts(texts)),
                None => return,
            },
            (Kind::Json, Shape::Object) => Ok(Value::Json),
            _ => Err(Reason::WrongType),
        };
        match read {
            Ok(value) => self.add(key, value, raw),
            Err(reason) => self.wrong(reason, key.kind, key.example, raw),
        }
    }

    /// The texts of a list; nothing where one of them is wrong.
    fn texts(&mut self, key: &'static Key, word: Word, most: usize, raw: &str) -> Option<Vec<String>> {
        let entries = json::list(raw);
        if entries.len() > most {
            self.wrong(Reason::TooMany(most), key.kind, key.example, raw);
            return None;
        }
        let mut texts = Vec::with_capacity(entries.len());
        let mut good = true;
        for (index, raw) in entries.into_iter().enumerate() {
            let read = if json::shape(raw) == Shape::Text {
                text(raw, word)
            } else {
                Err(Reason::WrongType)
            };
            match read {
                Ok(text) => texts.push(text),
                Err(reason) => {
                    good = false;
                    let before = self.path.len();
                    self.path.push_str(&["[", &index.to_string(), "]"].concat());
                    self.wrong(reason, Kind::Text(word), key.example, raw);
                    self.path.truncate(before);
                }
            }
        }
        good.then_some(texts)
    }

    fn add(&mut self, key: &'static Key, value: Value, raw: &str) {
        self.found.settings.push(Arc::new(Setting {
            path: self.path.clone(),
            layer: self.layer,
            json: raw.to_owned(),
            value,
            key,
            map: self.map,
            name: self.name.clone(),
            written_as: self.written_as,
            order: self.found.settings.len(),
        }));
    }
}

fn number(raw: &str, bounds: Bounds, whole: bool) -> Result<f64, Reason> {
    let number = json::number(raw)?;
    if whole && number.fract() != 0.0 {
        return Err(Reason::NotWhole);
    }
    if !bounds.hold(number) {
        return Err(Reason::OutOfBounds);
    }
    // Not a zero with a sign.
    Ok(number + 0.0)
}

fn text(raw: &str, word: Word) -> Result<String, Reason> {
    let text = json::text(raw)?;
    names::check(word, &text).map(|()| text)
}
