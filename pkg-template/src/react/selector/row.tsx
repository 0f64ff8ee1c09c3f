import { Combobox } from "@base-ui/react/combobox";
import { memo, type ReactNode } from "react";
import type { ModelState } from "../../generated/index.js";
import { fill } from "../bar.js";
import { useSurroundings } from "../context.js";
import type { ModelStatus } from "../derive.js";
import { useModelView } from "../hooks.js";
import { CheckIcon } from "../icons.js";

/** 0 to 100 while something is under way that has an end. */
export function rowProgress(status: ModelStatus): number | null {
  if (status.kind === "loading") return status.fraction === null ? null : status.fraction * 100;
  return "percentage" in status ? status.percentage : null;
}

/** Facts about a model, each as text: an icon alone would say nothing to a listener. */
function Badges({ model, marksOf }: Pick<ModelRowProps, "marksOf"> & { readonly model: ModelState }): ReactNode {
  const { labels, formats } = useSurroundings();
  return (
    <span className="my-badges">
      {model.sizeBytes !== null && <span className="my-badge">{formats.bytes(model.sizeBytes)}</span>}
      {model.contextWindow !== null && (
        <span className="my-badge">{labels.context(formats.count(model.contextWindow))}</span>
      )}
      {model.served && model.contextWindow === null && <span className="my-badge">{labels.contextUnknown}</span>}
      {marksOf?.(model).map((mark) => (
        <span key={mark} className="my-badge">
          {mark}
        </span>
      ))}
      {model.verified === false && (
        <span className="my-badge" data-tone="warn">
          {labels.unverified}
        </span>
      )}
    </span>
  );
}

export interface ModelRowProps {
  readonly modelId: string;
  readonly isActive: boolean;
  readonly isRequested: boolean;
  readonly marksOf?: ((model: ModelState) => readonly string[]) | undefined;
}

/**
 * An option of the selector. It follows its own model only, so a download in progress renders one row. It holds no
 * buttons: an option cannot, and what one does with a download is the manager's.
 */
export const ModelRow = memo(function ModelRow(props: ModelRowProps): ReactNode {
  const { modelId, isActive, isRequested, marksOf } = props;
  const { labels, formats } = useSurroundings();
  const view = useModelView(modelId);
  if (view === null) return null;
  const { model, status } = view;
  const progress = rowProgress(status);
  return (
    <Combobox.Item className="my-option" value={modelId} data-model={modelId} data-status={status.kind}>
      <span className="my-option-check">{isActive && <CheckIcon />}</span>
      <span className="my-option-main">
        <span className="my-option-head">
          <span className="my-option-name">{model.name}</span>
          {isActive && <span className="my-mark">{labels.active}</span>}
          {isRequested && !isActive && (
            <span className="my-mark" data-tone="requested">
              {labels.requested}
            </span>
          )}
        </span>
        {model.description !== null && <span className="my-option-description">{model.description}</span>}
        <span className="my-option-foot">
          <span className="my-status" data-status={status.kind}>
            {labels.status(status, formats, model.served)}
          </span>
          <Badges model={model} marksOf={marksOf} />
        </span>
        {progress !== null && <span className="my-bar" data-tone="quiet" aria-hidden="true" style={fill(progress)} />}
      </span>
    </Combobox.Item>
  );
});
