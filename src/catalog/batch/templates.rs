//! What many names have in common: all but what a name itself says and what was stripped from it. Made once for each
//! place where names are found, and remembered as text.

use serde::Serialize;

use super::PARTS;
use crate::catalog::bundle::UNNUMBERED;
use crate::catalog::family::{Family, FamilyClass};
use crate::catalog::index::{Index, hash};
use crate::catalog::lookup::{Layers, Lookup};
use crate::catalog::name::{ModelName, Stripped};
use crate::catalog::shelf::{Match, Spot};
use crate::json;

/// The most templates that are remembered: more than there are entries and patterns.
pub(super) const MAX_TEMPLATES: usize = 6_000;

/// What a template is made for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::catalog) struct Key {
    app: Option<Spot>,
    bundled: Option<Spot>,
    pub(in crate::catalog) class: Option<(Family, FamilyClass)>,
    /// Whether the name may stand for another file than the entry's.
    other_file: bool,
}

impl Key {
    /// What a name is found by. What was stripped from it is no matter, only whether that was part of a file's name.
    pub(in crate::catalog) fn new(
        name: Option<&ModelName>,
        app: Option<Spot>,
        bundled: Option<Spot>,
    ) -> Self {
        let stripped = bundled.and_then(|spot| name?.forms().nth(spot.stripped));
        let of_a_file =
            |(_, stripped): (&str, &[Stripped])| stripped.iter().any(|one| one.part.is_of_a_file());
        let bare = |spot: Spot| Spot {
            stripped: 0,
            tagged: false,
            ..spot
        };
        Self {
            app: app.map(bare),
            bundled: bundled.map(bare),
            class: name.and_then(Family::of),
            other_file: stripped.is_some_and(of_a_file),
        }
    }

    fn hash(&self) -> u32 {
        let place =
            |spot: Option<Spot>| spot.map_or(0, |spot| spot.place.wrapping_mul(4) + spot.step as u32 + 1);
        let family = self.class.as_ref().map_or(0, |(family, _)| hash(family.as_str()));
        let mixed = place(self.app).wrapping_mul(0x9E37_79B1) ^ place(self.bundled) ^ family;
        let mixed = mixed.wrapping_mul(0x85EB_CA6B);
        mixed ^ mixed >> 15
    }

    /// Whether it is known by numbers alone.
    fn is_numbered(&self) -> bool {
        let numbered = |spot: Option<Spot>| spot.is_none_or(|spot| spot.place != UNNUMBERED);
        numbered(self.app) && numbered(self.bundled)
    }
}

/// What all names of one key have in common.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) json: String,
    pub(super) parts: [usize; PARTS.len()],
    pub(super) parameters_millions: Option<u32>,
    pub(super) quantization: Option<String>,
    pub(super) released: Option<String>,
    /// What it was found by below the app's entry: the JSON before and behind what was stripped.
    pub(super) overridden: Option<(String, String)>,
    /// Whether these three stand above what a name says.
    pub(super) fixed: [bool; 3],
    /// The text it was last written to, and its place there.
    pub(super) written: (u32, usize),
}

/// Templates and their parts, remembered.
#[derive(Debug, Default)]
pub(in crate::catalog) struct Templates {
    pub(super) all: Vec<Template>,
    /// Keys, each with the place of its template and what that was made of.
    keys: Vec<(Key, usize, Layers)>,
    index: Index,
    json_index: Index,
    /// By the number of an entry the template and the dress of its own name, which are always the same.
    pub(super) rows: Vec<Option<(usize, String)>>,
    pub(super) parts: [Parts; PARTS.len()],
    /// How many texts were begun.
    pub(super) texts: u32,
}

/// The values of a field.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Each with the text it was last written to.
    pub(super) all: Vec<(String, u32)>,
    index: Index,
}

impl Parts {
    /// The number of a value.
    fn number(&mut self, value: &impl Serialize) -> usize {
        // Plain data with texts for keys: there is nothing in it that JSON could not hold.
        self.number_of(json::to_string(value))
    }

    fn number_of(&mut self, json: String) -> usize {
        let hash = hash(&json);
        let known = self.index.find(hash, &|part| self.all[part].0 == json);
        known.unwrap_or_else(|| {
            self.index.add(hash, self.all.len());
            self.all.push((json, 0));
            self.all.len() - 1
        })
    }
}

