import type { Failure } from "modelyard";
import { useModelyard } from "modelyard/react";
import type { ReactNode } from "react";

/** Modelyard could not start: what happened, what to do, and another try. The conversations stay readable. */
export function Failed({ failure }: { failure: Failure }): ReactNode {
  const modelyard = useModelyard();
  return (
    <div className="banner" role="alert">
      <div>
        <strong>{failure.message}</strong>
        {failure.recovery.map((step) => (
          <p key={step}>{step}</p>
        ))}
      </div>
      <button
        type="button"
        className="button"
        onClick={() => {
          // The snapshot tells how it ends.
          modelyard.open().catch(() => undefined);
        }}
      >
        Try again
      </button>
    </div>
  );
}
