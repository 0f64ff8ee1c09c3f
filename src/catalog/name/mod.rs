//! Names of models as people and providers write them, taken apart.
//!
//! A name is read from the outside in: the registry and the owner in front, the tag behind, then the format, the
//! quantization and the date at the end of what is left. Each step leaves a shorter name that may be the one the
//! catalog knows; all of them are kept, in this order, with what was taken away (requirement D1). What a name says of
//! its model, such as its size, is read wherever it stands.

mod affix;
mod date;
mod parameters;
mod quantization;

use serde::Serialize;

pub use parameters::Parameters;

/// The longest name, in characters (requirement K5).
pub const MAX_NAME: usize = 256;

/// Why a text cannot be the name of a model (requirement K5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameError {
    /// It is empty.
    Empty,
    /// It is longer than [`MAX_NAME`] characters.
    TooLong,
    /// It has a blank or a control character.
    Blank,
    /// It has `..`.
    Dots,
}

impl NameError {
    /// The reason, as part of a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Empty => "a name needs at least one character",
            Self::TooLong => "a name has at most 256 characters",
            Self::Blank => "a name has no blanks and no control characters",
            Self::Dots => "a name has no `..`",
        }
    }
}

/// Which part of a name was taken away before the rest was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "NamePart"))]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// Where the name is to be had: `hf.co/`, `ollama/`, `models/`.
    Registry,
    /// Who made or packed it: `meta-llama/`, `anthropic.`.
    Owner,
    /// What follows a colon: `:8b-instruct-q4_K_M`, `:free`; also `-latest`.
    Tag,
    /// The format of the files: `-GGUF`, `.gguf`, `-MLC`.
    Format,
    /// How the weights are stored: `-Q4_K_M`, `-AWQ`.
    Quantization,
    /// The day of the version: `-20250929`, `-2024-08-06`, `@20250101`, `-0613`.
    Date,
    /// Nothing was taken away: the tag a bare name stands for, `:latest`, was put behind it.
    DefaultTag,
}

impl Part {
    /// Its name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Owner => "owner",
            Self::Tag => "tag",
            Self::Format => "format",
            Self::Quantization => "quantization",
            Self::Date => "date",
            Self::DefaultTag => "defaultTag",
        }
    }

    /// Whether without it a name may stand for another file of the same model.
    pub(super) fn is_of_a_file(self) -> bool {
        matches!(self, Self::Tag | Self::Format | Self::Quantization)
    }
}

/// A part of a name that was taken away, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "StrippedPart"))]
#[serde(rename_all = "camelCase")]
pub struct Stripped {
    /// Which part.
    pub part: Part,
    /// Its text, with the sign between it and the rest.
    pub text: String,
}

/// The format of a model's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "WeightsFormat"))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// llama.cpp's.
    Gguf,
    /// Its predecessor.
    Ggml,
    /// MLC's, for `WebLLM`.
    Mlc,
    /// ONNX, for Transformers.js.
    Onnx,
    /// MLX's.
    Mlx,
    /// Safetensors.
    Safetensors,
}

impl Format {
    /// Its name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gguf => "gguf",
            Self::Ggml => "ggml",
            Self::Mlc => "mlc",
            Self::Onnx => "onnx",
            Self::Mlx => "mlx",
            Self::Safetensors => "safetensors",
        }
    }
}

/// A name, taken apart.
///
/// ```
/// use modelyard::catalog::name::{Format, ModelName};
///
/// let name = ModelName::parse("hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M").unwrap();
/// assert_eq!(name.registry(), Some("hf.co"));
/// assert_eq!(name.owner(), Some("bartowski"));
/// assert_eq!(name.base(), "Llama-3.2-3B-Instruct");
/// assert_eq!(name.tag(), Some("Q4_K_M"));
/// assert_eq!(name.format(), Some(Format::Gguf));
/// assert_eq!(name.quantization(), Some("Q4_K_M"));
/// assert_eq!(name.parameters().millions, Some(3_000));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ModelName {
    text: String,
    lower: String,
    stripped: Vec<Stripped>,
    /// Where each shorter name begins and ends, the whole name first; the `i`th lacks the first `i` stripped parts.
    spans: Vec<(usize, usize)>,
    /// The end of the owner, and the end of what stands before the tag.
    body: (usize, usize),
    format: Option<Format>,
    date: Option<String>,
    quantization: Option<String>,
    parameters: Parameters,
}

