import type { ReactNode } from "react";
import { fill } from "./bar.js";
import { usePanel, useSurroundings } from "./context.js";
import { useOverallProgress } from "./hooks.js";
import { DownloadIcon } from "./icons.js";

export interface DownloadsButtonProps {
  readonly className?: string;
}

/** Opens and closes the download manager; shows how many downloads run and how far they are together. */
export function DownloadsButton({ className }: DownloadsButtonProps): ReactNode {
  const { panel, labels, formats } = useSurroundings();
  const { open } = usePanel();
  const { running, percentage, failed } = useOverallProgress();
  const percent = percentage === null ? null : formats.percent(percentage);
  return (
    <button
      type="button"
      className={["my-pill", className].filter(Boolean).join(" ")}
      aria-haspopup="dialog"
      aria-expanded={open}
      data-running={running > 0 ? "" : undefined}
      data-failed={failed > 0 ? "" : undefined}
      style={fill(percentage)}
      onClick={() => {
        if (open) panel.hide();
        else panel.show();
      }}
    >
      <DownloadIcon />
      {/* The name in whole sentences; what is seen is shorter. */}
      <span className="my-hidden">{labels.openDownloads(running, percent, failed)}</span>
      <span className="my-pill-text" aria-hidden="true">
        {labels.downloads}
      </span>
      {running > 0 && (
        <span className="my-pill-count" aria-hidden="true">
          {percent === null ? formats.count(running) : `${formats.count(running)} · ${percent}`}
        </span>
      )}
      {running === 0 && failed > 0 && (
        <span className="my-pill-count" data-tone="bad" aria-hidden="true">
          {formats.count(failed)}
        </span>
      )}
    </button>
  );
}
