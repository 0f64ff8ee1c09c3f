//! Thoughts that come back: whole, with their signature, and before the calls they led to.

use serde_json::Value;

use super::super::standing::{Question, Refusal};
use super::errors::invalid;
use super::write::SIGNATURE;

/// What of earlier thoughts is refused.
pub(super) fn check(body: &Value, question: &Question) -> Result<(), Refusal> {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    for (index, message) in messages.iter().enumerate() {
        let blocks = message["content"].as_array().map_or(&[][..], Vec::as_slice);
        let forged = |block: &Value| block["type"] == "thinking" && block["signature"] != SIGNATURE;
        if let Some(at) = blocks.iter().position(forged) {
            let text = format!("messages.{index}.content.{at}: Invalid `signature` in `thinking` block");
            return Err(invalid(&text, question));
        }
    }
    let is_answer = |message: &&Value| message["role"] == "assistant";
    let last = messages.iter().rposition(|message| is_answer(&message));
    let (Some(index), true) = (last, body["thinking"]["type"] == "enabled") else {
        return Ok(());
    };
    let blocks = &messages[index]["content"];
    let calls = blocks
        .as_array()
        .is_some_and(|blocks| blocks.iter().any(|block| block["type"] == "tool_use"));
    let first = blocks[0]["type"].as_str().unwrap_or("text");
    if calls && !first.ends_with("thinking") {
        let text = format!(
            "messages.{index}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `{first}`. When \
             `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set \
             of `tool_use` and `tool_result` blocks)."
        );
        return Err(invalid(&text, question));
    }
    Ok(())
}
