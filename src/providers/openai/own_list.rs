//! `/api/v1/models`, the list LM Studio has beside the protocol: what it knows of its files, and which are loaded with how
//! much room.

use crate::catalog::record::Support;
use crate::providers::error::Foreign;
use crate::providers::json::{NoJson, Reader};
use crate::providers::listed::{ListedModel, Listing, millions, support};

use super::no_json;

/// Reads it.
pub(super) fn read(text: &str) -> Result<Listing, Foreign> {
    let mut listing = Listing::default();
    let mut found = false;
    let mut reader = Reader::new(text);
    let mut walk = || -> Result<(), NoJson> {
        if reader.object()? {
            while let Some(key) = reader.key()? {
                if key != "models" {
                    reader.skip()?;
                    continue;
                }
                found = true;
                if reader.array()? {
                    while reader.item()? {
                        if reader.object()? {
                            read_model(&mut reader, &mut listing)?;
                        }
                    }
                }
            }
        }
        reader.end()
    };
    walk().map_err(no_json)?;
    if found {
        Ok(listing)
    } else {
        Err(Foreign::OtherJson)
    }
}

fn read_model(reader: &mut Reader, listing: &mut Listing) -> Result<(), NoJson> {
    let mut model = ListedModel::default();
    let mut embeds = None;
    let mut instances = Vec::new();
    while let Some(key) = reader.key()? {
        match &*key {
            "type" => embeds = reader.word()?.map(|word| word == "embedding"),
            "key" => model.name = reader.word()?.unwrap_or_default(),
            "architecture" => model.family = reader.word()?,
            "quantization" => {
                if reader.object()? {
                    while let Some(key) = reader.key()? {
                        if key == "name" {
                            model.quantization = reader.word()?;
                        } else {
                            reader.skip()?;
                        }
                    }
                }
            }
            "size_bytes" => model.size_bytes = reader.count()?.filter(|size| *size > 0),
            "params_string" => model.parameters_millions = reader.text()?.as_deref().and_then(millions),
            "max_context_length" => model.context = reader.tokens()?,
            "format" => model.format = reader.word()?,
            "loaded_instances" => read_instances(reader, &mut instances)?,
            "capabilities" => read_capabilities(reader, &mut model)?,
            _ => reader.skip()?,
        }
    }
    if model.name.is_empty() {
        listing.nameless += 1;
        return Ok(());
    }
    if let Some(embeds) = embeds {
        let capabilities = &mut model.capabilities;
        capabilities.embedding = support(embeds);
        // What answers does so in pieces, and is held to a schema by a grammar.
        capabilities.streaming = support(!embeds);
        capabilities.structured_output = support(!embeds);
        if embeds {
            capabilities.tools = Support::No;
            capabilities.vision = Support::No;
        }
    }
    // A file can be loaded more than once, under a name of its own each time.
    for (name, served) in instances {
        if name == model.name || model.served_context.is_none() {
            model.served_context = served;
        }
        if name != model.name && !name.is_empty() {
            listing.models.push(ListedModel {
                name,
                served_context: served,
                ..model.clone()
            });
        }
    }
    listing.models.push(model);
    Ok(())
}

/// The name and the served context of each.
type Instances = Vec<(String, Option<u32>)>;

fn read_instances(reader: &mut Reader, instances: &mut Instances) -> Result<(), NoJson> {
    if !reader.array()? {
        return Ok(());
    }
    while reader.item()? {
        let (mut name, mut served) = (String::new(), None);
        if reader.object()? {
            while let Some(key) = reader.key()? {
                match &*key {
                    "id" => name = reader.word()?.unwrap_or_default(),
                    "config" => {
                        if reader.object()? {
                            while let Some(key) = reader.key()? {
                                if key == "context_length" {
                                    served = reader.tokens()?;
                                } else {
                                    reader.skip()?;
                                }
                            }
                        }
                    }
                    _ => reader.skip()?,
                }
            }
        }
        instances.push((name, served));
    }
    Ok(())
}

fn read_capabilities(reader: &mut Reader, model: &mut ListedModel) -> Result<(), NoJson> {
    if !reader.object()? {
        return Ok(());
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "vision" => model.capabilities.vision = reader.flag()?.map_or(Support::Unknown, support),
            "trained_for_tool_use" => {
                model.capabilities.tools = reader.flag()?.map_or(Support::Unknown, support);
            }
            _ => reader.skip()?,
        }
    }
    Ok(())
}
