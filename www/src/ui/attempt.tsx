import type { ReactNode } from "react";
import { fallbackWords } from "../chats/fallback";
import type { Attempt } from "../chats/types";

/** A model that failed: what it had written, marked, and a line that says who went on, with the reasons behind it. */
export function FailedAttempt({ attempt, hasAnswered }: { attempt: Attempt; hasAnswered: boolean }): ReactNode {
  const { text, failure, explanation, modelName, provider } = attempt;
  return (
    <div className="attempt" data-code={failure.code}>
      {text !== "" && (
        <div className="partial">
          <p className="author">
            {modelName}
            {provider !== undefined && <span className="author-provider"> · {provider}</span>}
          </p>
          <p className="answer">{text}</p>
          <p className="ending">Broke off here.</p>
        </div>
      )}
      <details className="fell-back">
        <summary>
          {fallbackWords(attempt, hasAnswered)} · <span className="fell-back-why">why?</span>
        </summary>
        <ul>
          {[...new Set([failure.message, ...explanation])].map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </details>
    </div>
  );
}
