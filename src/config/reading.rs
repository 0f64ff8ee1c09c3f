//! Reading one layer along the table of keys. Everything that is wrong is noted, then reading goes on beside it.

use std::sync::Arc;

use super::closest;
use super::error::{ConfigError, Reason};
use super::json::{self, Shape};
use super::key::{Bounds, Key, Kind, Word};
use super::layer::Layer;
use super::names;
use super::setting::{Setting, Settings, Value, sorted};

/// The most errors, and the most warnings, of one layer that are told.
pub const MAX_REPORTED: usize = 256;

/// What was found in a layer.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) settings: Settings,
    pub(super) errors: Vec<ConfigError>,
    pub(super) warnings: Vec<ConfigError>,
}

/// Where in a layer the reader is.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// The path.
    pub(super) path: String,
    /// The path as an error shows it.
    pub(super) shown: String,
    /// The path with `*` for names of people's choice.
    pub(super) pattern: String,
    /// The name that stands for the `*`.
    pub(super) name: Option<String>,
    /// The variable or parameter that is read.
    pub(super) written_as: Option<&'static str>,
}

/// Reads a layer.
#[derive(Debug)]
pub(super) struct Reader {
    layer: Layer,
    found: Found,
}

/// Reads a text with these keys.
pub(super) fn read(layer: Layer, text: &str, keys: &'static [Key]) -> Found {
    let mut reader = Reader::new(layer);
    if let Some(raw) = reader.whole(text) {
        if json::shape(raw) == Shape::Object {
            reader.section(&Place::default(), keys, raw);
        } else {
            reader.wrong_type(&Place::default(), Kind::Section(keys), "{}", raw);
        }
    }
    reader.finish()
}

impl Place {
    /// The place of a key that has a name of its own.
    pub(super) fn key(&self, name: &str) -> Self {
        let mut place = self.clone();
        names::push(&mut place.path, name);
        names::push(&mut place.shown, &names::shown_name(name));
        if !place.pattern.is_empty() {
            place.pattern.push('.');
        }
        place.pattern.push_str(name);
        place
    }

    /// The place of what people gave a name to.
    pub(super) fn named(&self, name: &str) -> Self {
        let mut place = self.key(name);
        place.pattern = [&self.pattern, ".*"].concat();
        place.name = Some(name.to_owned());
        place
    }

    /// Where people find it.
    fn for_people(&self) -> &str {
        self.written_as.unwrap_or(&self.shown)
    }

    /// A value as an error may show it.
    fn value(&self, raw: &str) -> String {
        let last = self.pattern.rsplit('.').next().unwrap_or_default();
        names::shown(&[last, self.name.as_deref().unwrap_or_default()], raw)
    }
}

impl Reader {
    pub(super) fn new(layer: Layer) -> Self {
        let found = Found::default();
        Self { layer, found }
    }

    pub(super) fn finish(mut self) -> Found {
        self.found.settings = sorted(self.found.settings);
        self.found
    }

