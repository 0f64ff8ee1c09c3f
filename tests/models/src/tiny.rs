//! A random llama model of about 320 kB: loads in any engine, says nothing sensible.
//!
//! For tests of engines that count tokens and events. Its answers can hold bytes that are no UTF-8, which is
//! what a streaming decoder must survive. Load it with a context of 256.

use crate::gguf::{Fill, Gguf, Tensor, Value};

const VOCABULARY: usize = 288;
const WIDTH: usize = 64;
const FEED_FORWARD: usize = 128;

/// The file.
pub fn tiny() -> Vec<u8> {
    let (texts, scores, kinds) = tokens();
    let metadata = [
        ("general.architecture", Value::Text("llama".into())),
        ("general.name", Value::Text("tiny-random".into())),
        ("llama.context_length", Value::U32(512)),
        ("llama.embedding_length", Value::U32(64)),
        ("llama.block_count", Value::U32(1)),
        ("llama.feed_forward_length", Value::U32(128)),
        ("llama.attention.head_count", Value::U32(4)),
        ("llama.attention.head_count_kv", Value::U32(4)),
        ("llama.attention.layer_norm_rms_epsilon", Value::F32(1e-5)),
        ("llama.rope.dimension_count", Value::U32(16)),
        ("llama.vocab_size", Value::U32(288)),
        ("general.file_type", Value::U32(0)),
        ("tokenizer.ggml.model", Value::Text("llama".into())),
        ("tokenizer.ggml.tokens", Value::Texts(texts)),
        ("tokenizer.ggml.scores", Value::Floats(scores)),
        ("tokenizer.ggml.token_type", Value::Ints(kinds)),
        ("tokenizer.ggml.bos_token_id", Value::U32(1)),
        ("tokenizer.ggml.eos_token_id", Value::U32(2)),
        ("tokenizer.ggml.unknown_token_id", Value::U32(0)),
        ("tokenizer.chat_template", Value::Text(TEMPLATE.into())),
    ]
    .map(|(key, value)| (key.to_string(), value))
    .to_vec();
    Gguf {
        metadata,
        tensors: tensors(),
        noise_seed: 42,
    }
    .to_bytes()
}

const TEMPLATE: &str = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}\
                        {% if add_generation_prompt %}assistant: {% endif %}";

fn tokens() -> (Vec<String>, Vec<f32>, Vec<i32>) {
    const WORDS: [&str; 12] = [
        "\u{2581}",
        "a",
        "b",
        "c",
        "d",
        "e",
        "h",
        "l",
        "o",
        "hello",
        "\u{2581}hello",
        "\u{2581}world",
    ];
    let mut texts: Vec<String> = ["<unk>", "<s>", "</s>"].map(String::from).to_vec();
    let mut scores = vec![0.0; 3];
    let mut kinds = vec![2, 3, 3];
    for byte in 0..=u8::MAX {
        texts.push(format!("<0x{byte:02X}>"));
        scores.push(0.0);
        kinds.push(6);
    }
    while texts.len() < VOCABULARY {
        let id = texts.len();
        let rank = f32::from(u16::try_from(id).unwrap_or(u16::MAX)) + 1.0;
        let word = WORDS.get(id - 259);
        texts.push(word.map_or_else(|| format!("\u{2581}t{id}"), ToString::to_string));
        scores.push(if word.is_some() { -rank } else { -1000.0 - rank });
        kinds.push(1);
    }
    (texts, scores, kinds)
}

fn tensors() -> Vec<Tensor> {
    let noise = |name: &str, dimensions: &[usize]| Tensor::new(name, dimensions, Fill::Noise);
    let norm = |name: &str| Tensor::new(name, &[WIDTH], Fill::Ones);
    vec![
        noise("token_embd.weight", &[WIDTH, VOCABULARY]),
        norm("output_norm.weight"),
        noise("output.weight", &[WIDTH, VOCABULARY]),
        norm("blk.0.attn_norm.weight"),
        noise("blk.0.attn_q.weight", &[WIDTH, WIDTH]),
        noise("blk.0.attn_k.weight", &[WIDTH, WIDTH]),
        noise("blk.0.attn_v.weight", &[WIDTH, WIDTH]),
        noise("blk.0.attn_output.weight", &[WIDTH, WIDTH]),
        norm("blk.0.ffn_norm.weight"),
        noise("blk.0.ffn_gate.weight", &[WIDTH, FEED_FORWARD]),
        noise("blk.0.ffn_up.weight", &[WIDTH, FEED_FORWARD]),
        noise("blk.0.ffn_down.weight", &[FEED_FORWARD, WIDTH]),
    ]
}
