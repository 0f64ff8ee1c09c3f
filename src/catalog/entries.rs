//! The entries of an app, checked all together: either all of them are good, or every fault of every entry is told and
//! nothing changes (requirement D7).

use std::borrow::Cow;

use super::bundle::{Bundle, MAX_ALIASES};
use super::entry::{AppEntry, SaidCapabilities};
use super::error::{CatalogError, Problem};
use super::family::Family;
use super::name;
use super::pattern::{Pattern, is_pattern};
use super::record::{Capabilities, Capability, Facts, Origin};
use crate::json;

/// The most entries an app can add.
pub const MAX_ENTRIES: usize = 2_000;
/// The largest number of tokens that is taken for one.
pub const MAX_TOKENS: u32 = 100_000_000;

/// Entries that were checked.
#[derive(Debug, Default)]
pub(super) struct AppEntries {
    exact: Named<Facts>,
    aliases: Named<String>,
    patterns: Named<Facts>,
}

/// Values by name, in the order they were added.
#[derive(Debug)]
struct Named<T> {
    rows: Vec<(String, T)>,
    /// The places of the rows, in the order of their names.
    order: Vec<u16>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        let (rows, order) = (Vec::new(), Vec::new());
        Self { rows, order }
    }
}

impl<T> Named<T> {
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.order
            .binary_search_by(|row| self.rows[usize::from(*row)].0.as_str().cmp(name))
    }

    fn get(&self, name: &str) -> Option<&T> {
        let at = self.find(name).ok()?;
        Some(&self.rows[usize::from(self.order[at])].1)
    }

    /// Adds a value; one of the same name stays.
    fn add(&mut self, name: String, value: T) {
        if let (Err(at), Ok(row)) = (self.find(&name), u16::try_from(self.rows.len())) {
            self.order.insert(at, row);
            self.rows.push((name, value));
        }
    }
}

impl AppEntries {
    /// Checks all entries.
    ///
    /// # Errors
    /// All faults of all of them, in their order.
    pub(super) fn check(entries: Vec<AppEntry>) -> Result<Self, Vec<CatalogError>> {
        if entries.len() > MAX_ENTRIES {
            let count = entries.len().to_string();
            return Err(vec![CatalogError::new(
                "catalog".to_owned(),
                &count,
                Problem::TooMany,
            )]);
        }
        let mut checked = Self::default();
        let mut faults = Faults::default();
        for (index, entry) in entries.into_iter().enumerate() {
            faults.path = ["catalog[", &index.to_string(), "]"].concat();
            checked.add(entry, &mut faults);
        }
        for (alias, _) in &checked.aliases.rows {
            if checked.target(alias).is_none() {
                faults.all.push(CatalogError::new(
                    "catalog".to_owned(),
                    alias,
                    Problem::AliasCycle,
                ));
            }
        }
        if faults.all.is_empty() {
            Ok(checked)
        } else {
            Err(faults.all)
        }
    }

    fn add(&mut self, entry: AppEntry, faults: &mut Faults) {
        let name = entry.name.to_ascii_lowercase();
        let is_pattern = is_pattern(&name);
        if is_pattern {
            if let Err(error) = Pattern::new(&name) {
                faults.add(".name", &entry.name, Problem::Pattern(error));
            }
        } else if let Err(error) = name::check(&name) {
            faults.add(".name", &entry.name, Problem::Name(error));
        }
        if self.has(&name) {
            faults.add(".name", &entry.name, Problem::Duplicate);
        }
        let alias_of = entry.alias_of.clone();
        let facts = facts(entry, faults);
        match alias_of {
            Some(target) => {
                if is_pattern || facts != Facts::default() {
                    faults.add(".aliasOf", &target, Problem::Alias);
                }
                if let Err(error) = name::check(&target) {
                    faults.add(".aliasOf", &target, Problem::Name(error));
                }
                self.aliases.add(name, target.to_ascii_lowercase());
            }
            None if is_pattern => self.patterns.add(name, facts),
            None => self.exact.add(name, facts),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.exact.find(name).is_ok() || self.patterns.find(name).is_ok() || self.aliases.find(name).is_ok()
    }

    /// What an alias leads to in the end; `None` where it leads nowhere.
    fn target<'a>(&'a self, alias: &'a str) -> Option<&'a str> {
        let mut target = alias;
        for _ in 0..=MAX_ALIASES {
            match self.alias(target) {
                Some(next) => target = next,
                None => return Some(target),
            }
        }
        None
    }
}

impl Bundle for AppEntries {
    fn exact(&self, lower: &str) -> Option<(Facts, Origin)> {
        self.exact
            .get(lower)
            .map(|facts| (facts.clone(), Origin::default()))
    }

    fn number(&self, lower: &str) -> Option<u32> {
        u32::try_from(self.exact.find(lower).ok()?).ok()
    }

    fn alias(&self, lower: &str) -> Option<&str> {
        self.aliases.get(lower).map(String::as_str)
    }