/// A template as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    family: &'a Family,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<FamilyClass>,
    context: usize,
    effective_context: usize,
    max_output: usize,
    capabilities: usize,
    profiles: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters_millions: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantization: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gpu_memory_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    released: Option<&'a str>,
    origin: usize,
    matched: &'a Match,
}

impl Templates {
    /// Begins a text. Its numbers must not change while it is written, so room is made before.
    pub(in crate::catalog) fn begin(&mut self) {
        if self.keys.len().max(self.all.len()) >= MAX_TEMPLATES {
            *self = Self {
                texts: self.texts,
                ..Self::default()
            };
        }
        self.texts = self.texts.wrapping_add(1);
    }

    /// The place of a key; its template is made of what `find` finds, unless it is remembered.
    pub(in crate::catalog) fn key(&mut self, key: Key, find: &mut dyn FnMut(&Key) -> Layers) -> usize {
        let hash = key.hash();
        let known = self.index.find(hash, &|at| self.keys[at].0 == key);
        known.unwrap_or_else(|| {
            let layers = find(&key);
            let place = self.put(layers.merge("", &[]), layers.above_the_name());
            if key.is_numbered() {
                self.index.add(hash, self.keys.len());
            }
            self.keys.push((key, place, layers));
            self.keys.len() - 1
        })
    }

    /// The template of the key at a place.
    pub(in crate::catalog) fn template(&self, key: usize) -> usize {
        self.keys[key].1
    }

    /// What was found for the key at a place: all but what only a name itself says.
    pub(in crate::catalog) fn layers(&self, key: usize) -> &Layers {
        &self.keys[key].2
    }

    /// The place of a template with these values. `fixed` says which of them stand above what a name says.
    fn put(&mut self, mut lookup: Lookup, fixed: [bool; 3]) -> usize {
        lookup.matched.stripped.clear();
        let overridden = lookup.overridden.take().and_then(|mut overridden| {
            overridden.stripped.clear();
            let json = json::to_string(&overridden);
            // In a text the quotes would be escaped.
            let (head, tail) = json.split_once("\"stripped\":[")?;
            Some(([head, "\"stripped\":["].concat(), tail.to_owned()))
        });
        let [context, effective, output, capabilities, profiles, origin] = &mut self.parts;
        let parts = [
            context.number(&lookup.context),
            effective.number(&lookup.effective_context),
            output.number(&lookup.max_output),
            capabilities.number(&lookup.capabilities),
            profiles.number(&lookup.profiles),
            origin.number(&lookup.origin),
        ];
        let [
            context,
            effective_context,
            max_output,
            capabilities,
            profiles,
            origin,
        ] = parts;
        let row = Row {
            family: &lookup.family,
            class: lookup.class,
            context,
            effective_context,
            max_output,
            capabilities,
            profiles,
            parameters_millions: lookup.parameters_millions,
            quantization: lookup.quantization.as_deref(),
            size_bytes: lookup.size_bytes,
            gpu_memory_bytes: lookup.gpu_memory_bytes,
            released: lookup.released.as_deref(),
            origin,
            matched: &lookup.matched,
        };
        let json = json::to_string(&row);
        // Two keys may come to the same: an entry without a size is the same for another file.
        let same = |place: usize| {
            let other = &self.all[place];
            other.json == json && other.fixed == fixed && other.overridden == overridden
        };
        let json_hash = hash(&json);
        let known = self.json_index.find(json_hash, &same);
        let place = known.unwrap_or(self.all.len());
        if known.is_none() {
            self.json_index.add(json_hash, place);
            self.all.push(Template {
                json,
                parts,
                parameters_millions: lookup.parameters_millions,
                quantization: lookup.quantization,
                released: lookup.released,
                overridden,
                fixed,
                written: (0, 0),
            });
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::shelf::Step;

    #[test]
    fn there_are_never_more_templates_than_room_when_a_text_begins() {
        let mut templates = Templates::default();
        for place in 0..10_000 {
            let spot = Spot {
                step: Step::Exact,
                place,
                tied_with: None,
                stripped: 0,
                tagged: false,
            };
            templates.begin();
            let key = Key::new(None, None, Some(spot));
            let at = templates.key(key, &mut |_| Layers::default());
            assert_eq!(templates.template(at), 0, "all are the same text");
            assert!(templates.keys.len() <= MAX_TEMPLATES);
        }
    }
}
