import { type Conversation, formatsFor, useModels, useModelView } from "modelyard/react";
import type { ReactNode } from "react";
import { useDemo } from "../chats/context";
import { Logo } from "./icons";
import { Fetching } from "./notice";

const SUGGESTIONS = [
  "Hello! Who are you?",
  "How does this work?",
  "Is this private?",
  "Tell me a joke",
  "Tell me a story",
];

/** An empty conversation with a model that can answer. */
export function Suggestions({ onPick }: { onPick: (text: string) => void }): ReactNode {
  return (
    <div className="hello">
      <span className="hello-mark">
        <Logo />
      </span>
      <h2>What would you like to talk about?</h2>
      <ul className="suggestions">
        {SUGGESTIONS.map((text) => (
          <li key={text}>
            <button
              type="button"
              className="suggestion"
              onClick={() => {
                onPick(text);
              }}
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** An empty conversation whose model is not here yet: says what this is and fetches the model with one click. */
export function Welcome({ conversation }: { conversation: Conversation }): ReactNode {
  const { catalog } = useDemo();
  const nothingHere = useModels().every((model) => model.presence !== "cached");
  const view = useModelView(conversation.shown?.id ?? catalog.defaultModel);
  const formats = formatsFor("en");
  if (conversation.status === "opening" || view === null) return null;
  const { model, status } = view;
  const isHere = model.presence === "cached";
  const get = model.served ? "Pull" : "Download";
  const act = isHere ? "Use" : get;
  const here = isHere ? "Which model should answer?" : "This model is not here";
  return (
    <div className="hello">
      <span className="hello-mark">
        <Logo />
      </span>
      <h2>{nothingHere ? "A chat that runs on this device" : here}</h2>
      <p className="quiet">
        {nothingHere
          ? "The model is downloaded once, checked, and kept in this browser. After that it answers without a server: what you write never leaves this page."
          : `${act} it, or choose another one below.`}
      </p>
      <div className="starter">
        <div>
          <strong>{model.name}</strong>
          {model.description !== null && <p className="quiet">{model.description}</p>}
        </div>
        {conversation.status === "coming" ? (
          <Fetching view={view} />
        ) : (
          <>
            {status.kind === "failed" && status.failure !== null && <p className="trouble">{status.failure.message}</p>}
            <button
              type="button"
              className="button primary"
              onClick={() => {
                conversation.select(model.id);
              }}
            >
              {status.kind === "failed" ? "Try again" : act} {model.name}
              {!isHere && model.sizeBytes !== null && (
                <span className="button-note">{formats.bytes(model.sizeBytes)}</span>
              )}
            </button>
          </>
        )}
      </div>
    </div>
  );
}
