import { memo, type ReactNode } from "react";
import type { JobState } from "../../generated/index.js";
import { ProgressBar } from "../bar.js";
import { useSurroundings } from "../context.js";
import { isRunning, isSettled, isStalled } from "../derive.js";
import { useModelView } from "../hooks.js";
import { CloseIcon, DownIcon, PauseIcon, PlayIcon, RetryIcon, UpIcon } from "../icons.js";
import { JobFacts } from "./job-facts.js";

export interface JobRowProps {
  readonly job: JobState;
  /** How many jobs are queued, to know which one is last. */
  readonly queueLength: number;
  readonly onCancel: (jobId: number) => void;
}

/** One job: what it is, how far it is, why it is not moving, and what can be done about it, all in place. */
export const JobRow = memo(function JobRow({ job, queueLength, onCancel }: JobRowProps): ReactNode {
  const { labels, formats } = useSurroundings();
  const view = useModelView(job.modelId);
  const name = view?.model.name ?? job.modelId;
  // The loading step has a fraction of its own; before it, the bytes count.
  const loading = job.lifecycle === "compiling" && view?.status.kind === "loading" ? view.status.fraction : null;
  const percentage =
    job.lifecycle === "compiling" ? (loading === null ? null : loading * 100) : (job.progress?.percentage ?? null);
  const eta = job.lifecycle === "downloading" && job.waiting === null ? (job.progress?.etaSeconds ?? null) : null;
  const isIdle = job.lifecycle === "paused" || job.waiting !== null || isStalled(job);
  const hasBar =
    job.lifecycle === "downloading" ||
    job.lifecycle === "compiling" ||
    ((job.lifecycle === "paused" || job.lifecycle === "queued") && (job.progress?.downloadedBytes ?? 0) > 0);
  return (
    <li
      className="my-job"
      tabIndex={-1}
      data-job={job.id}
      data-model={job.modelId}
      data-lifecycle={job.lifecycle}
      aria-label={name}
    >
      <div className="my-job-head">
        <span className="my-job-name">{name}</span>
        {hasBar && percentage !== null && <span className="my-job-percent">{formats.percent(percentage)}</span>}
        <JobActions job={job} name={name} queueLength={queueLength} onCancel={onCancel} />
      </div>
      {hasBar && (
        <ProgressBar
          label={labels.progressOf(name)}
          percentage={percentage}
          tone={isIdle ? "idle" : "busy"}
          valueText={labels.progressInWords(
            percentage === null ? null : formats.percent(percentage),
            eta === null ? null : labels.timeLeft(formats.durationInWords(eta)),
          )}
        />
      )}
      <JobFacts job={job} view={view} />
    </li>
  );
});

interface JobActionsProps extends JobRowProps {
  readonly name: string;
}

function JobActions({ job, name, queueLength, onCancel }: JobActionsProps): ReactNode {
  const { modelyard, labels, formats, announcer, report } = useSurroundings();
  const attempt = (act: () => unknown) => (): void => {
    try {
      const result = act();
      if (result instanceof Promise) result.catch(report);
    } catch (error) {
      report(error);
    }
  };
  const move = (position: number): (() => void) =>
    attempt(() => {
      modelyard.move(job.id, position);
      announcer.say("moved", labels.moved(name, formats.count(position + 1)));
    });
  const position = job.position ?? 0;
  return (
    <span className="my-job-actions">
      {job.lifecycle === "queued" && queueLength > 1 && (
        <>
          <IconButton label={labels.moveUp(name)} onClick={move(position - 1)} disabled={position === 0}>
            <UpIcon />
          </IconButton>
          <IconButton label={labels.moveDown(name)} onClick={move(position + 1)} disabled={position >= queueLength - 1}>
            <DownIcon />
          </IconButton>
        </>
      )}
      {job.lifecycle === "downloading" && (
        <IconButton label={labels.pause(name)} onClick={attempt(() => modelyard.pause(job.id))}>
          <PauseIcon />
        </IconButton>
      )}
      {job.lifecycle === "paused" && (
        <IconButton
          label={labels.resume(name)}
          onClick={attempt(() => {
            modelyard.resume(job.id);
          })}
        >
          <PlayIcon />
        </IconButton>
      )}
      {(job.lifecycle === "failed" || job.lifecycle === "canceled") && (
        <button
          type="button"
          className="my-button"
          data-size="small"
          aria-label={labels.retry(name)}
          onClick={attempt(() => modelyard.retry(job.id))}
        >
          <RetryIcon />
          {labels.retryShort}
        </button>
      )}
      {isRunning(job) && (
        <IconButton
          label={labels.cancel(name)}
          onClick={() => {
            onCancel(job.id);
          }}
        >
          <CloseIcon />
        </IconButton>
      )}
      {isSettled(job) && (
        <IconButton
          label={labels.dismiss(name)}
          onClick={attempt(() => {
            modelyard.dismiss(job.id);
          })}
        >
          <CloseIcon />
        </IconButton>
      )}
    </span>
  );
}

export interface IconButtonProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** A button with a picture on it and its name in words. Disabled ones keep the focus, or it would be lost. */
export function IconButton({ label, onClick, disabled = false, children }: IconButtonProps): ReactNode {
  return (
    <button
      type="button"
      className="my-icon-button"
      aria-label={label}
      title={label}
      aria-disabled={disabled || undefined}
      onClick={disabled ? undefined : onClick}
    >
      {children}
    </button>
  );
}
