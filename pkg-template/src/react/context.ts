/** What the provider hands down. It never changes while mounted, except when the app changes its props. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Modelyard } from "../api.js";
import type { Failure } from "../generated/index.js";
import type { Announcer } from "./announcer.js";
import type { Formats } from "./format.js";
import type { Labels } from "./labels.js";
import type { Panel, PanelStore } from "./panel.js";

export interface Surroundings {
  readonly modelyard: Modelyard;
  readonly labels: Labels;
  readonly formats: Formats;
  readonly panel: PanelStore;
  readonly announcer: Announcer;
  /** A command was refused. */
  readonly report: (thrown: unknown) => void;
}

export type OnError = (failure: Failure) => void;

export const SurroundingsContext = createContext<Surroundings | null>(null);

/** Everything the provider hands down. Throws outside of one. */
export function useSurroundings(): Surroundings {
  const surroundings = useContext(SurroundingsContext);
  if (surroundings === null) throw new Error("This needs a <ModelyardProvider> around it.");
  return surroundings;
}

/** Whether the download manager is open. */
export function usePanel(): Panel {
  const { panel } = useSurroundings();
  return useSyncExternalStore(panel.subscribe, panel.get, panel.get);
}
