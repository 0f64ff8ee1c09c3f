import type { CSSProperties, ReactNode } from "react";

/** The width of a bar's filled part. A custom property, because a strict content policy allows no other style. */
export function fill(percentage: number | null): CSSProperties {
  return { "--my-fill": `${String(percentage ?? 0)}%` } as CSSProperties;
}

export interface ProgressBarProps {
  readonly label: string;
  /** 0 to 100; `null` when the end is not known. */
  readonly percentage: number | null;
  readonly valueText: string;
  readonly tone?: "busy" | "idle" | "bad";
}

/** A progress bar with its value in words. Without a known end it has no value, as the role asks for. */
export function ProgressBar({ label, percentage, valueText, tone = "busy" }: ProgressBarProps): ReactNode {
  return (
    <div
      className="my-bar"
      role="progressbar"
      aria-label={label}
      aria-valuetext={valueText}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percentage === null ? undefined : Math.floor(percentage)}
      data-tone={tone}
      data-indeterminate={percentage === null ? "" : undefined}
      style={fill(percentage)}
    />
  );
}
