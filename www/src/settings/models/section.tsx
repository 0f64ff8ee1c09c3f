import { useJobs, useModels } from "modelyard/react";
import { type ReactNode, useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { RefreshIcon } from "../../ui/icons";
import { useAllModels, useProviders } from "../hooks";
import { useOpener } from "../opener";
import { Problem } from "../problem";
import { formats } from "../words";
import { DetailsDialog } from "./details";
import { ModelGroup } from "./group";
import { PullForm } from "./pull";
import { RemoveModel } from "./remove";
import { groupsOf, type Row, searched } from "./rows";

/** All models, those of the page and those of every provider, in one list. */
export function ModelsSection(): ReactNode {
  const providers = useProviders();
  const { list, failure, isAsking, refresh } = useAllModels();
  const models = useModels();
  const jobs = useJobs();
  const [query, setQuery] = useState("");
  const [shown, setShown] = useState<Row | null>(null);
  const [removing, setRemoving] = useState<Row | null>(null);
  const [said, setSaid] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  const opener = useOpener(heading);
  const all = useMemo(() => groupsOf(list?.models ?? [], models, jobs, providers), [list, models, jobs, providers]);
  // Typing goes first; thousands of models are searched when there is time.
  const searchedFor = useDeferredValue(query);
  const groups = useMemo(() => searched(all, searchedFor), [all, searchedFor]);
  const show = useCallback(
    (row: Row) => {
      opener.remember();
      setShown(row);
    },
    [opener],
  );
  const remove = useCallback(
    (row: Row) => {
      opener.remember();
      setRemoving(row);
    },
    [opener],
  );
  const pullers = providers.filter((one) => one.abilities.includes("pull"));
  const found = groups.reduce((sum, group) => sum + group.rows.length, 0);

  return (
    <>
      <header className="section-head">
        <h2 ref={heading} tabIndex={-1} className="section-title">
          Models
        </h2>
        <button
          type="button"
          className="button small"
          aria-disabled={isAsking}
          onClick={() => {
            if (!isAsking) refresh();
          }}
        >
          <RefreshIcon />
          {isAsking ? "Asking…" : "Refresh"}
        </button>
      </header>
      {pullers.length > 0 && <PullForm providers={pullers} />}
      <input
        type="search"
        className="field-control search"
        aria-label="Search models"
        placeholder="Name, family or quantization"
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
        }}
      />
      <p className="visually-hidden" role="status">
        {query === "" ? said : `${formats.count(found)} ${found === 1 ? "model" : "models"} found.`}
      </p>
      {failure !== null && <Problem failure={failure} />}
      {list === null && failure === null && <p className="quiet">Reading the list…</p>}
      {list !== null && found === 0 && query !== "" && <p className="quiet">No model matches “{query}”.</p>}
      {groups.map((group) => (
        <ModelGroup
          key={group.provider?.id ?? ""}
          group={group}
          isSearched={searchedFor !== ""}
          onShow={show}
          onRemove={remove}
        />
      ))}
      <DetailsDialog
        row={shown}
        finalFocus={opener.finalFocus}
        onClose={() => {
          setShown(null);
        }}
      />
      <RemoveModel
        row={removing}
        finalFocus={opener.finalFocus}
        onRemoved={setSaid}
        onClose={() => {
          setRemoving(null);
        }}
      />
    </>
  );
}
