import {
  type Conversation,
  englishLabels,
  formatsFor,
  type ModelView,
  useDownloadManager,
  useModelView,
} from "modelyard/react";
import type { CSSProperties, ReactNode } from "react";

const formats = formatsFor("en");

/** How far the model is that this conversation waits for. */
export function Fetching({ view }: { view: ModelView }): ReactNode {
  const { show } = useDownloadManager();
  const { model, job, status } = view;
  const percentage = job?.progress?.percentage ?? null;
  return (
    <div className="fetching">
      <div className="fetching-line">
        <span>{englishLabels.status(status, formats)}</span>
        <button
          type="button"
          className="my-link"
          onClick={() => {
            show(model.id);
          }}
        >
          Show download
        </button>
      </div>
      <span
        className="my-bar"
        aria-hidden="true"
        style={{ "--my-fill": `${String(percentage ?? 0)}%` } as CSSProperties}
      />
    </div>
  );
}

export interface ModelNoticeProps {
  readonly conversation: Conversation;
  /** The model that answered last, for a conversation that has none any more. */
  readonly lastModelId: string | null;
}

/** Above the field, in a conversation that cannot be answered right now: why, and the one click that helps. */
export function ModelNotice({ conversation, lastModelId }: ModelNoticeProps): ReactNode {
  const view = useModelView(conversation.shown?.id ?? lastModelId);
  const { status } = conversation;
  if (status === "ready" || status === "opening") return null;
  if (view === null) {
    return (
      <div className="notice" role="status">
        <p>This conversation has no model. Choose one below to go on.</p>
      </div>
    );
  }
  const { model } = view;
  if (status === "coming") {
    return (
      <div className="notice">
        <p>
          <strong>{model.name}</strong> answers as soon as it is here.
        </p>
        <Fetching view={view} />
      </div>
    );
  }
  const isHere = model.presence === "cached";
  const get = model.served ? "Pull" : "Download";
  return (
    <div className="notice" role="status">
      <p>
        {isHere ? (
          "This conversation has no model at the moment."
        ) : (
          <>
            <strong>{model.name}</strong> is not on {model.served ? model.engine : "this device"}. {get} it, or choose
            another model.
          </>
        )}
      </p>
      <button
        type="button"
        className="button primary"
        onClick={() => {
          conversation.select(model.id);
        }}
      >
        {isHere ? "Use" : get} {model.name}
        {!isHere && model.sizeBytes !== null && <span className="button-note">{formats.bytes(model.sizeBytes)}</span>}
      </button>
    </div>
  );
}
