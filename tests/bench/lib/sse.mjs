/** Streams as providers send them. */

/** Pieces of a text as tokens are: short ones, some that JSON escapes, some beyond ASCII. */
const WORDS = [" the", " model", "s", " answer", ",", " piece", " by", " “piece”", ".\n", " über", ' "so"', " 👋"];

/** An answer of OpenAI's chat completions, one token an event, with the fields a stream of 2026 has. */
export function chatChunks(events) {
  const head = {
    id: "chatcmpl-CkR8fKq0Zx2oWmDTBb1uY7HnJ4vSe",
    object: "chat.completion.chunk",
    created: 1_794_000_000,
    model: "gpt-5.4-mini-2026-03-17",
    service_tier: "default",
    system_fingerprint: "fp_560af6e559",
  };
  const event = (delta, finish, usage, at) => {
    const choices = usage ? [] : [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    const obfuscation = "QxVf3mLkT9z0aB".slice(0, 4 + (at % 10));
    return `data: ${JSON.stringify({ ...head, choices, usage, obfuscation })}\n\n`;
  };
  const usage = {
    prompt_tokens: 19,
    completion_tokens: events,
    total_tokens: 19 + events,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
  const parts = [event({ role: "assistant", content: "", refusal: null }, null, null, 0)];
  for (let at = 0; at < events; at++) parts.push(event({ content: WORDS[at % WORDS.length] }, null, null, at));
  parts.push(event({}, "stop", null, 1), event({}, null, usage, 2), "data: [DONE]\n\n");
  return Buffer.from(parts.join(""));
}
