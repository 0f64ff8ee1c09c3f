/**
 * Toasts through the app's own toaster. The package says what is worth one and with which action; how it looks is the
 * app's business. Nothing is shown for merely opening a conversation: only a choice that comes true makes an event.
 */
import { useEffect, useRef } from "react";
import type { EventOf } from "../api.js";
import type { Failure } from "../generated/index.js";
import { useSurroundings } from "./context.js";

export interface Toast {
  /** Toasts with the same id replace each other. */
  readonly id: string;
  readonly severity: "success" | "info" | "warning" | "error";
  readonly title: string;
  readonly description?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface ToastOptions {
  /** Shows a toast; one with an id that is on screen replaces it. */
  readonly toast: (toast: Toast) => void;
  /** The toaster has a live region of its own, so what it shows is not announced a second time. Default false. */
  readonly announced?: boolean;
}

/** Shows toasts for models that become active or ready, for failures (with Retry), and for storage trouble. */
export function useModelyardToasts({ toast, announced = false }: ToastOptions): void {
  const { modelyard, labels, announcer, report } = useSurroundings();
  const latest = useRef({ toast, labels });
  useEffect(() => {
    latest.current = { toast, labels };
  });
  useEffect(() => (announced ? announcer.toasterSpeaks() : undefined), [announcer, announced]);

  useEffect(() => {
    const modelOf = (id: string) => modelyard.getSnapshot().models.find((one) => one.id === id);
    const nameOf = (id: string): string => modelOf(id)?.name ?? id;
    const isServed = (id: string): boolean => modelOf(id)?.served ?? false;
    const attempt = (act: () => unknown) => (): void => {
      try {
        act();
      } catch (error) {
        report(error);
      }
    };
    const show = (shown: Toast): void => {
      latest.current.toast(shown);
    };

    // One trouble can be told by two events: the job failed, and with it the selection. One toast says both, and its
    // Retry renews the selection where there was one, for the user wants the model and not only its bytes.
    let troubles = new Map<string, { failure: Failure; title: string; retry: () => unknown; isSelection: boolean }>();
    const trouble = (
      modelId: string,
      isSelection: boolean,
      title: string,
      failure: Failure,
      retry: () => unknown,
    ): void => {
      if (troubles.size === 0) {
        queueMicrotask(() => {
          const all = troubles;
          troubles = new Map();
          for (const [id, one] of all) {
            show({
              id: `model:${id}`,
              severity: "error",
              title: one.title,
              description: latest.current.labels.failedText(one.failure),
              action: { label: latest.current.labels.retryShort, run: attempt(one.retry) },
            });
          }
        });
      }
      const known = troubles.get(modelId);
      if (known === undefined) troubles.set(modelId, { failure, title, retry, isSelection });
      // The job's title says which part failed; the selection's action says what is wanted.
      else if (isSelection) troubles.set(modelId, { ...known, retry, isSelection });
      else troubles.set(modelId, { ...known, title, failure, retry: known.isSelection ? known.retry : retry });
    };

    const activated = (event: EventOf<"modelActivated">): void => {
      const { labels: texts } = latest.current;
      const previous = event.previousModelId === null ? null : nameOf(event.previousModelId);
      const description = texts.activatedText(previous);
      show({
        id: `model:${event.modelId}`,
        severity: "success",
        title: texts.activated(nameOf(event.modelId)),
        ...(description === "" ? {} : { description }),
      });
    };
    const ready = (event: EventOf<"downloadReady">): void => {
      const { labels: texts } = latest.current;
      // Where a conversation waits for it, "answers from now on" says it better.
      const awaited = modelyard.getSnapshot().conversations.some((one) => one.requestedModel === event.modelId);
      if (awaited) return;
      show({
        id: `model:${event.modelId}`,
        severity: "success",
        title: texts.ready(nameOf(event.modelId)),
        description: isServed(event.modelId) ? texts.readyOnServerText : texts.readyText,
      });
    };
    const stops = [
      modelyard.on("modelActivated", activated),
      modelyard.on("downloadReady", ready),
      modelyard.on("downloadFailed", (event) => {
        const title = latest.current.labels.failed(nameOf(event.modelId));
        trouble(event.modelId, false, title, event.failure, () => modelyard.retry(event.jobId));
      }),
      modelyard.on("selectionSettled", ({ conversationId, modelId, outcome }) => {
        if (outcome.status !== "failed") return;
        const title = latest.current.labels.loadFailed(nameOf(modelId));
        trouble(modelId, true, title, outcome.failure, () => modelyard.select(conversationId, modelId));
      }),
      modelyard.on("storageFailed", ({ failure }) => {
        const texts = latest.current.labels;
        show({
          id: "storage",
          severity: "warning",
          title: texts.storageFailed,
          description: texts.failedText(failure),
        });
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [modelyard, report]);
}

/** The part of sonner's `toast` that is used here. */
export interface SonnerToast {
  success(title: string, options?: SonnerOptions): unknown;
  info(title: string, options?: SonnerOptions): unknown;
  warning(title: string, options?: SonnerOptions): unknown;
  error(title: string, options?: SonnerOptions): unknown;
}

export interface SonnerOptions {
  id?: string;
  description?: string;
  action?: { label: string; onClick: () => void };
  duration?: number;
}

/**
 * Options for {@link useModelyardToasts} that show toasts through sonner: `useModelyardToasts(sonnerToasts(toast))`.
 * The app hands in sonner's `toast`, so this package does not load sonner for those who do not use it.
 */
export function sonnerToasts(toast: SonnerToast): ToastOptions {
  return {
    // Sonner's toaster is a polite live region.
    announced: true,
    toast: ({ id, severity, title, description, action }) => {
      toast[severity](title, {
        id,
        ...(description === undefined ? {} : { description }),
        // An error with something to do about it stays until the user did something.
        ...(action === undefined ? {} : { action: { label: action.label, onClick: action.run }, duration: Infinity }),
      });
    },
  };
}
