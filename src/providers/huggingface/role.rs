//! What a file of a repository is, by its name, and which file of a row of parts it is.

use crate::json::words;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "types",
    derive(ts_rs::TS),
    ts(rename = "HubFileRole", rename_all = "camelCase")
)]
pub enum Role {
    /// Weights of a model, or a part of them.
    Weights,
    /// What turns pictures or sound into something a model reads (`mmproj`). It is no model by itself.
    Projector,
    /// What a quantization was made with.
    Imatrix,
    /// How text becomes tokens, or messages a prompt.
    Tokenizer,
    /// How a model is built, or used.
    Configuration,
    /// Anything else.
    Other,
}

words! {
    Role written {
        Weights: "weights",
        Projector: "projector",
        Imatrix: "imatrix",
        Tokenizer: "tokenizer",
        Configuration: "configuration",
        Other: "other",
    }
}

/// The format of weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "types",
    derive(ts_rs::TS),
    ts(rename = "HubFormat", rename_all = "camelCase")
)]
pub enum Format {
    /// llama.cpp's.
    Gguf,
    /// ONNX.
    Onnx,
}

words! {
    Format written { Gguf: "gguf", Onnx: "onnx" }
}

impl Format {
    /// The tag repositories with such files have.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Gguf => "gguf",
            Self::Onnx => "onnx",
        }
    }
}

/// Files of tokenizers, by their whole name.
const TOKENIZERS: [&str; 11] = [
    "added_tokens.json",
    "chat_template.jinja",
    "chat_template.json",
    "merges.txt",
    "sentencepiece.bpe.model",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "vocab.json",
    "vocab.txt",
];
/// Configurations, by their whole name.
const CONFIGURATIONS: [&str; 4] = [
    "config.json",
    "generation_config.json",
    "params",
    "preprocessor_config.json",
];

/// The last part of a path.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// A path without an ending, in either case.
fn without<'p>(path: &'p str, ending: &str) -> Option<&'p str> {
    let (start, end) = path.split_at_checked(path.len().checked_sub(ending.len())?)?;
    (end.eq_ignore_ascii_case(ending) && !base_name(start).is_empty()).then_some(start)
}

/// What a file is, by its path.
pub(super) fn role_of(path: &str) -> Role {
    let name = base_name(path).to_ascii_lowercase();
    let ends = |ending: &str| name.ends_with(ending);
    if name.contains("imatrix") && !ends(".md") && !ends(".txt") {
        Role::Imatrix
    } else if ends(".gguf") {
        if name.contains("mmproj") {
            Role::Projector
        } else if name.starts_with("ggml-vocab-") {
            Role::Tokenizer
        } else {
            Role::Weights
        }
    } else if onnx_stem(path).is_some()
        || [".safetensors", ".bin", ".pt", ".pth"]
            .iter()
            .any(|end| ends(end))
    {
        Role::Weights
    } else if TOKENIZERS.contains(&name.as_str()) {
        Role::Tokenizer
    } else if CONFIGURATIONS.contains(&name.as_str()) {
        Role::Configuration
    } else {
        Role::Other
    }
}

/// The place of a file among the parts of one model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part<'p> {
    /// The path up to what says which part it is.
    pub(super) stem: &'p str,
    /// How many parts there should be.
    pub(super) total: u32,
    /// Which one it is, from 1.
    pub(super) number: u32,
}

/// Where a GGUF file belongs: `name.gguf` is a model by itself, `name-00002-of-00003.gguf` the second part of three. As
/// llama.cpp names parts: it finds the others by these very digits.
pub(super) fn gguf_part(path: &str) -> Option<Part<'_>> {
    const PART: usize = "-00001-of-00003".len();
    let stem = without(path, ".gguf")?;
    let whole = Part {
        stem,
        total: 1,
        number: 1,
    };
    let Some((start, part)) = stem
        .len()
        .checked_sub(PART)
        .and_then(|at| stem.split_at_checked(at))
    else {
        return Some(whole);
    };
    let number = |from: usize| {
        part.get(from..from + 5)
            .filter(|digits| is_number(digits))?
            .parse()
            .ok()
    };
    let fits = part.starts_with('-') && part.get(6..10) == Some("-of-") && !base_name(start).is_empty();
    match (number(1), number(10)) {
        (Some(number), Some(total)) if fits => Some(Part {
            stem: start,
            total,
            number,
        }),
        _ => Some(whole),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What an ONNX file is named without its ending: the graph itself, or the data that lies beside one.
pub(super) fn onnx_stem(path: &str) -> Option<&str> {
    if let Some(stem) = without(path, ".onnx")
        .or(without(path, ".onnx_data"))
        .or(without(path, ".onnx.data"))
    {
        return Some(stem);
    }
    let (start, number) = path.rsplit_once('_')?;
    if number.is_empty() || !is_number(number) {
        return None;
    }
    without(start, ".onnx_data")
}

/// The endings that say how weights are stored, in the words of Transformers.js, the longer ones first.
const DTYPES: [(&str, &str); 14] = [
    ("_quantized", "q8"),
    ("_q4f16", "q4f16"),
    ("_q2f16", "q2f16"),
    ("_q1f16", "q1f16"),
    ("_uint8", "uint8"),
    ("_fp16", "fp16"),
    ("_fp32", "fp32"),
    ("_bf16", "bf16"),
    ("_int8", "int8"),
    ("_bnb4", "bnb4"),
    ("_q8", "q8"),
    ("_q4", "q4"),
    ("_q2", "q2"),
    ("_q1", "q1"),
];

/// How the weights of an ONNX file are stored, by its stem: full precision is what has no name.
pub(super) fn onnx_dtype(stem: &str) -> &'static str {
    let found = DTYPES.iter().find(|(ending, _)| without(stem, ending).is_some());
    found.map_or("fp32", |(_, dtype)| dtype)
}
