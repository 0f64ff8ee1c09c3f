//! Lists: what is installed (`/api/tags`) and what is in memory (`/api/ps`).

use crate::catalog::record::{Capabilities, Capability, Support};

use crate::providers::error::Foreign;
use crate::providers::json::{NoJson, Reader};
use crate::providers::listed::{ListedModel, Listing, RunningModel, millions, support};

/// Reads `{"models": […]}`, each entry by `entry`.
fn read_models(text: &str, entry: &mut dyn FnMut(&mut Reader) -> Result<(), NoJson>) -> Result<(), Foreign> {
    let mut found = false;
    let mut reader = Reader::new(text);
    let mut walk = || -> Result<(), NoJson> {
        if !reader.object()? {
            return reader.end();
        }
        while let Some(key) = reader.key()? {
            if key != "models" {
                reader.skip()?;
                continue;
            }
            // A server without models may say null.
            found = true;
            if reader.array()? {
                while reader.item()? {
                    entry(&mut reader)?;
                }
            }
        }
        reader.end()
    };
    walk().map_err(|_| Foreign::Text)?;
    if found { Ok(()) } else { Err(Foreign::OtherJson) }
}

pub(super) fn read_tags(text: &str) -> Result<Listing, Foreign> {
    let mut listing = Listing::default();
    read_models(text, &mut |reader| {
        let model = read_model(reader)?;
        if model.name.is_empty() {
            listing.nameless += 1;
        } else {
            listing.models.push(model);
        }
        Ok(())
    })?;
    Ok(listing)
}

fn read_model(reader: &mut Reader) -> Result<ListedModel, NoJson> {
    let mut model = ListedModel::default();
    let mut said = None;
    if !reader.object()? {
        return Ok(model);
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "name" => model.name = reader.word()?.unwrap_or(model.name),
            // The same in all versions so far; very old ones say only `name`.
            "model" if model.name.is_empty() => model.name = reader.word()?.unwrap_or_default(),
            "modified_at" => model.modified = reader.word()?,
            "size" => model.size_bytes = reader.count()?.filter(|size| *size > 0),
            "digest" => model.digest = reader.word()?,
            "remote_host" => model.remote_host = reader.word()?,
            "details" => read_details(reader, &mut model)?,
            "capabilities" => said = read_capabilities(reader)?,
            _ => reader.skip()?,
        }
    }
    take_capabilities(&mut model, said);
    Ok(model)
}

pub(super) fn read_details(reader: &mut Reader, model: &mut ListedModel) -> Result<(), NoJson> {
    if !reader.object()? {
        return Ok(());
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "format" => model.format = reader.word()?,
            "family" => model.family = reader.word()?,
            "parameter_size" => model.parameters_millions = reader.text()?.as_deref().and_then(millions),
            "quantization_level" => {
                model.quantization = reader.word()?.filter(|level| level != "unknown");
            }
            "context_length" => model.context = reader.tokens()?,
            _ => reader.skip()?,
        }
    }
    Ok(())
}

/// The names of what a model can do; `None` where there is no list.
pub(super) fn read_capabilities(reader: &mut Reader) -> Result<Option<Vec<String>>, NoJson> {
    if !reader.array()? {
        return Ok(None);
    }
    let mut names = Vec::new();
    while reader.item()? {
        names.extend(reader.word()?);
    }
    Ok(Some(names))
}

/// A list that is there says yes to what is in it and no to what is not; one that is empty or missing says nothing.
pub(super) fn take_capabilities(model: &mut ListedModel, said: Option<Vec<String>>) {
    let Some(names) = said.filter(|names| !names.is_empty()) else {
        return;
    };
    let has = |name: &str| support(names.iter().any(|other| other == name));
    let mut capabilities = Capabilities::default();
    for (capability, name) in [
        (Capability::Tools, "tools"),
        (Capability::Vision, "vision"),
        (Capability::Reasoning, "thinking"),
        (Capability::Embedding, "embedding"),
        (Capability::Audio, "audio"),
        (Capability::FillInMiddle, "insert"),
        // Whatever it completes it streams, and holds to a schema by a grammar; models elsewhere have rules of their own.
        (Capability::Streaming, "completion"),
    ] {
        capabilities.set(capability, has(name));
    }
    capabilities.structured_output = match model.remote_host {
        None => has("completion"),
        Some(_) => Support::Unknown,
    };
    model.capabilities = capabilities;
}

pub(super) fn read_running(text: &str) -> Result<Vec<RunningModel>, Foreign> {
    let mut running = Vec::new();
    read_models(text, &mut |reader| {
        let mut model = RunningModel::default();
        if !reader.object()? {
            return Ok(());
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "name" => model.name = reader.word()?.unwrap_or(std::mem::take(&mut model.name)),
                "model" if model.name.is_empty() => model.name = reader.word()?.unwrap_or_default(),
                "size" => model.memory_bytes = reader.count()?,
                "size_vram" => model.gpu_memory_bytes = reader.count()?,
                "expires_at" => model.expires = reader.word()?,
                "context_length" => model.served_context = reader.tokens()?,
                _ => reader.skip()?,
            }
        }
        if !model.name.is_empty() {
            running.push(model);
        }
        Ok(())
    })?;
    Ok(running)
}
