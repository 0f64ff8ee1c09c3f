//! `/props`, where llama.cpp says how it serves its one model. The list says what the model was made for; what there is room
//! for now is another number, and often a much smaller one.

use crate::catalog::record::{Capability, Support};
use crate::providers::error::Foreign;
use crate::providers::json::{NoJson, Reader};
use crate::providers::listed::{ListedModel, Listing, support};

use super::no_json;

/// Reads it, as what is said of the only model there is.
pub(super) fn read(text: &str) -> Result<Listing, Foreign> {
    let mut said = Said::default();
    said.walk(&mut Reader::new(text)).map_err(no_json)?;
    if !said.known {
        return Err(Foreign::OtherJson);
    }
    // It answers in pieces, and holds answers to a schema by a grammar.
    said.model.capabilities.streaming = Support::Yes;
    said.model.capabilities.structured_output = Support::Yes;
    Ok(Listing {
        models: vec![said.model],
        ..Listing::default()
    })
}

#[derive(Default)]
struct Said {
    model: ListedModel,
    /// It has a field that this answer has.
    known: bool,
}

impl Said {
    fn walk(&mut self, reader: &mut Reader) -> Result<(), NoJson> {
        if reader.object()? {
            while let Some(key) = reader.key()? {
                match &*key {
                    "default_generation_settings" => {
                        self.known = true;
                        self.settings(reader)?;
                    }
                    "modalities" => self.flags(
                        reader,
                        &[("vision", Capability::Vision), ("audio", Capability::Audio)],
                    )?,
                    "chat_template_caps" => {
                        self.flags(reader, &[("supports_tool_calls", Capability::Tools)])?;
                    }
                    _ => reader.skip()?,
                }
            }
        }
        reader.end()
    }

    fn settings(&mut self, reader: &mut Reader) -> Result<(), NoJson> {
        if reader.object()? {
            while let Some(key) = reader.key()? {
                if key == "n_ctx" {
                    self.model.served_context = reader.tokens()?;
                } else {
                    reader.skip()?;
                }
            }
        }
        Ok(())
    }

    fn flags(&mut self, reader: &mut Reader, wanted: &[(&str, Capability)]) -> Result<(), NoJson> {
        if reader.object()? {
            while let Some(key) = reader.key()? {
                let flag = reader.flag()?;
                let found = wanted.iter().find(|(name, _)| *name == key);
                if let (Some(can), Some((_, capability))) = (flag, found) {
                    self.model.capabilities.set(*capability, support(can));
                }
            }
        }
        Ok(())
    }
}
