//! A persona as a llama file: the table of words in the shape of a neural net.
//!
//! See the crate documentation for why this speaks. The invariant: whatever is in front of it, the token with the
//! highest score after a token of a chain is the next token of that chain.

use crate::gguf::{Fill, Gguf, Tensor, Value};
use crate::personas::Persona;
use crate::template::chat_template;
use crate::vocabulary::{END, START, UNKNOWN, Vocabulary, VocabularyError};

/// Tokens in the vocabulary, and so the length of every vector.
pub const WIDTH: u32 = 768;
/// Tokens of prompt and answer together.
pub const CONTEXT: u32 = 512;
/// Attention heads; each gets 64 places of the vector.
const HEADS: u32 = 12;
/// How strongly `output` prefers the successor. The norm makes the hot place of a vector sqrt(768) = 27.7, so the
/// successor leads by 110: certain at any temperature in use, and far from the limits of a float.
const PREFERENCE: f32 = 4.0;

/// The model file of a persona.
///
/// # Errors
/// [`VocabularyError`] if its sentences do not fit into a vocabulary of [`WIDTH`] tokens.
pub fn model(persona: &Persona) -> Result<Vec<u8>, VocabularyError> {
    Ok(file(persona)?.to_bytes())
}

/// The same model in so many files.
///
/// # Errors
/// As [`model`].
pub fn parts(persona: &Persona, count: u16) -> Result<Vec<Vec<u8>>, VocabularyError> {
    Ok(file(persona)?.to_parts(count))
}

fn file(persona: &Persona) -> Result<Gguf, VocabularyError> {
    let vocabulary = Vocabulary::of(persona, WIDTH as usize)?;
    Ok(Gguf {
        metadata: metadata(persona, &vocabulary),
        tensors: tensors(persona.feed_forward as usize, &vocabulary),
        // Each model has noise of its own, so that no part of one passes for a part of another.
        noise_seed: persona.feed_forward,
    })
}

fn metadata(persona: &Persona, vocabulary: &Vocabulary) -> Vec<(String, Value)> {
    let tokens = &vocabulary.tokens;
    let texts = tokens.iter().map(|(text, _)| text.clone()).collect();
    let kinds = tokens.iter().map(|(_, kind)| *kind as i32).collect();
    let head_length = WIDTH / HEADS;
    [
        ("general.architecture", Value::Text("llama".into())),
        ("general.name", Value::Text(persona.name.into())),
        ("general.description", Value::Text(persona.description.into())),
        ("general.file_type", Value::U32(0)),
        ("llama.context_length", Value::U32(CONTEXT)),
        ("llama.embedding_length", Value::U32(WIDTH)),
        ("llama.block_count", Value::U32(1)),
        ("llama.feed_forward_length", Value::U32(persona.feed_forward)),
        ("llama.attention.head_count", Value::U32(HEADS)),
        ("llama.attention.head_count_kv", Value::U32(HEADS)),
        ("llama.attention.layer_norm_rms_epsilon", Value::F32(1e-5)),
        ("llama.rope.dimension_count", Value::U32(head_length)),
        ("llama.vocab_size", Value::U32(WIDTH)),
        ("tokenizer.ggml.model", Value::Text("llama".into())),
        ("tokenizer.ggml.tokens", Value::Texts(texts)),
        ("tokenizer.ggml.scores", Value::Floats(vec![0.0; tokens.len()])),
        ("tokenizer.ggml.token_type", Value::Ints(kinds)),
        ("tokenizer.ggml.bos_token_id", Value::U32(START)),
        ("tokenizer.ggml.eos_token_id", Value::U32(END)),
        ("tokenizer.ggml.unknown_token_id", Value::U32(UNKNOWN)),
        ("tokenizer.ggml.add_space_prefix", Value::Bool(false)),
        ("tokenizer.chat_template", Value::Text(chat_template())),
    ]
    .map(|(key, value)| (key.to_string(), value))
    .to_vec()
}

fn tensors(feed_forward: usize, vocabulary: &Vocabulary) -> Vec<Tensor> {
    let width = WIDTH as usize;
    let one_hot = (0..width).map(|token| (token * width + token, 1.0)).collect();
    let mut table: Vec<(usize, f32)> = vocabulary
        .successors
        .iter()
        .map(|(&current, &next)| (next as usize * width + current as usize, PREFERENCE))
        .collect();
    table.sort_by_key(|(index, _)| *index);
    vec![
        Tensor::new("token_embd.weight", &[width, width], Fill::Cells(one_hot)),
        Tensor::new("output_norm.weight", &[width], Fill::Ones),
        Tensor::new("output.weight", &[width, width], Fill::Cells(table)),
        Tensor::new("blk.0.attn_norm.weight", &[width], Fill::Ones),
        Tensor::new("blk.0.attn_q.weight", &[width, width], Fill::Noise),
        Tensor::new("blk.0.attn_k.weight", &[width, width], Fill::Noise),
        Tensor::new("blk.0.attn_v.weight", &[width, width], Fill::Noise),
        // All that attention found is multiplied by zero.
        Tensor::new("blk.0.attn_output.weight", &[width, width], Fill::Zeros),
        Tensor::new("blk.0.ffn_norm.weight", &[width], Fill::Ones),
        Tensor::new("blk.0.ffn_gate.weight", &[width, feed_forward], Fill::Noise),
        Tensor::new("blk.0.ffn_up.weight", &[width, feed_forward], Fill::Noise),
        // And so is what the feed-forward net found.
        Tensor::new("blk.0.ffn_down.weight", &[feed_forward, width], Fill::Zeros),
    ]
}
