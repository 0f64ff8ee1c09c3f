import type { Failure } from "modelyard";
import type { ReactNode } from "react";

/** A failure in words: what happened, then what helps. Read out when it appears, unless it was there all along. */
export function Problem({ failure, quiet = false }: { failure: Failure; quiet?: boolean }): ReactNode {
  return (
    <div className="problem" {...(quiet ? {} : { role: "alert" })}>
      <p>{failure.message}</p>
      {failure.recovery.map((advice) => (
        <p key={advice} className="problem-advice">
          {advice}
        </p>
      ))}
    </div>
  );
}
