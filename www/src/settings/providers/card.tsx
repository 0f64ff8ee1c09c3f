import type { ProviderState, Setting } from "modelyard/management";
import { type ReactNode, useEffect, useState } from "react";
import { useDemo } from "../../chats/context";
import { failureFrom } from "../failure";
import { useNow } from "../hooks";
import { KeyLine, type KeyLineProps } from "../keys/line";
import { Problem } from "../problem";
import { formats, isSource, isWithoutKey, LAYERS, providerWords, refreshWords } from "../words";
import { ConnectionResult, useConnectionTest } from "./connection";
import type { Preset } from "./presets";

export interface ProviderCardProps extends Pick<KeyLineProps, "onEnter" | "onForget" | "onUnlock"> {
  readonly provider: ProviderState;
  readonly preset: Preset;
  /** The layers of the configuration that say something of it. */
  readonly layers: readonly Setting["layer"][];
  /** The address that is saved here, as it was entered. */
  readonly savedHost: string | null;
  readonly isSaved: boolean;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

/** A provider of the configuration: what it is, how it is, and what can be done with it. */
export function ProviderCard(props: ProviderCardProps): ReactNode {
  const { provider, preset, layers, savedHost, isSaved, onEdit, onRemove } = props;
  const { id, host, key, models, failure } = provider;
  const { management } = useDemo();
  const now = useNow();
  const test = useConnectionTest();
  const { forget } = test;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a result is about the address and the key that were tested.
  useEffect(forget, [host, key, forget]);
  const hasModels = !isSource(provider);
  const [isAsking, setAsking] = useState(false);
  const state = hasModels ? providerWords(provider) : SOURCE;
  const above = layers.filter((one) => one !== "file").map((one) => LAYERS[one].toLowerCase());
  const refresh = async (): Promise<void> => {
    test.forget();
    setAsking(true);
    // How it ends is in the provider's state.
    await management.list({ provider: id, refresh: true }).catch(failureFrom);
    setAsking(false);
  };
  return (
    <li className="card" data-provider={id} data-state={provider.state}>
      <div className="card-head">
        <h3 className="card-title">{id}</h3>
        <span className="state" data-tone={state.tone}>
          {state.text}
        </span>
      </div>
      <p className="card-line quiet">
        {preset.name} · {host ?? savedHost ?? "no address"}
      </p>
      <p className="card-line quiet">
        {hasModels
          ? [provider.listedAt === null ? null : modelCount(models), refreshWords(provider, now)]
              .filter(Boolean)
              .join(". ")
          : "Its models are found in the hub."}
      </p>
      <KeyLine {...props} />
      {above.length > 0 && (
        <p className="card-line quiet">
          {isSaved
            ? `Some of it comes from the ${above.join(" and the ")}, which wins over what is saved here.`
            : `It comes from the ${above.join(" and the ")} and can only be changed there.`}
        </p>
      )}
      {provider.state === "failing" && failure !== null && test.state.at === "idle" && !isWithoutKey(provider) && (
        <Problem failure={failure} quiet />
      )}
      <ConnectionResult state={test.state} />
      <div className="card-actions">
        <button type="button" className="button small" aria-label={`Test ${id}`} onClick={() => void test.run(id)}>
          Test
        </button>
        {hasModels && (
          <button
            type="button"
            className="button small"
            aria-label={`Refresh ${id}`}
            aria-disabled={isAsking}
            onClick={() => {
              if (!isAsking) void refresh();
            }}
          >
            Refresh
          </button>
        )}
        {isSaved && (
          <>
            <button type="button" className="button small" aria-label={`Edit ${id}`} onClick={onEdit}>
              Edit
            </button>
            <button type="button" className="button small" aria-label={`Remove ${id}`} onClick={onRemove}>
              Remove
            </button>
          </>
        )}
      </div>
    </li>
  );
}

/** A source is asked when somebody searches it, not before. */
const SOURCE = { text: "A source of models", tone: "quiet" } as const;

function modelCount(count: number): string {
  if (count === 0) return "No models";
  return count === 1 ? "1 model" : `${formats.count(count)} models`;
}
