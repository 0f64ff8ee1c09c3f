//! Lists: `/v1/models`, page by page, and one of them.

use crate::catalog::record::{Capability, Support};

use crate::providers::error::Foreign;
use crate::providers::json::{NoJson, Reader};
use crate::providers::listed::{ListedModel, Listing, ShownModel, support};

pub(super) fn read_page(text: &str) -> Result<Listing, Foreign> {
    let mut listing = Listing::default();
    let mut has_more = false;
    let mut last = None;
    let mut found = false;
    let mut reader = Reader::new(text);
    let mut walk = || -> Result<(), NoJson> {
        if !reader.object()? {
            return reader.end();
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "data" => {
                    found = true;
                    if reader.array()? {
                        while reader.item()? {
                            let model = read_model(&mut reader)?;
                            if model.name.is_empty() {
                                listing.nameless += 1;
                            } else {
                                listing.models.push(model);
                            }
                        }
                    }
                }
                "has_more" => has_more = reader.flag()? == Some(true),
                "last_id" => last = reader.word()?,
                _ => reader.skip()?,
            }
        }
        reader.end()
    };
    walk().map_err(|_| Foreign::Text)?;
    if !found {
        return Err(Foreign::OtherJson);
    }
    listing.next = last.filter(|_| has_more);
    Ok(listing)
}

pub(super) fn read_one(text: &str) -> Result<ShownModel, Foreign> {
    let mut reader = Reader::new(text);
    let listed = read_model(&mut reader)
        .and_then(|model| reader.end().map(|()| model))
        .map_err(|_| Foreign::Text)?;
    if listed.name.is_empty() {
        return Err(Foreign::OtherJson);
    }
    Ok(ShownModel {
        listed,
        ..ShownModel::default()
    })
}

fn read_model(reader: &mut Reader) -> Result<ListedModel, NoJson> {
    let mut model = ListedModel::default();
    if !reader.object()? {
        return Ok(model);
    }
    // Whatever answers here streams.
    model.capabilities.set(Capability::Streaming, Support::Yes);
    while let Some(key) = reader.key()? {
        match &*key {
            "id" => model.name = reader.word()?.unwrap_or_default(),
            "created_at" => model.modified = reader.word()?,
            // What goes in has all of the window: the answer counts within it.
            "max_input_tokens" => model.context = reader.tokens()?,
            "max_tokens" => model.max_output = reader.tokens()?,
            "capabilities" => read_capabilities(reader, &mut model)?,
            _ => reader.skip()?,
        }
    }
    Ok(model)
}

/// A tree of `{supported, …}`. What is not in it stays unknown: tools for instance, which all of these models can use.
fn read_capabilities(reader: &mut Reader, model: &mut ListedModel) -> Result<(), NoJson> {
    if !reader.object()? {
        return Ok(());
    }
    while let Some(key) = reader.key()? {
        let capability = match &*key {
            "image_input" => Capability::Vision,
            "thinking" => Capability::Reasoning,
            "structured_outputs" => Capability::StructuredOutput,
            _ => {
                reader.skip()?;
                continue;
            }
        };
        if let Some(supported) = read_supported(reader)? {
            model.capabilities.set(capability, support(supported));
        }
    }
    Ok(())
}

fn read_supported(reader: &mut Reader) -> Result<Option<bool>, NoJson> {
    let mut supported = None;
    if reader.object()? {
        while let Some(key) = reader.key()? {
            if key == "supported" {
                supported = reader.flag()?;
            } else {
                reader.skip()?;
            }
        }
    }
    Ok(supported)
}
