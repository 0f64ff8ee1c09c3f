import { ModelyardProvider } from "modelyard/react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { type Started, start } from "../boot/start";
import { Answers } from "../chats/answers";
import { DemoContext } from "../chats/context";
import { ChatStore } from "../chats/store";
import { PRESETS } from "../settings/providers/presets";
import { App } from "./app";
import { Toaster } from "./toaster";

type Phase =
  | { readonly at: "starting" }
  | { readonly at: "failed"; readonly why: string }
  | { readonly at: "started"; readonly started: Started };

/** One store for the page: a second one would write over the first. */
const chats = new ChatStore();

/** Starts the demo and shows how that goes. */
export function Root(): ReactNode {
  const [phase, setPhase] = useState<Phase>({ at: "starting" });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    start().then(
      (started) => {
        if (isCurrent) setPhase({ at: "started", started });
      },
      (error: unknown) => {
        if (isCurrent) setPhase({ at: "failed", why: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [attempt]);

  switch (phase.at) {
    case "starting":
      return (
        <main className="splash" aria-busy="true">
          <p>Starting…</p>
        </main>
      );
    case "failed":
      return (
        <main className="splash">
          <h1>The list of models could not be read</h1>
          <p className="quiet">{phase.why}</p>
          <p className="quiet">Is the model server running? Another address can be given as ?models=…</p>
          <button
            type="button"
            className="button primary"
            onClick={() => {
              setPhase({ at: "starting" });
              setAttempt((before) => before + 1);
            }}
          >
            Try again
          </button>
        </main>
      );
    case "started":
      return <Running started={phase.started} />;
  }
}

/** Providers by the names people know them by, as far as they were left as the settings suggest. */
const LABELS = { provider: (id: string) => PRESETS.find((one) => one.id === id)?.name ?? id };

function Running({ started }: { started: Started }): ReactNode {
  const { modelyard, management, catalog, found, configuration } = started;
  const demo = useMemo(
    () => ({ chats, answers: new Answers(modelyard, management, chats), catalog, management, found, configuration }),
    [modelyard, management, catalog, found, configuration],
  );
  return (
    <ModelyardProvider modelyard={modelyard} locale="en" labels={LABELS}>
      <DemoContext value={demo}>
        <Toaster>
          <App />
        </Toaster>
      </DemoContext>
    </ModelyardProvider>
  );
}
