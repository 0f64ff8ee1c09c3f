import type { Failure } from "modelyard";
import type { ProviderState } from "modelyard/management";
import { useDownloadManager, useModelyard } from "modelyard/react";
import { type ReactNode, useState } from "react";
import { besideField, failureFrom } from "../failure";
import { TextField } from "../field";
import { useManagement } from "../hooks";

/** Gets any model by its name, through a provider. */
export function PullForm({ providers }: { providers: readonly ProviderState[] }): ReactNode {
  const management = useManagement();
  const modelyard = useModelyard();
  const { show } = useDownloadManager();
  const [name, setName] = useState("");
  const [wanted, setWanted] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isAsking, setAsking] = useState(false);
  const provider = providers.find((one) => one.id === wanted) ?? providers[0];

  const pull = async (): Promise<void> => {
    if (provider === undefined) return;
    setFailure(null);
    setAsking(true);
    try {
      const job = await management.pull(name.trim(), { provider: provider.id });
      setName("");
      // The one place where downloads are watched, paused and canceled.
      if (modelyard.getSnapshot().jobs.some((one) => one.id === job.id)) show(job.modelId);
    } catch (error) {
      setFailure(failureFrom(error));
    } finally {
      setAsking(false);
    }
  };

  return (
    <form
      className="pull"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isAsking && name.trim() !== "") void pull();
      }}
    >
      <TextField
        name="model"
        label={providers.length === 1 ? `Pull a model with ${provider?.id ?? ""}` : "Pull a model"}
        description="Any name the provider knows, for instance llama3.2:1b."
        value={name}
        onValue={(text) => {
          setName(text);
          setFailure(null);
        }}
        error={failure === null ? undefined : [besideField(failure), ...failure.recovery].join(" ")}
      >
        {providers.length > 1 && (
          <select
            className="field-control choice"
            aria-label="Provider"
            value={provider?.id}
            onChange={(event) => {
              setWanted(event.currentTarget.value);
            }}
          >
            {providers.map((one) => (
              <option key={one.id}>{one.id}</option>
            ))}
          </select>
        )}
        <button type="submit" className="button" aria-disabled={isAsking || name.trim() === ""}>
          Pull
        </button>
      </TextField>
    </form>
  );
}
