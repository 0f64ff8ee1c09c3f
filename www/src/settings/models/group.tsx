import { type ReactNode, useId, useState } from "react";
import { useNow } from "../hooks";
import { Problem } from "../problem";
import { ago, formats, isWithoutKey, providerWords } from "../words";
import { ModelRow } from "./row";
import type { Group, Row } from "./rows";

/** More than this at once makes the page slow and is read by nobody. */
const PAGE = 50;

export interface ModelGroupProps {
  readonly group: Group;
  readonly isSearched: boolean;
  readonly onShow: (row: Row) => void;
  readonly onRemove: (row: Row) => void;
}

/** The models of one provider, or those of the page. */
export function ModelGroup({ group, isSearched, onShow, onRemove }: ModelGroupProps): ReactNode {
  const { provider, rows, count } = group;
  const [most, setMost] = useState(PAGE);
  const now = useNow();
  const heading = useId();
  // Nothing to say: a search that found nothing here.
  if (isSearched && rows.length === 0) return null;
  const state = provider === null ? null : providerWords(provider);
  const isOld = provider?.stale === true && provider.listedAt !== null;
  return (
    <section className="group" aria-labelledby={heading} data-group={provider?.id ?? "page"}>
      <div className="group-head">
        <h3 id={heading} className="group-title">
          {provider?.id ?? "This page"}
        </h3>
        <span className="quiet">
          {isSearched ? `${formats.count(rows.length)} of ${formats.count(count)}` : formats.count(count)}
        </span>
        {state !== null && provider?.state !== "ok" && (
          <span className="state" data-tone={state.tone}>
            {state.text}
          </span>
        )}
      </div>
      {provider?.state === "failing" && provider.failure !== null && !isWithoutKey(provider) && (
        <Problem failure={provider.failure} quiet />
      )}
      {isOld && (
        <p className="group-note">
          This list is old: {provider.id} last answered {ago(provider.listedAt ?? now, now)}.
        </p>
      )}
      {rows.length === 0 ? (
        <p className="quiet">{emptyWords(group)}</p>
      ) : (
        <ul className="models">
          {rows.slice(0, most).map((row) => (
            <ModelRow key={row.id} row={row} onShow={onShow} onRemove={onRemove} />
          ))}
        </ul>
      )}
      {rows.length > most && (
        <button
          type="button"
          className="button small"
          onClick={() => {
            setMost((before) => before + PAGE);
          }}
        >
          Show {formats.count(Math.min(PAGE, rows.length - most))} more of {formats.count(rows.length)}
        </button>
      )}
    </section>
  );
}

function emptyWords({ provider }: Group): string {
  if (provider === null) return "This page offers no models of its own.";
  if (isWithoutKey(provider)) return "Its models are known once it has a key that can be used.";
  switch (provider.state) {
    case "ok":
      return provider.abilities.includes("pull") ? "It has no models yet. Pull one by its name." : "It has no models.";
    case "failing":
      return "Nothing is known of its models.";
    default:
      return "Its models are not known yet.";
  }
}
