//! Many lookups as one JSON text, for JavaScript: what many names have in common is written once.
//!
//! Most of a lookup comes from where the name was found, and is the same for every name found there: a template. It
//! is made once, by the same merge as a single lookup, and remembered as text. What is left is what the name itself
//! says and what was stripped from it: its dress, of which there are few. So the text is a list of five:
//!
//! - `blank`: a lookup with nothing in it, so that fields with `null` need not be written;
//! - `parts`: for some fields the values that templates have in common, by number;
//! - `templates`: lookups with no name, nothing stripped, and the number of a part in its place;
//! - `dresses`: what stands above the template (`0` if nothing does), and what was stripped from the name for
//!   `matched`;
//! - `rows`: for each name the place of its template, then that of its dress.
//!
//! Put together, a row is exactly what [`super::Catalog::lookup`] says of the name.

mod json;
mod templates;

use super::name::{ModelName, Part};
use super::shelf::{DEFAULT_TAG, Spot};
use json::{List, push_number, push_text};
pub(super) use templates::{Key, Templates};
use templates::{MAX_TEMPLATES, Template};

/// The fields of a lookup that are parts.
const PARTS: [&str; 6] = [
    "context",
    "effectiveContext",
    "maxOutput",
    "capabilities",
    "profiles",
    "origin",
];
/// A lookup with nothing in it, in the order of its fields.
const BLANK: &str = concat!(
    r#"{"name":"","family":"","class":null,"context":0,"effectiveContext":0,"maxOutput":0,"capabilities":0,"#,
    r#""profiles":0,"parametersMillions":null,"activeParametersMillions":null,"quantization":null,"format":null,"#,
    r#""sizeBytes":null,"gpuMemoryBytes":null,"released":null,"origin":0,"matched":0,"overridden":null}"#
);

/// A text that is being written.
pub(super) struct Text<'a> {
    pub(super) templates: &'a mut Templates,
    parts: [String; PARTS.len()],
    written: String,
    count: usize,
    dresses: List,
    rows: String,
}

impl<'a> Text<'a> {
    pub(super) fn new(templates: &'a mut Templates) -> Self {
        templates.begin();
        Self {
            templates,
            parts: Default::default(),
            written: String::new(),
            count: 0,
            dresses: List::default(),
            rows: String::new(),
        }
    }

    /// Writes a row: a template, and what the name and what was stripped from it say. Gives the place of the dress.
    pub(super) fn row(
        &mut self,
        template: usize,
        name: Option<&ModelName>,
        app: Option<Spot>,
        bundled: Option<Spot>,
    ) -> usize {
        let dress = self.dress(template, name, app, bundled);
        self.write_row(template, dress);
        dress
    }

    /// Writes the row of a name that is the name of an entry, if one was kept.
    pub(super) fn kept_row(&mut self, entry: u32) -> bool {
        let Some(Some((template, dress))) = self.templates.rows.get(entry as usize) else {
            return false;
        };
        let template = *template;
        let begin = self.dresses.begin();
        self.dresses.text.push_str(dress);
        let dress = self.dresses.end(begin);
        self.write_row(template, dress);
        true
    }

    /// Keeps the row of the name of an entry.
    pub(super) fn keep_row(&mut self, entry: u32, template: usize, dress: usize) {
        let entry = entry as usize;
        if entry < MAX_TEMPLATES {
            let rows = &mut self.templates.rows;
            rows.resize(rows.len().max(entry + 1), None);
            rows[entry] = Some((template, self.dresses.get(dress).to_owned()));
        }
    }

    fn write_row(&mut self, template: usize, dress: usize) {
        let place = self.write_template(template);
        if !self.rows.is_empty() {
            self.rows.push(',');
        }
        push_number(&mut self.rows, place);
        self.rows.push(',');
        push_number(&mut self.rows, dress);
    }

    /// All of it.
    pub(super) fn end(self) -> String {
        let mut all = ["[", BLANK, ",{"].concat();
        for (index, (field, part)) in PARTS.iter().zip(&self.parts).enumerate() {
            all.push_str(if index > 0 { ",\"" } else { "\"" });
            all.push_str(field);
            all.push_str("\":{");
            all.push_str(part);
            all.push('}');
        }
        for (end, text) in [
            ("},[", &self.written),
            ("],[", &self.dresses.text),
            ("],[", &self.rows),
        ] {
            all.push_str(end);
            all.push_str(text);
        }
        all.push_str("]]");
        all
    }

