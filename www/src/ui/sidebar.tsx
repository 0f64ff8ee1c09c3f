import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Menu } from "@base-ui/react/menu";
import { useModelyard } from "modelyard/react";
import { type ReactNode, useRef, useState } from "react";
import { useChats, useDemo } from "../chats/context";
import type { Chat } from "../chats/types";
import { useProviders } from "../settings/hooks";
import { LockIcon, Logo, MoreIcon, PlusIcon, SettingsIcon } from "./icons";
import { settingsAddress } from "./location";

export interface SidebarProps {
  readonly shownId: string | null;
  readonly isSettings: boolean;
  readonly onOpen: (id: string) => void;
  /** A link was followed: what lies over the page can go. */
  readonly onLeave: () => void;
}

/** The list of conversations: open, make, rename, delete. At its foot the way to the settings. */
export function Sidebar({ shownId, isSettings, onOpen, onLeave }: SidebarProps): ReactNode {
  const { chats, answers } = useDemo();
  const modelyard = useModelyard();
  const all = useChats();
  const hasServers = useProviders().length > 0;
  const [renaming, setRenaming] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Chat | null>(null);
  const newButton = useRef<HTMLButtonElement>(null);

  const remove = (chat: Chat): void => {
    answers.stop(chat.id);
    chats.remove(chat.id);
    // Modelyard forgets which model it used; the messages were the app's.
    modelyard.removeConversation(chat.id);
    setDeleting(null);
  };

  return (
    <>
      <div className="brand">
        <span className="brand-mark">
          <Logo />
        </span>
        Modelyard
      </div>
      <button
        type="button"
        ref={newButton}
        className="button wide"
        onClick={() => {
          onOpen(chats.create().id);
        }}
      >
        <PlusIcon />
        New chat
      </button>
      <nav className="chats" aria-label="Conversations">
        <ul>
          {all.map((chat) => (
            <li key={chat.id} className="chat-item" data-chat={chat.id}>
              {renaming === chat.id ? (
                <RenameField
                  chat={chat}
                  onDone={() => {
                    setRenaming(null);
                  }}
                />
              ) : (
                <>
                  <button
                    type="button"
                    className="chat-link"
                    aria-current={chat.id === shownId ? "page" : undefined}
                    onClick={() => {
                      onOpen(chat.id);
                    }}
                  >
                    {chat.title}
                  </button>
                  <ChatMenu
                    chat={chat}
                    onRename={() => {
                      setRenaming(chat.id);
                    }}
                    onDelete={() => {
                      setDeleting(chat);
                    }}
                  />
                </>
              )}
            </li>
          ))}
        </ul>
      </nav>
      <a
        className="side-link"
        href={settingsAddress("providers")}
        aria-current={isSettings ? "page" : undefined}
        onClick={onLeave}
      >
        <SettingsIcon />
        Settings
      </a>
      <p className="side-foot">
        <LockIcon />
        {hasServers
          ? "Models of this page answer on this device. A server gets the conversations it answers."
          : "Models run in this page. What you write stays on this device."}
      </p>
      <AlertDialog.Root
        open={deleting !== null}
        onOpenChange={(open) => {
          if (!open) setDeleting(null);
        }}
      >
        <AlertDialog.Portal>
          <AlertDialog.Backdrop className="my-backdrop" forceRender />
          <AlertDialog.Popup className="my-dialog" finalFocus={newButton}>
            <AlertDialog.Title className="my-dialog-title">Delete “{deleting?.title}”?</AlertDialog.Title>
            <AlertDialog.Description className="my-dialog-text">
              Its messages are deleted from this device. Models stay.
            </AlertDialog.Description>
            <div className="my-dialog-actions">
              <AlertDialog.Close className="my-button">Keep</AlertDialog.Close>
              <button
                type="button"
                className="my-button"
                data-tone="danger"
                onClick={() => {
                  if (deleting !== null) remove(deleting);
                }}
              >
                Delete
              </button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </>
  );
}

function RenameField({ chat, onDone }: { chat: Chat; onDone: () => void }): ReactNode {
  const { chats } = useDemo();
  const left = useRef(false);
  const finish = (title: string | null): void => {
    // Enter removes the field, which blurs it.
    if (left.current) return;
    left.current = true;
    if (title !== null) chats.rename(chat.id, title);
    onDone();
  };
  return (
    <input
      className="rename"
      aria-label="Name of the conversation"
      defaultValue={chat.title}
      maxLength={80}
      ref={(input) => {
        input?.select();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.nativeEvent.isComposing) finish(event.currentTarget.value);
        if (event.key === "Escape") {
          event.stopPropagation();
          finish(null);
        }
      }}
      onBlur={(event) => {
        finish(event.currentTarget.value);
      }}
    />
  );
}

function ChatMenu({ chat, onRename, onDelete }: { chat: Chat; onRename: () => void; onDelete: () => void }): ReactNode {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="icon-button small" aria-label={`More for “${chat.title}”`}>
        <MoreIcon />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-positioner" side="bottom" align="end" sideOffset={4}>
          <Menu.Popup className="menu" finalFocus={false}>
            <Menu.Item className="menu-item" onClick={onRename}>
              Rename
            </Menu.Item>
            <Menu.Item className="menu-item" data-tone="danger" onClick={onDelete}>
              Delete
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
