//! The rows of litellm: a map from `provider/name` to what is known of it. A flag that is absent says nothing.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::fetch::Inputs;
use super::listing::{
    AUDIO, CAPABILITIES, Capabilities, EMBEDDING, Listing, REASONING, STREAMING, STRUCTURED, TOOLS, VISION,
    tokens,
};
use super::{name, vendors};

const KEY: char = 'l';
const FILE: &str = "litellm/model_prices_and_context_window_backup.json";
/// Kinds of models that answer in text or embed it. Images, speech, search and the rest are no business of a chat.
const MODES: [&str; 4] = ["chat", "responses", "completion", "embedding"];
/// Which flags say something of which capability; where several do, one yes is enough.
const FLAGS: [(usize, &str); 9] = [
    (TOOLS, "supports_function_calling"),
    (VISION, "supports_vision"),
    (STREAMING, "supports_native_streaming"),
    (REASONING, "supports_reasoning"),
    (STRUCTURED, "supports_response_schema"),
    (STRUCTURED, "supports_native_structured_output"),
    (AUDIO, "supports_audio_input"),
    (AUDIO, "supports_audio_output"),
    (EMBEDDING, "supports_embedding"),
];

pub(super) fn listings(inputs: &Inputs) -> Result<Vec<Listing>> {
    let rows: Value = serde_json::from_str(&inputs.read(KEY, FILE)?)?;
    let rows = rows.as_object().context("the rows of litellm are not a map")?;
    Ok(rows.iter().filter_map(|(key, row)| listing(key, row)).collect())
}

fn listing(key: &str, row: &Value) -> Option<Listing> {
    let mode = row["mode"].as_str()?;
    let provider = row["litellm_provider"].as_str()?;
    // Its rows for Ollama date from the time of Llama 2 and give what was then served by default.
    if !MODES.contains(&mode) || provider == "ollama" {
        return None;
    }
    let name = name::normalised(key)?;
    Some(Listing {
        source: KEY,
        provider: provider.to_owned(),
        vendor: vendors::made(provider, &name),
        context: tokens(&row["max_input_tokens"]),
        output: tokens(&row["max_output_tokens"]),
        capabilities: capabilities(mode, row),
        name,
    })
}

fn capabilities(mode: &str, row: &Value) -> Capabilities {
    let mut capabilities = [None; CAPABILITIES];
    if mode == "embedding" {
        // It has no call that could answer, so it neither streams an answer nor calls a function in it.
        capabilities[EMBEDDING] = Some(true);
        capabilities[STREAMING] = Some(false);
        capabilities[TOOLS] = Some(false);
        return capabilities;
    }
    for (place, flag) in FLAGS {
        if let Some(says) = row[flag].as_bool() {
            capabilities[place] = Some(says || capabilities[place] == Some(true));
        }
    }
    capabilities
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_absent_flag_is_unknown_and_a_false_one_is_no() {
        let row = json!({ "mode": "chat", "litellm_provider": "openai", "supports_vision": false,
                          "supports_function_calling": true, "max_input_tokens": 128_000 });
        let found = listing("openai/gpt-x", &row).unwrap();
        assert_eq!(found.name, "gpt-x");
        assert_eq!(found.context, Some(128_000));
        assert_eq!(found.output, None);
        assert_eq!(found.capabilities[TOOLS], Some(true));
        assert_eq!(found.capabilities[VISION], Some(false));
        assert_eq!(found.capabilities[REASONING], None);
    }

    #[test]
    fn what_does_not_answer_in_text_is_left_out() {
        let row = json!({ "mode": "image_generation", "litellm_provider": "openai" });
        assert_eq!(listing("dall-e-3", &row), None);
    }

    #[test]
    fn an_embedding_model_neither_streams_nor_calls_functions() {
        let row = json!({ "mode": "embedding", "litellm_provider": "openai" });
        let found = listing("text-embedding-3-small", &row).unwrap();
        assert_eq!(found.capabilities[EMBEDDING], Some(true));
        assert_eq!(found.capabilities[STREAMING], Some(false));
    }
}
