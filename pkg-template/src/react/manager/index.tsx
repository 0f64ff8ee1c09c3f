import { Dialog } from "@base-ui/react/dialog";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { usePanel, useSurroundings } from "../context.js";
import { isSettled } from "../derive.js";
import { useJobs, useSnapshot } from "../hooks.js";
import { CloseIcon } from "../icons.js";
import { CancelConfirmation } from "./cancel.js";
import { JobRow } from "./job-row.js";
import { RemoveConfirmation } from "./remove.js";
import { StorageLine, StoredModels } from "./storage.js";

export interface DownloadManagerProps {
  readonly className?: string;
}

/**
 * The panel in which downloads are watched and managed. It opens when an absent model is chosen and leaves the page
 * usable, for the chat goes on meanwhile. Mount it once, anywhere below the provider.
 */
export function DownloadManager({ className }: DownloadManagerProps): ReactNode {
  const { panel, labels } = useSurroundings();
  const { open, focus } = usePanel();
  const popup = useRef<HTMLDivElement>(null);
  const wanted = focus?.modelId ?? null;

  const rowOf = useCallback((modelId: string | null): HTMLElement | null => {
    const rows = popup.current?.querySelectorAll<HTMLElement>(".my-job") ?? [];
    return [...rows].find((row) => row.getAttribute("data-model") === modelId) ?? null;
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new wish for the same model is a new `focus`.
  useEffect(() => {
    // When it is open already, nothing moves the focus by itself.
    if (!open || wanted === null) return;
    const row = rowOf(wanted);
    row?.scrollIntoView({ block: "nearest" });
    row?.focus();
  }, [open, focus, wanted, rowOf]);

  return (
    <Dialog.Root
      open={open}
      modal={false}
      disablePointerDismissal
      onOpenChange={(next) => {
        if (!next) panel.hide();
      }}
    >
      <Dialog.Portal>
        <Dialog.Popup
          ref={popup}
          className={["my-panel", className].filter(Boolean).join(" ")}
          initialFocus={() => rowOf(wanted) ?? popup.current}
        >
          <header className="my-panel-head">
            <Dialog.Title className="my-panel-title">{labels.downloads}</Dialog.Title>
            <Dialog.Close className="my-icon-button" aria-label={labels.close} title={labels.close}>
              <CloseIcon />
            </Dialog.Close>
          </header>
          <PanelContent popup={popup} rowOf={rowOf} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface PanelContentProps {
  readonly popup: React.RefObject<HTMLDivElement | null>;
  readonly rowOf: (modelId: string | null) => HTMLElement | null;
}

function PanelContent({ popup, rowOf }: PanelContentProps): ReactNode {
  const { modelyard, labels, report } = useSurroundings();
  const jobs = useJobs();
  const models = useSnapshot((snapshot) => snapshot.models);
  const [canceling, setCanceling] = useState<number | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const asked = useRef<string | null>(null);
  const queueLength = jobs.filter((job) => job.lifecycle === "queued").length;
  const settled = jobs.filter((job) => isSettled(job) && job.lifecycle !== "failed");

  const askCancel = useCallback(
    (jobId: number) => {
      asked.current = modelyard.getSnapshot().jobs.find((job) => job.id === jobId)?.modelId ?? null;
      setCanceling(jobId);
    },
    [modelyard],
  );
  const stopAsking = useCallback(() => {
    setCanceling(null);
  }, []);

  return (
    <div className="my-panel-body">
      {jobs.length === 0 ? (
        <div className="my-panel-empty">
          <p>{labels.noDownloads}</p>
          {models.some((model) => model.presence !== "cached") && <p className="my-quiet">{labels.noDownloadsHint}</p>}
        </div>
      ) : (
        <ul className="my-jobs" aria-label={labels.downloads}>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} queueLength={queueLength} onCancel={askCancel} />
          ))}
        </ul>
      )}
      {settled.length > 1 && (
        <button
          type="button"
          className="my-link"
          onClick={() => {
            try {
              for (const job of settled) modelyard.dismiss(job.id);
            } catch (error) {
              report(error);
            }
            popup.current?.focus();
          }}
        >
          {labels.clearFinished}
        </button>
      )}
      <section className="my-section">
        <h3 className="my-section-title">{labels.onThisDevice}</h3>
        <StoredModels
          onRemove={(modelId) => {
            setRemoving(modelId);
          }}
        />
        <StorageLine />
      </section>
      <CancelConfirmation
        jobId={canceling}
        onClose={stopAsking}
        returnTo={() => rowOf(asked.current) ?? popup.current}
      />
      <RemoveConfirmation
        modelId={removing}
        onClose={() => {
          setRemoving(null);
        }}
        returnTo={() => popup.current}
      />
    </div>
  );
}
