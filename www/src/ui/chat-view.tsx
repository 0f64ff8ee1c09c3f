import { useConversation } from "modelyard/react";
import { type ReactNode, useRef, useState } from "react";
import { useDemo, useIsAnswering } from "../chats/context";
import type { Chat } from "../chats/types";
import { Composer } from "./composer";
import { Suggestions, Welcome } from "./empty";
import { KeyNotice } from "./key-notice";
import { ModelNotice } from "./notice";
import { Thread } from "./thread";

/** One conversation: its messages, or what to do first; and where to write. */
export function ChatView({ chat }: { chat: Chat }): ReactNode {
  const { answers } = useDemo();
  const conversation = useConversation(chat.id);
  const isAnswering = useIsAnswering(chat.id);
  const [draft, setDraft] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const canSend = conversation.status === "ready" && !isAnswering;

  const send = (text: string): void => {
    if (!canSend || text.trim() === "") return;
    setDraft("");
    field.current?.focus();
    void answers.send(chat.id, text.trim());
  };

  const retry = (): void => {
    field.current?.focus();
    void answers.retry(chat.id);
  };

  const lastModelId = chat.messages.findLast((message) => message.modelId !== undefined)?.modelId ?? null;
  const isEmpty = chat.messages.length === 0;
  return (
    <div className="chat">
      {isEmpty ? (
        <div className="empty">
          {conversation.status === "ready" ? <Suggestions onPick={send} /> : <Welcome conversation={conversation} />}
        </div>
      ) : (
        <Thread messages={chat.messages} isAnswering={isAnswering} onRetry={canSend ? retry : null} />
      )}
      <div className="dock">
        {!isEmpty && <ModelNotice conversation={conversation} lastModelId={lastModelId} />}
        <KeyNotice conversation={conversation} field={field} />
        <Composer
          chatId={chat.id}
          draft={draft}
          onDraft={setDraft}
          onSend={() => {
            send(draft);
          }}
          onStop={() => {
            answers.stop(chat.id);
          }}
          canSend={canSend}
          isAnswering={isAnswering}
          field={field}
        />
      </div>
    </div>
  );
}