    /// Checks the whole text. One of blanks says nothing.
    pub(super) fn whole<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        if text.trim().is_empty() {
            return None;
        }
        let whole = json::whole(text);
        whole.map_err(|reason| self.fault(&Place::default(), reason)).ok()
    }

    /// Notes an error; gives it where more has to be said.
    fn error(&mut self, error: ConfigError) {
        if self.found.errors.len() < MAX_REPORTED {
            self.found.errors.push(error);
        }
    }

    /// Notes an error that has no value to show.
    pub(super) fn fault(&mut self, place: &Place, reason: Reason) {
        self.error(ConfigError::new(self.layer, place.for_people(), reason));
    }

    /// Notes an error of a value.
    pub(super) fn wrong(
        &mut self,
        place: &Place,
        reason: Reason,
        kind: Kind,
        example: &'static str,
        raw: &str,
    ) {
        let closest = match (kind, json::shape(raw)) {
            (Kind::Text(Word::OneOf(words)) | Kind::Texts(Word::OneOf(words), _), Shape::Text) => {
                let wrong = json::text(raw).unwrap_or_default();
                closest::word(&wrong, &mut words.iter().copied())
            }
            _ => None,
        };
        self.error(ConfigError {
            value: place.value(raw),
            expected: Some(kind.expected()),
            example: Some(example),
            closest,
            ..ConfigError::new(self.layer, place.for_people(), reason)
        });
    }

    fn wrong_type(&mut self, place: &Place, kind: Kind, example: &'static str, raw: &str) {
        self.wrong(place, Reason::WrongType, kind, example, raw);
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
    pub(super) fn fields<'a>(&mut self, place: &Place, raw: &'a str) -> Vec<(String, &'a str)> {
        let mut fields = json::object(raw).unwrap_or_else(|reason| {
            self.fault(place, reason);
            Vec::new()
        });
        let mut at = 1;
        while at < fields.len() {
            let (before, rest) = fields.split_at(at);
            if before.iter().any(|(name, _)| *name == rest[0].0) {
                let (name, _) = fields.remove(at);
                self.fault(&place.key(&name), Reason::Twice);
            } else {
                at += 1;
            }
        }
        fields
    }

    fn section(&mut self, place: &Place, keys: &'static [Key], raw: &str) {
        for (name, raw) in self.fields(place, raw) {
            if let Some(key) = keys.iter().find(|key| key.name == name) {
                self.value(&place.key(&name), key, raw);
            } else {
                let path = place.key(&name).shown;
                self.warn(path, Reason::UnknownKey, || closest::key(&name, keys));
            }
        }
    }

    /// What people gave names to.
    fn by_name(
        &mut self,
        place: &Place,
        (word, most): (Word, usize),
        raw: &str,
        each: &mut dyn FnMut(&mut Self, &Place, &str),
    ) {
        let fields = self.fields(place, raw);
        if fields.len() > most {
            return self.fault(place, Reason::TooMany(most));
        }
        for (name, raw) in fields {
            let at = place.named(&name);
            match names::check(word, &name) {
                Ok(()) => each(self, &at, raw),
                Err(reason) => {
                    let expected = Some(word.expected());
                    let value = names::shown_text(&name);
                    let error = ConfigError::new(self.layer, at.shown, reason);
                    self.error(ConfigError {
                        value,
                        expected,
                        ..error
                    });
                }
            }
        }
    }

    /// Reads the value of a key.
    pub(super) fn value(&mut self, place: &Place, key: &'static Key, raw: &str) {
        // An empty text is what a form or a shell gives where nothing was given.
        if raw == "\"\"" {
            return;
        }
        let read = match (key.kind, json::shape(raw)) {
            (Kind::Section(keys), Shape::Object) => return self.section(place, keys, raw),
            (Kind::Map(word, most, keys), Shape::Object) => {
                return self.by_name(place, (word, most), raw, &mut |reader, at, raw| {
                    if json::shape(raw) == Shape::Object {
                        reader.add(at, Value::Name, "{}");
                        reader.section(at, keys, raw);
                    } else if raw != "\"\"" {
                        reader.wrong_type(at, Kind::Section(keys), "{}", raw);
                    }
                });
            }
            (Kind::MapOf(word, most, of), Shape::Object) => {
                return self.by_name(place, (word, most), raw, &mut |reader, at, raw| {
                    reader.value(at, of, raw);
                });
            }
            (Kind::Flag, Shape::Flag) => Ok(Value::Flag(raw == "true")),
            (Kind::Number(bounds), Shape::Number) => number(raw, bounds, false).map(Value::Number),
            (Kind::Integer(bounds), Shape::Number) => number(raw, bounds, true).map(Value::Number),
            (Kind::Text(word), Shape::Text) => text(raw, word).map(Value::Text),
            (Kind::Texts(word, most), Shape::List) => match self.texts(place, key, word, most, raw) {
                Some(texts) => Ok(Value::Texts(texts)),
                None => return,
            },
            (Kind::Json, Shape::Object) => Ok(Value::Json),
            _ => Err(Reason::WrongType),
        };
        match read {
            Ok(value) => self.add(place, value, raw),
            Err(reason) => self.wrong(place, reason, key.kind, key.example, raw),
        }
    }

    /// The texts of a list; nothing where one of them is wrong.
    fn texts(
        &mut self,
        place: &Place,
        key: &'static Key,
        word: Word,
        most: usize,
        raw: &str,
    ) -> Option<Vec<String>> {
        let entries = json::list(raw).and_then(|entries| {
            if entries.len() > most {
                Err(Reason::TooMany(most))
            } else {
                Ok(entries)
            }
        });
        let entries = entries
            .map_err(|reason| self.wrong(place, reason, key.kind, key.example, raw))
            .ok()?;
        let before = self.found.errors.len();
        let mut texts = Vec::with_capacity(entries.len());
        for (index, raw) in entries.into_iter().enumerate() {
            let read = if json::shape(raw) == Shape::Text {
                text(raw, word)
            } else {
                Err(Reason::WrongType)
            };
            match read {
                Ok(text) => texts.push(text),
                Err(reason) => {
                    let mut at = place.clone();
                    at.shown = [&at.shown, "[", &index.to_string(), "]"].concat();
                    self.error(ConfigError {
                        value: at.value(raw),
                        expected: Some(word.expected()),
                        example: Some(key.example),
                        closest: closest_word(word, raw),
                        ..ConfigError::new(self.layer, at.shown, reason)
                    });
                }
            }
        }
        // Beyond the last error that is told, a list is not in force either: its layer is not.
        (self.found.errors.len() == before).then_some(texts)
    }

    fn add(&mut self, place: &Place, value: Value, raw: &str) {
        self.found.settings.push(Arc::new(Setting {
            path: place.path.clone(),
            layer: self.layer,
            json: raw.to_owned(),
            value,
            pattern: place.pattern.clone(),
            name: place.name.clone(),
            written_as: place.written_as,
            order: self.found.settings.len(),
        }));
    }
}

/// The word that looks most like a text that is none of them.
fn closest_word(word: Word, raw: &str) -> Option<String> {
    let Word::OneOf(words) = word else { return None };
    let wrong = json::text(raw).ok()?;
    closest::word(&wrong, &mut words.iter().copied())
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
