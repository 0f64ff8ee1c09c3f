//! Lists. By the protocol an entry is a name; what servers add is read wherever it stands, whoever says it.

use crate::catalog::record::{Capability, Support};
use crate::providers::error::Foreign;
use crate::providers::json::{NoJson, Reader};
use crate::providers::listed::{ListedModel, Listing, parameters, support};

use super::servers::Server;
use super::{MORE, no_json};

/// Reads a list.
pub(in crate::providers) fn read(text: &str) -> Result<Listing, Foreign> {
    let mut listing = Listing::default();
    let found = walk(text, &mut listing).map_err(no_json)?;
    if !found {
        return Err(Foreign::OtherJson);
    }
    listing.more = listing.server.and_then(|server| server.row().more.map(|_| MORE));
    Ok(listing)
}

/// Reads the list of a server of which is known that it says more elsewhere.
pub(super) fn read_with_more(text: &str) -> Result<Listing, Foreign> {
    let mut listing = read(text)?;
    listing.more = Some(MORE);
    Ok(listing)
}

fn walk(text: &str, listing: &mut Listing) -> Result<bool, NoJson> {
    let mut reader = Reader::new(text);
    let mut found = false;
    if reader.is_array() {
        // Some leave out what is around the list.
        found = true;
        read_entries(&mut reader, listing)?;
    } else if reader.object()? {
        while let Some(key) = reader.key()? {
            if key == "data" {
                // A server without models may say null.
                found = true;
                read_entries(&mut reader, listing)?;
            } else {
                reader.skip()?;
            }
        }
    }
    reader.end()?;
    Ok(found)
}

fn read_entries(reader: &mut Reader, listing: &mut Listing) -> Result<(), NoJson> {
    if !reader.array()? {
        return Ok(());
    }
    while reader.item()? {
        let mut entry = Entry::default();
        if reader.object()? {
            entry.read(reader)?;
        }
        listing.server = listing.server.or(entry.server);
        if entry.inactive {
            continue;
        }
        if entry.model.name.is_empty() {
            listing.nameless += 1;
            continue;
        }
        listing.models.push(entry.model);
    }
    Ok(())
}

/// What is said of one model.
#[derive(Default)]
struct Entry {
    model: ListedModel,
    server: Option<Server>,
    /// It is listed and cannot be used.
    inactive: bool,
}

impl Entry {
    fn read(&mut self, reader: &mut Reader) -> Result<(), NoJson> {
        while let Some(key) = reader.key()? {
            let model = &mut self.model;
            match &*key {
                "id" => model.name = reader.word()?.unwrap_or_default(),
                "owned_by" => self.server = reader.text()?.as_deref().and_then(Server::owning),
                "active" => self.inactive = reader.flag()? == Some(false),
                // What it was made for, or what it is offered with.
                "context_length" | "context_window" | "max_context_length" => {
                    model.context = smaller(model.context, reader.tokens()?);
                }
                // What it is served with.
                "max_model_len" => {
                    model.served_context = reader.tokens()?;
                    model.context = smaller(model.context, model.served_context);
                }
                "max_completion_tokens" | "max_output_tokens" => {
                    model.max_output = smaller(model.max_output, reader.tokens()?);
                }
                "meta" => self.read_meta(reader)?,
                "architecture" => read_modalities(reader, model)?,
                "top_provider" => read_offer(reader, model)?,
                "supported_parameters" => read_parameters(reader, model)?,
                "capabilities" => read_capabilities(reader, model)?,
                _ => reader.skip()?,
            }
        }
        Ok(())
    }

    /// What the file of the model says.
    fn read_meta(&mut self, reader: &mut Reader) -> Result<(), NoJson> {
        if !reader.object()? {
            return Ok(());
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "n_ctx_train" => self.model.context = reader.tokens()?,
                "n_ctx" => self.model.served_context = reader.tokens()?,
                "n_params" => self.model.parameters_millions = reader.count()?.and_then(parameters),
                "size" => self.model.size_bytes = reader.count()?.filter(|size| *size > 0),
                _ => reader.skip()?,
            }
        }
        Ok(())
    }
}

/// The smaller of two limits that both hold.
fn smaller(one: Option<u32>, other: Option<u32>) -> Option<u32> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// What goes in and what comes out.
fn read_modalities(reader: &mut Reader, model: &mut ListedModel) -> Result<(), NoJson> {
    if !reader.object()? {
        return Ok(());
    }
    while let Some(key) = reader.key()? {
        let Some(names) = (match &*key {
            "input_modalities" | "output_modalities" => read_words(reader)?,
            _ => {
                reader.skip()?;
                None
            }
        }) else {
            continue;
        };
        let has = |name: &str| names.iter().any(|other| other == name);
        let capabilities = &mut model.capabilities;
        if key == "input_modalities" {
            capabilities.vision = support(has("image"));
            if has("audio") || capabilities.audio != Support::Yes {
                capabilities.audio = support(has("audio"));
            }
        } else {
            // Whatever answers in text answers piece by piece.
            capabilities.streaming = support(has("text"));
            if has("audio") {
                capabilities.audio = Support::Yes;
            }
            if has("embeddings") {
                capabilities.embedding = Support::Yes;
            }
        }
    }
    Ok(())
}

/// What the one that would answer offers, which may be less than what the model was made for.
fn read_offer(reader: &mut Reader, model: &mut ListedModel) -> Result<(), NoJson> {
    if !reader.object()? {
        return Ok(());
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "context_length" => model.context = smaller(model.context, reader.tokens()?),
            "max_completion_tokens" => model.max_output = smaller(model.max_output, reader.tokens()?),
            _ => reader.skip()?,
        }
    }
    Ok(())
}

/// The names of what a request may say: a list that is there says yes to what is in it and no to what is not.
fn read_parameters(reader: &mut Reader, model: &mut ListedModel) -> Result<(), NoJson> {
    let Some(names) = read_words(reader)?.filter(|names| !names.is_empty()) else {
        return Ok(());
    };
    let has = |name: &str| names.iter().any(|other| other == name);
    for (capability, name) in [
        (Capability::Tools, "tools"),
        (Capability::Reasoning, "reasoning"),
        (Capability::StructuredOutput, "structured_outputs"),
    ] {
        model.capabilities.set(capability, support(has(name)));
    }
    Ok(())
}

/// An object of what a model can do.
fn read_capabilities(reader: &mut Reader, model: &mut ListedModel) -> Result<(), NoJson> {
    if !reader.object()? {
        return Ok(());
    }
    while let Some(key) = reader.key()? {
        let capability = match &*key {
            "function_calling" | "tool_calling" | "tools" => Capability::Tools,
            "vision" => Capability::Vision,
            "reasoning" => Capability::Reasoning,
            "completion_fim" => Capability::FillInMiddle,
            _ => {
                reader.skip()?;
                continue;
            }
        };
        if let Some(can) = reader.flag()? {
            model.capabilities.set(capability, support(can));
        }
    }
    Ok(())
}

/// A list of words; `None` where there is no list.
fn read_words(reader: &mut Reader) -> Result<Option<Vec<String>>, NoJson> {
    if !reader.array()? {
        return Ok(None);
    }
    let mut words = Vec::new();
    while reader.item()? {
        words.extend(reader.word()?);
    }
    Ok(Some(words))
}
