import { Dialog } from "@base-ui/react/dialog";
import { DownloadManager, DownloadsButton, useSnapshot } from "modelyard/react";
import { type ReactNode, useEffect, useState } from "react";
import { useChats, useDemo } from "../chats/context";
import { ChatView } from "./chat-view";
import { Failed } from "./failed";
import { MenuIcon } from "./icons";
import { replaceChat, showChat, useShownChatId } from "./location";
import { Sidebar } from "./sidebar";
import { ThemeButton } from "./theme";

/** The frame: conversations at the side, the one that is shown, downloads on top. */
export function App(): ReactNode {
  const { chats } = useDemo();
  const all = useChats();
  const shownId = useShownChatId();
  const chat = all.find((one) => one.id === shownId);
  const [drawer, setDrawer] = useState(false);
  const failure = useSnapshot((snapshot) => snapshot.failure);

  useEffect(() => {
    // An address without a conversation, or with one that is gone: the newest one, or a new one.
    if (chat === undefined) replaceChat((chats.get()[0] ?? chats.create()).id);
  }, [chat, chats]);

  const open = (id: string): void => {
    showChat(id);
    setDrawer(false);
  };

  return (
    <div className="frame">
      <aside className="side">
        <Sidebar shownId={shownId} onOpen={open} />
      </aside>
      <main className="main">
        <header className="top">
          <Dialog.Root open={drawer} onOpenChange={setDrawer}>
            <Dialog.Trigger className="icon-button drawer-button" aria-label="Conversations">
              <MenuIcon />
            </Dialog.Trigger>
            <Dialog.Portal>
              <Dialog.Backdrop className="drawer-backdrop" />
              <Dialog.Popup className="drawer" aria-label="Conversations">
                <Sidebar shownId={shownId} onOpen={open} />
              </Dialog.Popup>
            </Dialog.Portal>
          </Dialog.Root>
          <h1 className="top-title">{chat?.title ?? ""}</h1>
          <DownloadsButton className="top-downloads" />
          <ThemeButton />
        </header>
        {failure !== null && <Failed failure={failure} />}
        {chat !== undefined && <ChatView key={chat.id} chat={chat} />}
      </main>
      <DownloadManager />
    </div>
  );
}
