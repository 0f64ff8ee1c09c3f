import type { Failure } from "modelyard";
import type { ListedModel, ModelFact } from "modelyard/management";
import { englishLabels, isRunning, useDownloadManager, useModelView, useModelyard } from "modelyard/react";
import { type CSSProperties, memo, type ReactNode, useState } from "react";
import { useDemo } from "../../chats/context";
import { TrashIcon } from "../../ui/icons";
import { failureFrom } from "../failure";
import { Problem } from "../problem";
import { capabilitiesThat, FACTS, formats, parameters } from "../words";
import type { Row } from "./rows";

export interface ModelRowProps {
  readonly row: Row;
  readonly onShow: (row: Row) => void;
  readonly onRemove: (row: Row) => void;
}

/** One model: what it is, whether it is here, and what can be done with it. */
export const ModelRow = memo(function ModelRow({ row, onShow, onRemove }: ModelRowProps): ReactNode {
  const { listed, name, id } = row;
  const isHere = listed?.presence === "cached";
  const busy = row.job !== null && isRunning(row.job);
  // Of what is only on its way to a server, nobody can say anything yet.
  const isKnown = listed !== null && (isHere || !listed.served);
  return (
    <li className="model" data-model={id}>
      <div className="model-head">
        <h4 className="model-name">{name}</h4>
        {listed !== null && (isHere || !busy) && <Marks model={listed} />}
      </div>
      {isKnown && <Facts model={listed} hasFiles={row.hasFiles} />}
      <div className="model-actions">
        {listed !== null && !isHere && !busy && <GetButton row={row} />}
        {isKnown && (
          <button
            type="button"
            className="button small"
            aria-label={`Details of ${name}`}
            onClick={() => {
              onShow(row);
            }}
          >
            Details
          </button>
        )}
        {isHere && row.canRemove && (
          <button
            type="button"
            className="icon-button small"
            aria-label={`Delete ${name}`}
            title="Delete"
            onClick={() => {
              onRemove(row);
            }}
          >
            <TrashIcon />
          </button>
        )}
      </div>
      {row.job !== null && <OnItsWay id={row.id} name={row.name} />}
    </li>
  );
}, isSame);

/** Rows are made anew with every change of any model; what is shown is their content. */
function isSame(before: ModelRowProps, after: ModelRowProps): boolean {
  return (
    before.row.listed === after.row.listed &&
    before.row.job === after.row.job &&
    before.row.id === after.row.id &&
    before.row.canRemove === after.row.canRemove &&
    before.row.hasFiles === after.row.hasFiles &&
    before.onShow === after.onShow &&
    before.onRemove === after.onRemove
  );
}

function Marks({ model }: { model: ListedModel }): ReactNode {
  const can = capabilitiesThat(model.capabilities, "yes");
  return (
    <>
      {model.presence !== "cached" && <span className="mark">Not here</span>}
      {model.inUse && <span className="mark strong">In use</span>}
      {can.map((one) => (
        <span key={one} className="mark">
          {one}
        </span>
      ))}
    </>
  );
}

/** The date and the longest answer are in the details; that nothing is loaded now is no gap. */
const QUIET: ReadonlySet<ModelFact> = new Set(["modified", "maxOutputTokens", "servedContextWindow"]);
/** What hosted services never say of their models. */
const OF_FILES: ReadonlySet<ModelFact> = new Set(["sizeBytes", "parametersBillions", "quantization"]);

/** What is known, then what is not: nothing is left blank. */
function Facts({ model, hasFiles }: { model: ListedModel; hasFiles: boolean }): ReactNode {
  const { parametersBillions, quantization, sizeBytes, contextWindow, servedContextWindow, unknown } = model;
  const known = [
    parametersBillions === null ? null : `${parameters(parametersBillions)} parameters`,
    quantization,
    sizeBytes === null ? null : formats.bytes(sizeBytes),
    contextWords(contextWindow, servedContextWindow),
  ].filter((one) => one !== null);
  const missing = unknown.filter((one) => !QUIET.has(one) && (hasFiles || !OF_FILES.has(one)));
  return (
    <p className="model-facts">
      {known.map((one) => (
        <span key={one}>{one}</span>
      ))}
      {missing.length > 0 && <span className="unknown">Unknown: {missing.map((one) => FACTS[one]).join(", ")}</span>}
    </p>
  );
}

function contextWords(advertised: number | null, served: number | null): string | null {
  if (advertised === null) return served === null ? null : `served with ${formats.count(served)} tokens`;
  const whole = `${formats.count(advertised)} tokens of context`;
  return served === null || served === advertised ? whole : `${whole}, served with ${formats.count(served)}`;
}

/** Downloads a model of the page, or has its provider pull it. */
function GetButton({ row }: { row: Row }): ReactNode {
  const { management } = useDemo();
  const [failure, setFailure] = useState<Failure | null>(null);
  const isServed = row.listed?.served === true;
  return (
    <>
      <button
        type="button"
        className="button small"
        aria-label={`${isServed ? "Pull" : "Download"} ${row.name}`}
        onClick={() => {
          setFailure(null);
          management.pull(row.id).catch((error: unknown) => {
            setFailure(failureFrom(error));
          });
        }}
      >
        {isServed ? "Pull" : "Download"}
      </button>
      {failure !== null && <Problem failure={failure} />}
    </>
  );
}

/** A download that runs or has failed: how far it is; canceling it is the manager's, which asks first. */
export function OnItsWay({ id, name }: { id: string; name: string }): ReactNode {
  const modelyard = useModelyard();
  const { show } = useDownloadManager();
  const view = useModelView(id);
  if (view === null || view.job === null) return null;
  const { job, status } = view;
  const failed = job.lifecycle === "failed" ? job.failure : null;
  const progress = job.progress;
  return (
    <div className="model-job" data-lifecycle={job.lifecycle}>
      {failed === null ? (
        <>
          <div className="fetching-line">
            <span>
              {englishLabels.status(status, formats, view.model.served)}
              {progress !== null && progress.totalBytes !== null && (
                <span className="quiet">
                  {` ${formats.bytes(progress.downloadedBytes)} of ${formats.bytes(progress.totalBytes)}`}
                </span>
              )}
            </span>
            <button
              type="button"
              className="my-link"
              aria-label={`Show download of ${name}`}
              onClick={() => {
                show(id);
              }}
            >
              Show download
            </button>
          </div>
          <span
            className="my-bar"
            aria-hidden="true"
            style={{ "--my-fill": `${String(progress?.percentage ?? 0)}%` } as CSSProperties}
          />
        </>
      ) : (
        <>
          <Problem failure={failed} quiet />
          <button
            type="button"
            className="button small"
            aria-label={`Retry ${name}`}
            onClick={() => {
              modelyard.retry(job.id);
            }}
          >
            Retry
          </button>
        </>
      )}
    </div>
  );
}
