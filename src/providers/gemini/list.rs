//! Lists: `models`, page by page, and one of them.

use crate::catalog::record::{Capability, Support};

use crate::providers::error::Foreign;
use crate::providers::json::{NoJson, Reader};
use crate::providers::listed::{ListedModel, Listing, ShownModel, support};

use super::MODELS;

/// What a model that answers conversations says it does.
const ANSWERS: &str = "generateContent";

/// An entry, and what it says it does.
#[derive(Default)]
struct Entry {
    model: ListedModel,
    /// `None` where it does not say.
    answers: Option<bool>,
}

pub(super) fn read_page(text: &str) -> Result<Listing, Foreign> {
    let mut listing = Listing::default();
    let (mut known, mut entries) = (false, 0);
    let mut reader = Reader::new(text);
    let mut walk = || -> Result<(), NoJson> {
        if !reader.object()? {
            entries = 1;
            return reader.end();
        }
        while let Some(key) = reader.key()? {
            entries += 1;
            match &*key {
                "models" => {
                    known = true;
                    if reader.array()? {
                        while reader.item()? {
                            take(read_entry(&mut reader)?, &mut listing);
                        }
                    }
                }
                "nextPageToken" => listing.next = reader.word()?,
                _ => reader.skip()?,
            }
        }
        reader.end()
    };
    walk().map_err(|_| Foreign::Text)?;
    // A page without models is an object without entries.
    if known || entries == 0 {
        Ok(listing)
    } else {
        Err(Foreign::OtherJson)
    }
}

/// Only what answers is a model here; embeddings, pictures and films have calls of their own.
fn take(entry: Entry, listing: &mut Listing) {
    if entry.model.name.is_empty() {
        listing.nameless += 1;
    } else if entry.answers != Some(false) {
        listing.models.push(entry.model);
    }
}

pub(super) fn read_one(text: &str) -> Result<ShownModel, Foreign> {
    let mut reader = Reader::new(text);
    let entry = read_entry(&mut reader)
        .and_then(|entry| reader.end().map(|()| entry))
        .map_err(|_| Foreign::Text)?;
    if entry.model.name.is_empty() {
        return Err(Foreign::OtherJson);
    }
    Ok(ShownModel {
        listed: entry.model,
        ..ShownModel::default()
    })
}

fn read_entry(reader: &mut Reader) -> Result<Entry, NoJson> {
    let mut entry = Entry::default();
    if !reader.object()? {
        return Ok(entry);
    }
    let model = &mut entry.model;
    while let Some(key) = reader.key()? {
        match &*key {
            "name" => {
                let name = reader.text()?.unwrap_or_default();
                name.strip_prefix(MODELS)
                    .unwrap_or(&name)
                    .clone_into(&mut model.name);
            }
            // What goes in has all of the window; what comes out is not of it.
            "inputTokenLimit" => model.context = reader.tokens()?,
            "outputTokenLimit" => model.max_output = reader.tokens()?,
            // Left out where it is not so.
            "thinking" => {
                if let Some(thinks) = reader.flag()? {
                    model.capabilities.set(Capability::Reasoning, support(thinks));
                }
            }
            "supportedGenerationMethods" => {
                if reader.array()? {
                    let mut answers = false;
                    while reader.item()? {
                        answers |= reader.text()?.as_deref() == Some(ANSWERS);
                    }
                    entry.answers = Some(answers);
                }
            }
            _ => reader.skip()?,
        }
    }
    if entry.answers == Some(true) {
        entry.model.capabilities.set(Capability::Streaming, Support::Yes);
    }
    Ok(entry)
}
