//! Long lists.

use std::time::{Duration, SystemTime};

use super::lines;
use super::settings::Model;

/// One of many models, none like the other.
pub(super) fn model(index: usize) -> Model {
    const KINDS: [(&str, &str, &str, u64, &[&str]); 5] = [
        ("llama3.2", "llama", "3.2B", 131_072, &["completion", "tools"]),
        (
            "qwen3",
            "qwen3",
            "8.2B",
            40_960,
            &["completion", "tools", "thinking"],
        ),
        ("gemma3", "gemma3", "4.3B", 131_072, &["completion", "vision"]),
        ("nomic-embed-text", "nomic-bert", "137M", 2_048, &["embedding"]),
        ("my-own-model", "llama", "1.2B", 8_192, &["completion"]),
    ];
    let (name, family, parameters, context, capabilities) = KINDS[index % KINDS.len()];
    let quantization = ["Q4_K_M", "Q8_0", "F16"][index % 3];
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(1_787_000_000 - 60 * index as u64);
    Model {
        name: format!("{name}:{index}-{}", quantization.to_ascii_lowercase()),
        size_bytes: 500_000_000 + 1_000_003 * index as u64,
        family: family.into(),
        parameter_size: parameters.into(),
        quantization: quantization.into(),
        context_length: Some(context),
        capabilities: capabilities.iter().map(ToString::to_string).collect(),
        modified_at: lines::rfc3339(moment),
        ..Model::default()
    }
}
