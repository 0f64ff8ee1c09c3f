import { type ReactNode, useEffect, useState } from "react";
import type { JobState } from "../../generated/index.js";
import { useSurroundings } from "../context.js";
import { isStalled } from "../derive.js";
import type { ModelView } from "../hooks.js";

/** The line below a job: amounts and speed while it runs; why it waits, failed or was canceled otherwise. */
export function JobFacts({ job, view }: { job: JobState; view: ModelView | null }): ReactNode {
  const { labels, formats } = useSurroundings();
  const total = job.progress?.totalBytes ?? view?.model.sizeBytes ?? null;
  const amount = labels.amount(
    formats.bytes(job.progress?.downloadedBytes ?? 0),
    total === null ? null : formats.bytes(total),
  );
  switch (job.lifecycle) {
    case "downloading":
      if (job.waiting !== null) return <WaitingFacts job={job} amount={amount} />;
      return (
        <Facts
          parts={[
            amount,
            isStalled(job)
              ? labels.stalled
              : job.progress === null || job.progress.speed === 0
                ? null
                : formats.speed(job.progress.speed),
            job.progress?.etaSeconds == null ? null : labels.timeLeft(formats.duration(job.progress.etaSeconds)),
          ]}
        />
      );
    case "failed":
      return (
        <p className="my-facts" data-tone="bad">
          {job.failure === null
            ? labels.status({ kind: "failed", failure: null }, formats)
            : labels.failedText(job.failure)}
        </p>
      );
    case "canceled":
      return (
        <Facts
          parts={[
            labels.status({ kind: "canceled" }, formats),
            job.cancelReason === "superseded" ? labels.superseded : null,
          ]}
        />
      );
    case "paused":
      return (
        <Facts
          parts={[
            view === null ? null : labels.status(view.status, formats, view.model.served),
            amount,
            job.failure === null ? null : labels.failedText(job.failure),
          ]}
        />
      );
    case "queued":
    case "compiling":
      return (
        <Facts
          parts={[
            view === null ? null : labels.status(view.status, formats, view.model.served),
            total === null ? null : formats.bytes(total),
          ]}
        />
      );
    case "ready":
      return (
        <Facts parts={[labels.status({ kind: "ready" }, formats), total === null ? null : formats.bytes(total)]} />
      );
  }
}

function Facts({ parts }: { parts: readonly (string | null)[] }): ReactNode {
  const shown = parts.filter((part): part is string => part !== null && part !== "");
  return (
    <p className="my-facts">
      {shown.map((part) => (
        <span key={part}>{part}</span>
      ))}
    </p>
  );
}

/** Counts down to the next try. */
function WaitingFacts({ job, amount }: { job: JobState; amount: string }): ReactNode {
  const { labels, formats } = useSurroundings();
  const waiting = job.waiting;
  const until = waiting?.reason === "retry" ? waiting.untilMs : null;
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (until === null) return undefined;
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    setNow(Date.now());
    return () => {
      clearInterval(timer);
    };
  }, [until]);
  if (waiting === null) return null;
  return (
    <>
      <p className="my-facts" data-tone="warn">
        <span>{labels.waiting(waiting, until === null ? 0 : Math.ceil((until - now) / 1000), formats)}</span>
        <span>{amount}</span>
      </p>
      {waiting.reason === "retry" && <p className="my-facts">{waiting.failure.message}</p>}
    </>
  );
}
