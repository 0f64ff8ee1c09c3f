//! The rows of genai-prices: names and context windows, inside its JavaScript.

use anyhow::Result;
use serde_json::Value;

use super::fetch::Inputs;
use super::listing::{CAPABILITIES, Listing};
use super::{name, vendors};

const KEY: char = 'g';
const FILE: &str = "dist/index.js";
const START: &str = "const E = [";

pub(super) fn listings(inputs: &Inputs) -> Result<Vec<Listing>> {
    let providers = inputs.literal(KEY, FILE, START)?;
    Ok(providers.iter().flat_map(of_provider).collect())
}

fn of_provider(provider: &Value) -> Vec<Listing> {
    let id = provider["id"].as_str().unwrap_or_default();
    let rows = provider["models"].as_array();
    let found = rows.into_iter().flatten().filter_map(|row| listing(id, row));
    found.collect()
}

fn listing(provider: &str, row: &Value) -> Option<Listing> {
    // It names speech and images too, without saying which they are; what has a context window reads text.
    let context = super::listing::tokens(&row["context_window"])?;
    let name = name::normalised(row["id"].as_str()?)?;
    Some(Listing {
        source: KEY,
        provider: provider.to_owned(),
        vendor: vendors::made(provider, &name),
        context: Some(context),
        output: None,
        capabilities: [None; CAPABILITIES],
        name,
    })
}
