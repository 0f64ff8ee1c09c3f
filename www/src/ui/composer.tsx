import type { ModelState } from "modelyard";
import { ModelSelector } from "modelyard/react";
import { type ReactNode, type RefObject, useCallback, useMemo, useSyncExternalStore } from "react";
import { PAGE_PROFILES } from "../boot/routing";
import { useDemo } from "../chats/context";
import { useAllModels, useProviders } from "../settings/hooks";
import { capabilitiesThat } from "../settings/words";
import { SendIcon, StopIcon } from "./icons";

export interface ComposerProps {
  readonly chatId: string;
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  readonly onSend: () => void;
  readonly onStop: () => void;
  readonly canSend: boolean;
  readonly isAnswering: boolean;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

/** Where one writes, with the model beside it. */
export function Composer(props: ComposerProps): ReactNode {
  const { chatId, draft, canSend, isAnswering } = props;
  const filter = useOffered();
  const marksOf = useCapabilities();
  const hasServers = useProviders().some((one) => one.abilities.includes("chat"));
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSend();
      }}
    >
      <textarea
        ref={props.field}
        className="composer-field"
        aria-label="Message"
        placeholder="Write a message"
        rows={1}
        value={draft}
        onChange={(event) => {
          props.onDraft(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          // While an input method composes, Enter takes its suggestion.
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          props.onSend();
        }}
      />
      <div className="composer-foot">
        <ModelSelector
          conversationId={chatId}
          filter={filter}
          marksOf={marksOf}
          {...(hasServers ? {} : { profiles: PAGE_PROFILES })}
          className="composer-selector"
        />
        {isAnswering ? (
          <button type="button" className="send" aria-label="Stop" title="Stop" onClick={props.onStop}>
            <StopIcon />
          </button>
        ) : (
          <button
            type="submit"
            className="send"
            aria-label="Send"
            title="Send"
            disabled={!canSend || draft.trim() === ""}
          >
            <SendIcon />
          </button>
        )}
      </div>
    </form>
  );
}

/** What each model can do besides text, in words. */
function useCapabilities(): (model: ModelState) => readonly string[] {
  const { list } = useAllModels();
  const marks = useMemo(
    () => new Map(list?.models.map((one) => [one.id, capabilitiesThat(one.capabilities, "yes")])),
    [list],
  );
  return useCallback((model) => marks.get(model.id) ?? [], [marks]);
}

function subscribeToNetwork(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

/** Leaves out what could not be fetched: models of Hugging Face while there is no network, unless they are here. */
function useOffered(): (model: ModelState) => boolean {
  const { catalog } = useDemo();
  const isOnline = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  return useCallback(
    (model) => isOnline || !catalog.hub.has(model.id) || model.presence !== "absent",
    [catalog, isOnline],
  );
}
