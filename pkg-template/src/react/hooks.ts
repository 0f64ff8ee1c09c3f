/** Reading the store from React: snapshots by selector, and what the components are made of. */
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { EventOf, Modelyard, ModelyardEvent, Selection, Snapshot } from "../api.js";
import type { JobState, ModelState, Profile } from "../generated/index.js";
import { usePanel, useSurroundings } from "./context.js";
import {
  type ConversationView,
  jobOf,
  type ModelStatus,
  modelStatus,
  type Overall,
  overallProgress,
  viewConversation,
} from "./derive.js";
import { type Equality, useSelectedSnapshot } from "./select-snapshot.js";

/** The instance of the provider. */
export function useModelyard(): Modelyard {
  return useSurroundings().modelyard;
}

const whole = (snapshot: Snapshot): Snapshot => snapshot;

/** The whole snapshot, or what a selector takes from it. Renders only when that changed. */
export function useSnapshot(): Snapshot;
export function useSnapshot<T>(selector: (snapshot: Snapshot) => T, isEqual?: Equality<T>): T;
export function useSnapshot<T>(
  selector: (snapshot: Snapshot) => T = whole as (snapshot: Snapshot) => T,
  isEqual: Equality<T> = Object.is,
): T {
  return useSelectedSnapshot(useModelyard(), selector, isEqual);
}

/** All models. */
export function useModels(): readonly ModelState[] {
  return useSnapshot((snapshot) => snapshot.models);
}

/** One model; `null` when there is none of that id. */
export function useModel(modelId: string | null): ModelState | null {
  return useSnapshot((snapshot) => snapshot.models.find((one) => one.id === modelId) ?? null);
}

/** All jobs: running ones, queued ones in their order, then settled ones, newest first. */
export function useJobs(): readonly JobState[] {
  return useSnapshot((snapshot) => snapshot.jobs);
}

/** One job; `null` when there is none of that id. */
export function useJob(jobId: number | null): JobState | null {
  return useSnapshot((snapshot) => snapshot.jobs.find((one) => one.id === jobId) ?? null);
}

/** A model with its job and its state in one word. */
export interface ModelView {
  readonly model: ModelState;
  readonly job: JobState | null;
  readonly status: ModelStatus;
}

/** One model with its job and its state in one word; `null` when there is none of that id. */
export function useModelView(modelId: string | null): ModelView | null {
  const model = useModel(modelId);
  const job = useSnapshot((snapshot) => (model === null ? null : jobOf(snapshot, model)));
  const engine = useSnapshot((snapshot) => snapshot.engines.find((one) => one.id === model?.engine) ?? null);
  return useMemo(
    () => (model === null ? null : { model, job, status: modelStatus(model, job, engine) }),
    [model, job, engine],
  );
}

/** A conversation, what it wants and has, and how to choose for it. */
export interface Conversation extends ConversationView {
  /** Chooses a model. Throws a `ModelyardError` when the id is unknown or the store is not open. */
  readonly select: (modelId: string) => Selection;
  /** Chooses a profile: the router finds the model. Throws a `ModelyardError` when it finds none. */
  readonly selectProfile: (profile: string) => Selection;
}

/**
 * A conversation by its id. Makes it known to the store, which gives it back its saved model; that loads and
 * downloads nothing.
 */
export function useConversation(conversationId: string): Conversation {
  const { modelyard, report } = useSurroundings();
  const isOpen = useSnapshot((snapshot) => snapshot.status === "ready");
  useEffect(() => {
    // Not when it disappears from the snapshot: a removed conversation must stay removed.
    if (!isOpen) return;
    try {
      modelyard.openConversation(conversationId);
    } catch (error) {
      report(error);
    }
  }, [modelyard, report, isOpen, conversationId]);

  const state = useSnapshot((snapshot) => snapshot.conversations.find((one) => one.id === conversationId) ?? null);
  const active = useModel(state?.activeModel ?? null);
  const requested = useModel(state?.requestedModel ?? null);
  const requestedJob = useJob(requested?.jobId ?? null);
  const select = useCallback(
    (modelId: string) => modelyard.select(conversationId, modelId),
    [modelyard, conversationId],
  );
  const selectProfile = useCallback(
    (profile: string) => modelyard.selectProfile(conversationId, profile),
    [modelyard, conversationId],
  );
  return useMemo(
    () => ({ ...viewConversation(conversationId, state, active, requested, requestedJob), select, selectProfile }),
    [conversationId, state, active, requested, requestedJob, select, selectProfile],
  );
}

/** The routing profiles in force, the built-in ones first; none while the store is not open. */
export function useProfiles(): readonly Profile[] {
  return useSnapshot((snapshot) => snapshot.profiles);
}

/** The queue as one number and one percentage. */
export function useOverallProgress(): Overall {
  const jobs = useJobs();
  const models = useModels();
  return useMemo(() => overallProgress(jobs, models), [jobs, models]);
}

/** Calls back at each event of a type. The listener may change from render to render. */
export function useModelyardEvent<T extends ModelyardEvent["type"]>(
  type: T,
  listener: (event: EventOf<T>) => void,
): void {
  const modelyard = useModelyard();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(
    () =>
      modelyard.on(type, (event) => {
        latest.current(event);
      }),
    [modelyard, type],
  );
}

/** Opens and closes the download manager. */
export interface DownloadManagerControl {
  readonly open: boolean;
  /** Opens it; with a model, brings that model's row to view and focuses it. */
  readonly show: (modelId?: string) => void;
  readonly hide: () => void;
}

/** Whether the download manager is open, and how to change that. */
export function useDownloadManager(): DownloadManagerControl {
  const { panel } = useSurroundings();
  const { open } = usePanel();
  return useMemo(
    () => ({
      open,
      show: (modelId) => {
        panel.show(modelId);
      },
      hide: () => {
        panel.hide();
      },
    }),
    [panel, open],
  );
}
