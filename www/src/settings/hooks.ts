/** What the settings read: the snapshot of the management, and the list of all models. */
import type { Failure } from "modelyard";
import type { ConfigChange, ManagementSnapshot, ModelList, ProviderState } from "modelyard/management";
import { useManagement, useModels, useSnapshot } from "modelyard/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useDemo } from "../chats/context";
import { failureFrom } from "./failure";
import { type ConfigTree, readFile, writeJson } from "./file";

/** The providers, the configuration in force, and what is wrong with it. */
export function useManagementSnapshot(): ManagementSnapshot {
  return useManagement(useDemo().management);
}

/** The providers of the configuration. */
export function useProviders(): readonly ProviderState[] {
  return useManagementSnapshot().providers;
}

/** The time, again and again: ages are said in words and grow. */
export function useNow(everyMs = 15_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [everyMs]);
  return now;
}

export interface AllModels {
  /** `null` before the first answer. */
  readonly list: ModelList | null;
  readonly failure: Failure | null;
  readonly isAsking: boolean;
  /** Asks all providers, even those whose lists are fresh. */
  readonly refresh: () => void;
}

/** The models of the page and of all providers, read anew when something about them changed. */
export function useAllModels(): AllModels {
  const { management } = useDemo();
  const { status, providers } = useManagementSnapshot();
  const isOpen = useSnapshot((snapshot) => snapshot.status === "ready");
  const models = useModels();
  const [list, setList] = useState<ModelList | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [asked, setAsked] = useState(0);
  const [isAsking, setAsking] = useState(false);

  // Progress changes the models ten times a second; the list changes only with these. A provider's state is not among
  // them: one that fails is asked by each list, and would be for ever if its failing made a new one.
  const changes = useMemo(
    () =>
      [
        ...providers.map((one) => `${one.id} ${String(one.listedAt)} ${String(one.models)}`),
        ...models.map((one) => `${one.id} ${one.presence === "cached" ? "here" : ""} ${one.inUse ? "used" : ""}`),
      ].join("\n"),
    [providers, models],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: `changes` says when the answer is another one.
  useEffect(() => {
    if (status !== "ready" || !isOpen) return;
    let isCurrent = true;
    // Lists are shown as they come: one provider that hangs holds back none of the others.
    management.list({ waitMs: 0 }).then(
      (answer) => {
        if (!isCurrent) return;
        setList(answer);
        setFailure(null);
      },
      (error: unknown) => {
        if (isCurrent) setFailure(failureFrom(error));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [management, status, isOpen, changes, asked]);

  const refresh = useCallback(() => {
    setAsking(true);
    management.list({ refresh: true }).then(
      () => {
        setAsking(false);
        setAsked((before) => before + 1);
      },
      (error: unknown) => {
        setAsking(false);
        setFailure(failureFrom(error));
      },
    );
  }, [management]);
  return { list, failure, isAsking, refresh };
}

export interface SavedConfig {
  /** What is saved, as a tree. */
  readonly tree: ConfigTree;
  /** Saves a changed tree. Rejects with `invalid_config`, and then nothing has changed. */
  readonly save: (change: (tree: ConfigTree) => ConfigTree) => Promise<ConfigChange>;
}

/** The configuration that is saved in this browser; before anything is, the one that came with the page. */
export function useSavedConfig(): SavedConfig {
  const { management, configuration } = useDemo();
  const { status, settings } = useManagementSnapshot();
  const text = useCallback(() => management.config.text() ?? configuration, [management, configuration]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is saved changed only if what is in force may have.
  const tree = useMemo(() => readFile(status === "ready" ? text() : null), [text, status, settings]);
  const save = useCallback(
    // Read anew: another part of the page may have saved since.
    async (change: (tree: ConfigTree) => ConfigTree) => management.config.save(writeJson(change(readFile(text())))),
    [management, text],
  );
  return { tree, save };
}