    fn patterns(&self) -> Vec<(String, Facts, Origin)> {
        let row = |(text, facts): &(String, Facts)| (text.clone(), facts.clone(), Origin::default());
        self.patterns.rows.iter().map(row).collect()
    }

    fn names(&self) -> Vec<String> {
        self.exact.rows.iter().map(|(name, _)| name.clone()).collect()
    }

    fn aliases(&self) -> Vec<(String, String)> {
        self.aliases.rows.clone()
    }

    fn version(&self) -> &'static str {
        "app"
    }
}

/// Faults found so far.
#[derive(Default)]
struct Faults {
    /// The entry that is checked now.
    path: String,
    all: Vec<CatalogError>,
}

impl Faults {
    fn add(&mut self, field: &str, value: &str, problem: Problem) {
        let field = [&self.path, field].concat();
        self.all.push(CatalogError::new(field, value, problem));
    }

    fn tokens(&mut self, field: &str, value: Option<f64>) -> Option<u32> {
        let value = value?;
        let found = whole(value, f64::from(MAX_TOKENS));
        if found.is_none() {
            self.add(field, &shown(value), Problem::Tokens);
        }
        found.and_then(|found| u32::try_from(found).ok())
    }

    fn bytes(&mut self, field: &str, value: Option<f64>) -> Option<u64> {
        let value = value?;
        // The largest whole number a JSON number holds exactly.
        let found = whole(value, 9_007_199_254_740_991.0);
        if found.is_none() {
            self.add(field, &shown(value), Problem::Bytes);
        }
        found
    }

    fn parameters(&mut self, value: Option<f64>) -> Option<u32> {
        let value = value?;
        let millions = whole((value * 1_000.0).ceil(), 1e8);
        if millions.is_none() {
            self.add(".parametersBillions", &shown(value), Problem::Parameters);
        }
        millions.and_then(|millions| u32::try_from(millions).ok())
    }

    fn capabilities(&mut self, said: SaidCapabilities) -> Capabilities {
        let mut all = Capabilities::default();
        for (name, support) in said.0 {
            if let Some(capability) = Capability::from_name(&name) {
                all.set(capability, support);
            } else {
                let field = [&self.path, ".capabilities.", &name].concat();
                let names = Capability::ALL.map(Capability::name);
                let error = CatalogError::new(field, &name, Problem::Capability).closest_of(&name, &names);
                self.all.push(error);
            }
        }
        all
    }

    /// A word of an entry: what is no name is no family, no profile and no quantization.
    fn word(&mut self, field: &str, value: Option<String>) -> Option<String> {
        let value = value?;
        if let Err(error) = name::check(&value) {
            self.add(field, &value, Problem::Name(error));
        }
        Some(value)
    }
}

/// A number as JSON writes it. The printing of the standard library would be a second one in the wasm file.
fn shown(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        let text = json::to_string(&value);
        text.strip_suffix(".0").unwrap_or(&text).to_owned()
    }
}

/// A whole number from 1 to `most`. Not a number, an infinity, a fraction and what is too much are none.
fn whole(value: f64, most: f64) -> Option<u64> {
    let good = (1.0..=most).contains(&value) && value.fract() == 0.0;
    // Just seen to be whole and in the range of the type.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    good.then_some(value as u64)
}

fn facts(entry: AppEntry, faults: &mut Faults) -> Facts {
    let released = entry.released.filter(|date| {
        let good = is_date(date);
        if !good {
            faults.add(".released", date, Problem::Date);
        }
        good
    });
    let mut profiles = Vec::new();
    for (index, profile) in entry.profiles.into_iter().enumerate() {
        let field = [".profiles[", &index.to_string(), "]"].concat();
        profiles.extend(faults.word(&field, Some(profile)).map(Cow::Owned));
    }
    Facts {
        family: faults
            .word(".family", entry.family)
            .map(|family| Family::named(&family)),
        context: faults.tokens(".contextWindow", entry.context_window),
        served_context: faults.tokens(".servedContextWindow", entry.served_context_window),
        max_output: faults.tokens(".maxOutputTokens", entry.max_output_tokens),
        capabilities: faults.capabilities(entry.capabilities),
        profiles,
        parameters_millions: faults.parameters(entry.parameters_billions),
        quantization: faults.word(".quantization", entry.quantization),
        size_bytes: faults.bytes(".sizeBytes", entry.size_bytes),
        gpu_memory_bytes: faults.bytes(".gpuMemoryBytes", entry.gpu_memory_bytes),
        released,
    }
}

/// Whether a text is `YYYY-MM-DD` or `YYYY-MM`, as far as its digits go.
fn is_date(text: &str) -> bool {
    let part =
        |text: &str, most: u32| text.len() == 2 && text.parse().is_ok_and(|n: u32| (1..=most).contains(&n));
    let mut parts = text.split('-');
    let year = parts
        .next()
        .is_some_and(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()));
    let month = parts.next().is_some_and(|month| part(month, 12));
    let day = parts.next().is_none_or(|day| part(day, 31));
    year && month && day && parts.next().is_none()
}