    fn write_template(&mut self, template: usize) -> usize {
        let text = self.templates.texts;
        let template = &mut self.templates.all[template];
        if template.written.0 == text {
            return template.written.1;
        }
        template.written = (text, self.count);
        if self.count > 0 {
            self.written.push(',');
        }
        self.written.push_str(&template.json);
        for ((number, parts), out) in template
            .parts
            .iter()
            .zip(&mut self.templates.parts)
            .zip(&mut self.parts)
        {
            let (json, written) = &mut parts.all[*number];
            if *written != text {
                *written = text;
                out.push_str(if out.is_empty() { "\"" } else { ",\"" });
                push_number(out, *number);
                out.push_str("\":");
                out.push_str(json);
            }
        }
        self.count += 1;
        self.count - 1
    }

    /// The place of what makes a lookup of a template.
    fn dress(
        &mut self,
        template: usize,
        name: Option<&ModelName>,
        app: Option<Spot>,
        bundled: Option<Spot>,
    ) -> usize {
        let template = &self.templates.all[template];
        let begin = self.dresses.begin();
        let text = &mut self.dresses.text;
        // The app's entry stands above the bundled one.
        let (matched, overridden) = if app.is_some() {
            (app, bundled)
        } else {
            (bundled, None)
        };
        text.push('[');
        if let Some(name) = name {
            push_said(text, template, name, overridden);
        } else {
            text.push('0');
        }
        text.push_str(",[");
        push_stripped(text, name, matched);
        text.push_str("]]");
        self.dresses.end(begin)
    }
}

/// What the name says and its template does not.
fn push_said(text: &mut String, template: &Template, name: &ModelName, overridden: Option<Spot>) {
    let parameters = name.parameters();
    let [fixed_size, fixed_quantization, fixed_day] = template.fixed;
    let mut before = '{';
    let mut field = |text: &mut String, name: &str| {
        text.push(before);
        text.push_str(name);
        before = ',';
    };
    let millions = parameters.millions.filter(|_| !fixed_size);
    if let Some(millions) = millions.filter(|_| millions != template.parameters_millions) {
        field(text, "\"parametersMillions\":");
        push_number(text, millions as usize);
    }
    if let Some(millions) = parameters.active_millions {
        field(text, "\"activeParametersMillions\":");
        push_number(text, millions as usize);
    }
    let quantization = name.quantization().filter(|_| !fixed_quantization);
    if let Some(said) = quantization.filter(|_| quantization != template.quantization.as_deref()) {
        field(text, "\"quantization\":");
        push_text(text, said);
    }
    if let Some(format) = name.format() {
        field(text, "\"format\":");
        push_text(text, format.name());
    }
    let day = name.day().filter(|_| !fixed_day);
    if let Some(said) = day.filter(|_| day != template.released.as_deref()) {
        field(text, "\"released\":");
        push_text(text, said);
    }
    if let Some((head, tail)) = &template.overridden {
        field(text, "\"overridden\":");
        text.push_str(head);
        push_stripped(text, Some(name), overridden);
        text.push_str(tail);
    }
    text.push(if before == '{' { '0' } else { '}' });
}

/// What was taken away from a name before it was found.
fn push_stripped(text: &mut String, name: Option<&ModelName>, spot: Option<Spot>) {
    let (Some(name), Some(spot)) = (name, spot) else {
        return;
    };
    let (_, stripped) = name.forms().nth(spot.stripped).unwrap_or_default();
    let default = spot.tagged.then_some((Part::DefaultTag, DEFAULT_TAG));
    let all = stripped
        .iter()
        .map(|one| (one.part, one.text.as_str()))
        .chain(default);
    for (index, (part, cut)) in all.enumerate() {
        text.push_str(if index > 0 { ",{\"part\":" } else { "{\"part\":" });
        push_text(text, part.name());
        text.push_str(",\"text\":");
        push_text(text, cut);
        text.push('}');
    }
}