impl ModelName {
    /// Takes a name apart.
    ///
    /// # Errors
    /// When requirement K5 says that it is no name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        check(text)?;
        let mut name = Self {
            text: text.to_owned(),
            lower: text.to_ascii_lowercase(),
            stripped: Vec::with_capacity(4),
            spans: Vec::with_capacity(8),
            body: (0, text.len()),
            format: None,
            date: None,
            quantization: None,
            parameters: Parameters::default(),
        };
        name.spans.push((0, text.len()));
        name.strip_front();
        name.strip_tag();
        let (start, end) = name.last();
        name.body = (start, end);
        name.strip_back();
        if let Some((at, date)) = date::at_the_end(name.rest()) {
            name.date = Some(date);
            name.cut_back(Part::Date, at);
        }
        let tag = name.tag().unwrap_or_default();
        let lower_tag = tag.to_ascii_lowercase();
        let body = &name.lower[start..end];
        let found =
            quantization::find(&text[start..end], body).or_else(|| quantization::find(tag, &lower_tag));
        name.parameters = Parameters::read(body, &lower_tag);
        name.quantization = found;
        Ok(name)
    }

    /// The name as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it is to be had, without the sign behind it.
    pub fn registry(&self) -> Option<&str> {
        self.text_of(Part::Registry)
            .map(|text| text.trim_end_matches(['/', ':', '-']))
    }

    /// Who made or packed it, without the sign behind it.
    pub fn owner(&self) -> Option<&str> {
        self.text_of(Part::Owner)
            .map(|text| text.trim_end_matches(['/', '.']))
    }

    /// What is left when all is taken away.
    pub fn base(&self) -> &str {
        let (start, end) = self.last();
        &self.text[start..end]
    }

    /// The tag without its colon.
    pub fn tag(&self) -> Option<&str> {
        self.text_of(Part::Tag).map(|text| &text[1..])
    }

    /// The format of its files.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// How its weights are stored: `Q4_K_M` for GGUF, otherwise as it is written.
    pub fn quantization(&self) -> Option<&str> {
        self.quantization.as_deref()
    }

    /// The day of its version as far as it is named: `2025-09-29`, `2024-11` or, without a year, `06-13`.
    pub fn date(&self) -> Option<&str> {
        self.date.as_deref()
    }

    /// The same, unless it lacks the year.
    pub(super) fn day(&self) -> Option<&str> {
        self.date().filter(|date| date.len() >= "YYYY-MM".len())
    }

    /// How large it is.
    pub fn parameters(&self) -> Parameters {
        self.parameters
    }

    /// The shorter and shorter names the catalog looks for, in lower case, each with what was taken away.
    pub fn forms(&self) -> impl Iterator<Item = (&str, &[Stripped])> {
        let form = |(count, (start, end)): (usize, &(usize, usize))| {
            (&self.lower[*start..*end], &self.stripped[..count])
        };
        self.spans.iter().enumerate().map(form)
    }

    /// What names the model, in lower case: without registry and owner, before the tag.
    pub(super) fn body(&self) -> &str {
        &self.lower[self.body.0..self.body.1]
    }

    fn text_of(&self, part: Part) -> Option<&str> {
        let found = self.stripped.iter().find(|stripped| stripped.part == part);
        found.map(|stripped| stripped.text.as_str())
    }

    fn last(&self) -> (usize, usize) {
        self.spans.last().copied().unwrap_or_default()
    }

    /// What is left so far, in lower case.
    fn rest(&self) -> &str {
        let (start, end) = self.last();
        &self.lower[start..end]
    }

    /// Takes the first `length` bytes of the rest away, unless nothing would be left.
    fn cut_front(&mut self, part: Part, length: usize) {
        let (start, end) = self.last();
        let at = start + length;
        if start < at && at < end {
            let text = self.text[start..at].to_owned();
            self.stripped.push(Stripped { part, text });
            self.spans.push((at, end));
        }
    }

    /// Takes the rest from its byte `length` on away, unless nothing would be left.
    fn cut_back(&mut self, part: Part, length: usize) {
        let (start, end) = self.last();
        let at = start + length;
        if start < at && at < end {
            let text = self.text[at..end].to_owned();
            self.stripped.push(Stripped { part, text });
            self.spans.push((start, at));
        }
    }

    fn strip_front(&mut self) {
        let scheme = affix::scheme(self.rest());
        self.cut_front(Part::Registry, scheme);
        if let Some(last) = self.rest().rfind('/') {
            let path = &self.rest()[..last];
            match path.rfind('/') {
                Some(slash) => {
                    self.cut_front(Part::Registry, slash + 1);
                    self.cut_front(Part::Owner, last - slash);
                }
                None if affix::is_registry(path) => self.cut_front(Part::Registry, last + 1),
                None => self.cut_front(Part::Owner, last + 1),
            }
        }
        let region = affix::region(self.rest());
        self.cut_front(Part::Registry, region);
        let vendor = affix::vendor(self.rest());
        self.cut_front(Part::Owner, vendor);
        let program = affix::program(self.rest());
        self.cut_front(Part::Registry, program);
    }

    fn strip_tag(&mut self) {
        if let Some(colon) = self.rest().find(':') {
            self.cut_back(Part::Tag, colon);
        }
        if let Some(at) = self.rest().find('@')
            && date::at_the_end(self.rest()).is_none_or(|(start, _)| start != at)
        {
            self.cut_back(Part::Tag, at);
        }
        if let Some(before) = self.rest().strip_suffix("-latest") {
            let at = before.len();
            self.cut_back(Part::Tag, at);
        }
    }

    /// Formats and quantizations follow each other in any order and number: `-Q4_K_M.gguf`, `-q4f16_1-MLC`. The bound
    /// keeps a name of nothing else from having a hundred forms.
    fn strip_back(&mut self) {
        for _ in 0..4 {
            let before = self.spans.len();
            if let Some((at, format)) = affix::format(self.rest()) {
                self.format = self.format.or(format);
                self.cut_back(Part::Format, at);
            } else if let Some(at) = quantization::at_the_end(self.rest()) {
                self.cut_back(Part::Quantization, at);
            }
            if self.spans.len() == before {
                return;
            }
        }
    }
}

/// Whether a text can be the name of a model (requirement K5).
///
/// # Errors
/// When it cannot.
pub fn check(text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    // The length in bytes first: counting the characters of a megabyte is no use.
    if text.len() > MAX_NAME * 4 || text.len() > MAX_NAME && text.chars().count() > MAX_NAME {
        return Err(NameError::TooLong);
    }
    // Nearly all names are of these bytes alone.
    if !text.bytes().all(|byte| byte.is_ascii_graphic())
        && text.chars().any(|one| one.is_whitespace() || one.is_control())
    {
        return Err(NameError::Blank);
    }
    if text.as_bytes().windows(2).any(|two| two == b"..") {
        return Err(NameError::Dots);
    }
    Ok(())
}
