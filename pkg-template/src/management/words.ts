/** The words of whatever was thrown, for failures of model management: what looks like a secret is taken out. */
import { wordsOf } from "../failure.js";

/** `src/keys/patterns.rs` has more of it, for words that come through Rust. */
const SECRET =
  /\b(?:sk-[\w*-]{6,}|AIza[\w-]{16,}|(?:hf_|gsk_|xai-)[a-z\d]{16,})|(bearer +)(?=\S*\d)[\w.~+/=-]{8,}|([?&][\w.-]*(?:key|token|secret|password)=)[^&#\s"'<>()]+|(:\/\/)[^/?#\s"'<>()]+(?=@)/gi;

/** As {@link wordsOf}, without what looks like a secret: a browser's words can have a whole address in them. */
export function safeWordsOf(thrown: unknown): string {
  return wordsOf(thrown).replace(SECRET, (_, ...before) => `${before.slice(0, 3).join("")}[redacted]`);
}
