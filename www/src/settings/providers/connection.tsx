import type { Failure } from "modelyard";
import type { ConnectionReport, ProviderConfig } from "modelyard/management";
import { type ReactNode, useCallback, useRef, useState } from "react";
import { CopyLine } from "../copy";
import { failureFrom } from "../failure";
import { useManagement } from "../hooks";
import { Problem } from "../problem";

export type Testing =
  | { readonly at: "idle" }
  | { readonly at: "asking" }
  | { readonly at: "done"; readonly report: ConnectionReport }
  | { readonly at: "failed"; readonly failure: Failure };

export interface ConnectionTest {
  readonly state: Testing;
  readonly run: (target: string | ProviderConfig) => Promise<ConnectionReport | null>;
  readonly forget: () => void;
}

/** Tests a connection; of several tests the newest counts. */
export function useConnectionTest(): ConnectionTest {
  const management = useManagement();
  const [state, setState] = useState<Testing>({ at: "idle" });
  const newest = useRef(0);
  const run = useCallback(
    async (target: string | ProviderConfig) => {
      newest.current += 1;
      const mine = newest.current;
      setState({ at: "asking" });
      try {
        const report = await management.test(target);
        if (mine === newest.current) setState({ at: "done", report });
        return report;
      } catch (error) {
        if (mine === newest.current) setState({ at: "failed", failure: failureFrom(error) });
        return null;
      }
    },
    [management],
  );
  const forget = useCallback(() => {
    newest.current += 1;
    setState({ at: "idle" });
  }, []);
  return { state, run, forget };
}

/** What a test found, in words, with the line to copy where one helps. */
export function ConnectionResult({ state }: { state: Testing }): ReactNode {
  // Always there, so that what comes into it is read out.
  return (
    <div className="connection" role="status">
      {state.at === "asking" && <p className="quiet">Testing the connection…</p>}
      {state.at === "failed" && <Problem failure={state.failure} quiet />}
      {state.at === "done" && <Report report={state.report} />}
    </div>
  );
}

function Report({ report }: { report: ConnectionReport }): ReactNode {
  const { ok, message, advice, setting } = report;
  return (
    <div className={ok ? "finding good" : "finding bad"} data-finding={report.finding}>
      <p>{message}</p>
      {advice !== "" && <p className="problem-advice">{advice}</p>}
      {setting !== null && <CopyLine text={setting} label="Copy the setting" />}
    </div>
  );
}
