import { memo, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { fallbackWords } from "../chats/fallback";
import type { Message } from "../chats/types";
import { FailedAttempt } from "./attempt";

/** How close to the end counts as reading the end. */
const NEAR_END = 80;
const SPOKEN_MS = 2000;

export interface ThreadProps {
  readonly messages: readonly Message[];
  readonly isAnswering: boolean;
  /** Asks again for the last answer, which failed; `null` while nobody could answer. */
  readonly onRetry: (() => void) | null;
}

/** The messages. While one reads the end, it stays in view; whoever scrolls up is left alone. */
export function Thread({ messages, isAnswering, onRetry }: ThreadProps): ReactNode {
  const scroller = useRef<HTMLElement>(null);
  const follows = useRef(true);
  const last = messages.at(-1);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element !== null && follows.current) element.scrollTop = element.scrollHeight;
  }, [messages.length, last?.text, last?.attempts?.length]);
  useEffect(() => {
    // A question of one's own is always shown.
    if (isAnswering) follows.current = true;
  }, [isAnswering]);

  return (
    <section
      className="thread"
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard in every browser.
      tabIndex={0}
      aria-label="Messages"
      onScroll={(event) => {
        const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
        follows.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
      }}
    >
      <ol className="messages">
        {messages.map((message) => (
          <MessageItem key={message.id} message={message} />
        ))}
      </ol>
      {last?.ended === "failed" && !isAnswering && onRetry !== null && (
        <p className="again">
          <button type="button" className="button small" onClick={onRetry}>
            Try again
          </button>
        </p>
      )}
      <AnswerAnnouncement isAnswering={isAnswering} answer={last?.role === "assistant" ? spokenWords(last) : ""} />
    </section>
  );
}

/** An answer with how it came about. */
function spokenWords(message: Message): string {
  const { attempts = [], text } = message;
  return [...attempts.map((one, index) => `${fallbackWords(one, hasAnswered(message, index))}.`), text].join(" ");
}

/** Whether whoever was asked after this attempt is the one who answered. */
function hasAnswered({ attempts = [], ended }: Message, index: number): boolean {
  return index === attempts.length - 1 && ended !== "failed";
}

/** Reads an answer out once it is complete: token by token nobody could follow it. */
function AnswerAnnouncement({ isAnswering, answer }: { isAnswering: boolean; answer: string }): ReactNode {
  const [spoken, setSpoken] = useState("");
  const [wasAnswering, setWasAnswering] = useState(isAnswering);
  if (wasAnswering !== isAnswering) {
    setWasAnswering(isAnswering);
    setSpoken(isAnswering ? "" : answer);
  }
  useEffect(() => {
    // Whoever reads through the page finds the answer in its place, not a second time here.
    const timer = setTimeout(() => {
      setSpoken("");
    }, SPOKEN_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [spoken]);
  return (
    <p className="visually-hidden" role="status">
      {spoken}
    </p>
  );
}

const ENDINGS = {
  stop: null,
  length: "Ended at the length limit.",
  aborted: "Stopped.",
  failed: null,
  lost: "The page was closed before the end.",
} as const;

const MessageItem = memo(function MessageItem({ message }: { message: Message }): ReactNode {
  if (message.role === "user") {
    return (
      <li className="message user" data-role="user">
        <span className="visually-hidden">You: </span>
        <p className="bubble">{message.text}</p>
      </li>
    );
  }
  const isComing = message.ended === undefined;
  const ending = message.ended === undefined ? null : ENDINGS[message.ended];
  return (
    <li className="message assistant" data-role="assistant" data-model={message.modelId} aria-busy={isComing}>
      {message.attempts?.map((attempt, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they only grow at the end.
        <FailedAttempt key={index} attempt={attempt} hasAnswered={hasAnswered(message, index)} />
      ))}
      <p className="author">
        {message.modelName ?? (isComing ? "Waiting for the model" : "No model")}
        {message.provider !== undefined && <span className="author-provider"> · {message.provider}</span>}
      </p>
      {message.thought !== undefined && message.thought !== "" && (
        <details className="thought">
          <summary>{isComing && message.text === "" ? "Thinking…" : "Thoughts"}</summary>
          <p>{message.thought}</p>
        </details>
      )}
      <p className="answer">
        {message.text}
        {isComing && <span className="caret" aria-hidden="true" />}
      </p>
      {message.problem !== undefined && <p className="trouble">{message.problem}</p>}
      {ending !== null && <p className="ending">{ending}</p>}
    </li>
  );
});
