import { type ReactNode, useEffect, useState } from "react";
import { CopyIcon } from "../ui/icons";

const SHOWN_MS = 2000;

/** A line to copy, with its button. */
export function CopyLine({ text, label }: { text: string; label: string }): ReactNode {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => {
      setState("idle");
    }, SHOWN_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [state]);
  return (
    <div className="copy-line">
      <code>{text}</code>
      <button
        type="button"
        className="button small"
        aria-label={label}
        onClick={() => {
          // Without a secure context there is no clipboard at all; the line can still be selected.
          const written = (navigator.clipboard as Clipboard | undefined)?.writeText(text);
          (written ?? Promise.reject(new Error())).then(
            () => {
              setState("copied");
            },
            () => {
              setState("refused");
            },
          );
        }}
      >
        <CopyIcon />
        <span aria-hidden="true">{{ idle: "Copy", copied: "Copied", refused: "Select it" }[state]}</span>
      </button>
      <span className="visually-hidden" role="status">
        {
          { idle: "", copied: "Copied.", refused: "The browser did not let it be copied. Select the line instead." }[
            state
          ]
        }
      </span>
    </div>
  );
}
