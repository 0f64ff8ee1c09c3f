//! All of one model: `/api/show`.

use crate::providers::error::Foreign;
use crate::providers::json::{NoJson, Reader};
use crate::providers::listed::{ListedModel, ShownModel, parameters};

use super::list::{read_capabilities, read_details, take_capabilities};

/// What `model_info` says, as far as it is of use.
#[derive(Debug, Default)]
struct ModelFacts {
    architecture: Option<String>,
    parameters: Option<u64>,
    /// The context by architecture: keys come in any order, and a model with several parts has several.
    contexts: Vec<(String, u32)>,
}

pub(super) fn read_show(text: &str) -> Result<ShownModel, Foreign> {
    let mut reader = Reader::new(text);
    let mut shown = ShownModel::default();
    let mut facts = ModelFacts::default();
    let mut said = None;
    let mut known = false;
    let mut walk = || -> Result<(), NoJson> {
        if !reader.object()? {
            return reader.end();
        }
        let listed: &mut ListedModel = &mut shown.listed;
        while let Some(key) = reader.key()? {
            known |= matches!(&*key, "details" | "model_info" | "modelfile" | "template");
            match &*key {
                "license" => shown.license = reader.word()?,
                "template" => shown.template = reader.word()?,
                "system" => shown.system = reader.word()?,
                "parameters" => {
                    shown.parameters = reader.text()?.as_deref().map(lines).unwrap_or_default();
                }
                "modified_at" => listed.modified = reader.word()?,
                "remote_host" => listed.remote_host = reader.word()?,
                "details" => read_details(&mut reader, listed)?,
                "capabilities" => said = read_capabilities(&mut reader)?,
                "model_info" => facts = ModelFacts::read(&mut reader)?,
                _ => reader.skip()?,
            }
        }
        reader.end()
    };
    walk().map_err(|_| Foreign::Text)?;
    if !known {
        return Err(Foreign::OtherJson);
    }
    let listed = &mut shown.listed;
    take_capabilities(listed, said);
    listed.context = facts.context().or(listed.context);
    listed.parameters_millions = facts
        .parameters
        .and_then(parameters)
        .or(listed.parameters_millions);
    listed.configured_context = shown
        .parameters
        .iter()
        .rfind(|(name, _)| name == "num_ctx")
        .and_then(|(_, value)| value.parse().ok());
    Ok(shown)
}

/// `num_ctx   4096` on each line.
fn lines(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter_map(|line| line.trim().split_once(|c: char| c.is_ascii_whitespace()))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect()
}

impl ModelFacts {
    fn read(reader: &mut Reader) -> Result<Self, NoJson> {
        let mut facts = Self::default();
        if !reader.object()? {
            return Ok(facts);
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "general.architecture" => facts.architecture = reader.word()?,
                "general.parameter_count" => facts.parameters = reader.count()?,
                key => match key.strip_suffix(".context_length") {
                    Some(architecture) => {
                        let context = reader.tokens()?;
                        facts
                            .contexts
                            .extend(context.map(|context| (architecture.to_owned(), context)));
                    }
                    None => reader.skip()?,
                },
            }
        }
        Ok(facts)
    }

    /// That of the architecture; without one, the only one there is.
    fn context(&self) -> Option<u32> {
        let named = |wanted: &str| self.contexts.iter().find(|(name, _)| name == wanted);
        let found = match (&self.architecture, self.contexts.as_slice()) {
            (Some(architecture), _) => named(architecture),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        found.map(|(_, context)| *context)
    }
}
