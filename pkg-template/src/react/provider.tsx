import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Modelyard } from "../api.js";
import { Announcer, announceEvents, type Texts } from "./announcer.js";
import { type OnError, type Surroundings, SurroundingsContext } from "./context.js";
import { asFailure } from "./derive.js";
import { formatsFor } from "./format.js";
import { type Labels, withEnglish } from "./labels.js";
import { PanelStore } from "./panel.js";

export interface ModelyardProviderProps {
  /**
   * The instance. The app makes it once, outside of React (making one has no effects), and closes it if it ever wants
   * to: an effect that closed it here would end downloads under StrictMode's second mount and on hot reload.
   */
  readonly modelyard: Modelyard;
  /** Texts that replace the English ones. Keep the object's identity stable. */
  readonly labels?: Partial<Labels>;
  /** A BCP 47 tag for numbers. Default: the reader's own; with server rendering name one, so that both sides agree. */
  readonly locale?: string;
  /** A command of a component was refused. Its message is announced in any case. */
  readonly onError?: OnError;
  readonly children?: ReactNode;
}

/**
 * Makes an instance available to hooks and components, opens it when mounted, and keeps the live region through which
 * downloads are announced.
 */
export function ModelyardProvider({ modelyard, labels, locale, onError, children }: ModelyardProviderProps): ReactNode {
  const [panel] = useState(() => new PanelStore());
  const [announcer] = useState(() => new Announcer());
  const errorListener = useRef(onError);
  useEffect(() => {
    errorListener.current = onError;
  }, [onError]);

  const surroundings = useMemo<Surroundings>(
    () => ({
      modelyard,
      labels: withEnglish(labels),
      formats: formatsFor(locale),
      panel,
      announcer,
      report: (thrown) => {
        const failure = asFailure(thrown);
        announcer.say("refused", failure.message);
        errorListener.current?.(failure);
      },
    }),
    [modelyard, labels, locale, panel, announcer],
  );

  useEffect(() => {
    // De-duplicated, so a second mount is harmless. A failure is shown by the snapshot, where it can be retried.
    modelyard.open().catch(() => undefined);
  }, [modelyard]);

  return (
    <SurroundingsContext.Provider value={surroundings}>
      {children}
      <LiveRegion modelyard={modelyard} announcer={announcer} texts={surroundings} />
    </SurroundingsContext.Provider>
  );
}

function LiveRegion({ modelyard, announcer, texts }: { modelyard: Modelyard; announcer: Announcer; texts: Texts }) {
  const [spoken, setSpoken] = useState({ text: "", turn: 0 });
  const latest = useRef(texts);
  useEffect(() => {
    latest.current = texts;
  }, [texts]);
  useEffect(() => {
    const silence = announcer.speakThrough((text) => {
      setSpoken((before) => ({ text, turn: before.turn + 1 }));
    });
    const stop = announceEvents(modelyard, announcer, () => latest.current);
    return () => {
      stop();
      silence();
    };
  }, [modelyard, announcer]);
  return (
    <div role="status" aria-live="polite" className="my-hidden" data-my-announcements="">
      {/* A new element each time: the same sentence twice is two messages. */}
      <span key={spoken.turn}>{spoken.text}</span>
    </div>
  );
}
