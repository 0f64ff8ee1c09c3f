import { type ReactNode, useEffect, useState } from "react";
import type { JobState } from "../../generated/index.js";
import { useSurroundings } from "../context.js";
import { isRunning } from "../derive.js";
import type { Formats } from "../format.js";
import { useJob, useModel } from "../hooks.js";
import type { Labels } from "../labels.js";
import { Confirmation } from "./confirm.js";

interface Wording {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly keep: string;
}

/** What canceling means depends on how far the job is: bytes are lost, a place in line is, or only a switch. */
export function cancelWording(job: JobState, name: string, labels: Labels, formats: Formats, served = false): Wording {
  const bytes = job.progress?.downloadedBytes ?? 0;
  const done = formats.bytes(bytes);
  if (job.lifecycle === "compiling") {
    return {
      title: labels.cancelCompilingTitle(name),
      text: labels.cancelCompilingText,
      confirm: labels.cancelCompilingConfirm,
      keep: labels.cancelCompilingKeep,
    };
  }
  if (job.lifecycle === "queued") {
    return {
      title: labels.cancelQueuedTitle(name),
      text: bytes > 0 ? labels.cancelQueuedPartialText(done) : labels.cancelQueuedText,
      confirm: labels.cancelQueuedConfirm,
      keep: labels.cancelQueuedKeep,
    };
  }
  const total = job.progress?.totalBytes ?? null;
  return {
    title: labels.cancelRunningTitle(name),
    text: (served ? labels.cancelPullText : labels.cancelRunningText)(
      done,
      total === null ? null : formats.bytes(total),
    ),
    confirm: labels.cancelRunningConfirm,
    keep: labels.cancelRunningKeep,
  };
}

export interface CancelConfirmationProps {
  /** The job asked about; `null` when none is. */
  readonly jobId: number | null;
  readonly onClose: () => void;
  readonly returnTo: () => HTMLElement | null;
}

/**
 * Asks before a job is canceled. The job goes on meanwhile: the wording follows it from the queue into the download,
 * and the question goes away by itself once there is nothing left to cancel.
 */
export function CancelConfirmation({ jobId, onClose, returnTo }: CancelConfirmationProps): ReactNode {
  const { modelyard, labels, formats, report } = useSurroundings();
  const job = useJob(jobId);
  const model = useModel(job?.modelId ?? null);
  const isOpen = job !== null && isRunning(job);
  const isMoot = jobId !== null && !isOpen;
  useEffect(() => {
    if (isMoot) onClose();
  }, [isMoot, onClose]);

  // While it fades out the dialog keeps its last words.
  const current = isOpen ? cancelWording(job, model?.name ?? job.modelId, labels, formats, model?.served) : null;
  const [last, setLast] = useState<Wording | null>(current);
  if (current !== null && (last === null || last.text !== current.text || last.title !== current.title))
    setLast(current);
  const wording = current ?? last;
  if (wording === null) return null;
  return (
    <Confirmation
      open={isOpen}
      {...wording}
      returnTo={returnTo}
      onClose={onClose}
      onConfirm={() => {
        if (jobId !== null) {
          try {
            modelyard.cancel(jobId).catch(report);
          } catch (error) {
            report(error);
          }
        }
        onClose();
      }}
    />
  );
}
