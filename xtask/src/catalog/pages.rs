//! The models web-llm runs in pages: what memory they need there, and with which window. What the model itself is,
//! its name without the quantization tells.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::fetch::Inputs;
use super::listing::{EMBEDDING, STREAMING, TOOLS, VISION, tokens};
use super::row::Row;
use super::rules::Rules;

const KEY: char = 'w';
const FILE: &str = "lib/index.js";
const START: &str = "model_list: [";

/// One row a record.
pub(super) fn entries(inputs: &Inputs, merged: &[Row], rules: &Rules) -> Result<Vec<Row>> {
    let records = inputs.literal(KEY, FILE, START)?;
    records
        .iter()
        .map(|record| entry(record, merged, rules))
        .collect()
}

fn entry(record: &Value, merged: &[Row], rules: &Rules) -> Result<Row> {
    let id = record["model_id"]
        .as_str()
        .context("a record of web-llm has no model_id")?;
    let name = id.to_ascii_lowercase();
    let base = without_quantization(&name);
    let listed = merged.iter().find(|row| row.name == base);
    let rule = rules.of(base);
    let mut row = Row {
        name: name.clone(),
        sources: KEY.to_string(),
        ..Row::default()
    };
    for (known, source) in [(listed, None), (rule, Some(super::rules::KEY))] {
        if let Some(known) = known
            && row.context.is_none()
        {
            row.context = known.context;
            row.output = known.output;
            row.capabilities = known.capabilities;
            row.family.clone_from(&known.family);
            row.profiles.clone_from(&known.profiles);
            let letters = source.map_or_else(|| known.sources.clone(), |letter| letter.to_string());
            row.sources = format!("{letters}{KEY}");
        }
    }
    row.served = tokens(&record["overrides"]["context_window_size"]);
    // It does not say whether its MB are 10^6 or 2^20 bytes; too much is better than too little.
    row.gpu_mebibytes = record["vram_required_MB"].as_f64().and_then(whole);
    match record["model_type"].as_str() {
        Some("embedding") => {
            row.capabilities[EMBEDDING] = Some(true);
            row.capabilities[STREAMING] = Some(false);
            row.capabilities[TOOLS] = Some(false);
        }
        kind => {
            row.capabilities[STREAMING] = Some(true);
            if kind == Some("VLM") {
                row.capabilities[VISION] = Some(true);
            }
        }
    }
    Ok(row)
}

/// `llama-3.2-1b-instruct` of `llama-3.2-1b-instruct-q4f16_1-mlc-1k`.
fn without_quantization(name: &str) -> &str {
    let parts = name.match_indices("-q").map(|(place, _)| place);
    let mut starts = parts.filter(|place| {
        let rest = &name.as_bytes()[place + 2..];
        rest.first().is_some_and(u8::is_ascii_digit) && rest.get(1) == Some(&b'f')
    });
    starts.next().map_or(name, |place| &name[..place])
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be in range"
)]
fn whole(mebibytes: f64) -> Option<u32> {
    let up = mebibytes.ceil();
    (1.0..=1e6).contains(&up).then_some(up as u32)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::rules;
    use super::*;

    #[test]
    fn the_window_of_the_page_is_served_and_that_of_the_model_is_kept() {
        let rules = rules::read("date 2026-01-01\npattern m-* 128K Tv").unwrap();
        let record = json!({ "model_id": "M-1B-q4f16_1-MLC-1k", "vram_required_MB": 879.04,
                             "overrides": { "context_window_size": 1024 } });
        let row = entry(&record, &[], &rules).unwrap();
        assert_eq!(row.written(""), "m-1b-q4f16_1-mlc-1k 128K TvS ~1K %880 .rw");
    }

    #[test]
    fn the_quantization_ends_the_name_of_the_model() {
        assert_eq!(without_quantization("qwen3-0.6b-q4f16_1-mlc"), "qwen3-0.6b");
        assert_eq!(without_quantization("phi-2-q0f32-mlc-b4"), "phi-2");
        assert_eq!(without_quantization("a-quick-model"), "a-quick-model");
    }
}
