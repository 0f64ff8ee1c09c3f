//! The rows of pi-ai: one JSON file a provider. It lists only models that call functions, and always says which kinds
//! of input they take and whether they think.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::fetch::Inputs;
use super::listing::{AUDIO, CAPABILITIES, Listing, REASONING, TOOLS, VISION, tokens};
use super::{name, vendors};

const KEY: char = 'p';
const FOLDER: &str = "dist/providers/data/";

pub(super) fn listings(inputs: &Inputs) -> Result<Vec<Listing>> {
    let mut listings = Vec::new();
    for file in inputs.files_below(KEY, FOLDER)? {
        let Some(provider) = file
            .strip_prefix(FOLDER)
            .and_then(|name| name.strip_suffix(".json"))
        else {
            continue;
        };
        if provider.starts_with('.') {
            continue;
        }
        let apis: Value = serde_json::from_str(&inputs.read(KEY, &file)?)?;
        let apis = apis.as_object().with_context(|| format!("{file} is not a map"))?;
        let rows = apis
            .values()
            .filter_map(Value::as_object)
            .flat_map(|api| api.values());
        listings.extend(rows.filter_map(|row| listing(provider, row)));
    }
    Ok(listings)
}

fn listing(provider: &str, row: &Value) -> Option<Listing> {
    if row["type"] != "chat" {
        return None;
    }
    let name = name::normalised(row["id"].as_str()?)?;
    let mut capabilities = [None; CAPABILITIES];
    capabilities[TOOLS] = Some(true);
    capabilities[REASONING] = row["reasoning"].as_bool();
    if let Some(kinds) = row["input"].as_array() {
        capabilities[VISION] = Some(kinds.iter().any(|kind| kind == "image"));
        if kinds.iter().any(|kind| kind == "audio") {
            capabilities[AUDIO] = Some(true);
        }
    }
    Some(Listing {
        source: KEY,
        provider: provider.to_owned(),
        vendor: vendors::made(provider, &name),
        context: tokens(&row["contextWindow"]),
        output: tokens(&row["maxTokens"]),
        capabilities,
        name,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_model_without_images_among_its_inputs_does_not_see() {
        let row = json!({ "type": "chat", "id": "m-1", "input": ["text"], "reasoning": true, "contextWindow": 4096 });
        let found = listing("somebody", &row).unwrap();
        assert_eq!(found.capabilities[VISION], Some(false));
        assert_eq!(found.capabilities[REASONING], Some(true));
        assert_eq!(found.capabilities[AUDIO], None);
        assert!(!found.vendor);
    }
}
