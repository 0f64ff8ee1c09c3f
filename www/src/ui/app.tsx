import { Dialog } from "@base-ui/react/dialog";
import { DownloadManager, DownloadsButton, useSnapshot } from "modelyard/react";
import { type ReactNode, useEffect, useState } from "react";
import { useChats, useDemo } from "../chats/context";
import { SettingsPage } from "../settings/page";
import { ChatView } from "./chat-view";
import { Failed } from "./failed";
import { MenuIcon } from "./icons";
import { replaceChat, showChat, useShown } from "./location";
import { Sidebar } from "./sidebar";
import { ThemeButton } from "./theme";

/** The frame: conversations at the side, the one that is shown or the settings, downloads on top. */
export function App(): ReactNode {
  const { chats } = useDemo();
  const all = useChats();
  const shown = useShown();
  const isSettings = shown?.page === "settings";
  const shownId = shown?.page === "chat" ? shown.id : null;
  const chat = all.find((one) => one.id === shownId);
  const [drawer, setDrawer] = useState(false);
  const failure = useSnapshot((snapshot) => snapshot.failure);

  useEffect(() => {
    // An address without a conversation, or with one that is gone: the newest one, or a new one.
    if (chat === undefined && !isSettings) replaceChat((chats.get()[0] ?? chats.create()).id);
  }, [chat, chats, isSettings]);

  const closeDrawer = (): void => {
    setDrawer(false);
  };
  const open = (id: string): void => {
    showChat(id);
    closeDrawer();
  };
  const sidebar = <Sidebar shownId={shownId} isSettings={isSettings} onOpen={open} onLeave={closeDrawer} />;

  return (
    <div className="frame">
      <aside className="side">{sidebar}</aside>
      <main className="main">
        <header className="top">
          <Dialog.Root open={drawer} onOpenChange={setDrawer}>
            <Dialog.Trigger className="icon-button drawer-button" aria-label="Conversations">
              <MenuIcon />
            </Dialog.Trigger>
            <Dialog.Portal>
              <Dialog.Backdrop className="drawer-backdrop" />
              <Dialog.Popup className="drawer" aria-label="Conversations">
                {sidebar}
              </Dialog.Popup>
            </Dialog.Portal>
          </Dialog.Root>
          <h1 className="top-title">{isSettings ? "Settings" : (chat?.title ?? "")}</h1>
          <DownloadsButton className="top-downloads" />
          <ThemeButton />
        </header>
        {failure !== null && <Failed failure={failure} />}
        {isSettings && <SettingsPage section={shown.section} detail={shown.detail} />}
        {chat !== undefined && <ChatView key={chat.id} chat={chat} />}
      </main>
      <DownloadManager />
    </div>
  );
}
