import { Dialog } from "@base-ui/react/dialog";
import type { Failure } from "modelyard";
import type { ModelDetails, ModelFact } from "modelyard/management";
import { type ReactNode, useEffect, useState } from "react";
import { useDemo } from "../../chats/context";
import { CloseIcon } from "../../ui/icons";
import { failureFrom } from "../failure";
import { Problem } from "../problem";
import { capabilitiesThat, dateOf, FACTS, formats, parameters, whereWords } from "../words";
import type { Row } from "./rows";

export interface DetailsDialogProps {
  readonly row: Row | null;
  readonly finalFocus: () => HTMLElement | null;
  readonly onClose: () => void;
}

/** All there is to know of a model, asked for when it is opened. */
export function DetailsDialog({ row, finalFocus, onClose }: DetailsDialogProps): ReactNode {
  const [last, setLast] = useState(row);
  if (row !== null && row !== last) setLast(row);
  return (
    <Dialog.Root
      open={row !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="my-backdrop" />
        <Dialog.Popup className="my-dialog details-dialog" finalFocus={finalFocus}>
          <header className="dialog-head">
            <Dialog.Title className="my-dialog-title">{last?.name}</Dialog.Title>
            <Dialog.Close className="icon-button small" aria-label="Close">
              <CloseIcon />
            </Dialog.Close>
          </header>
          {last !== null && <Details key={last.id} id={last.id} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Details({ id }: { id: string }): ReactNode {
  const { management } = useDemo();
  const [details, setDetails] = useState<ModelDetails | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    const leave = new AbortController();
    management.show(id, { signal: leave.signal }).then(
      (answer) => {
        if (!leave.signal.aborted) setDetails(answer);
      },
      (error: unknown) => {
        if (!leave.signal.aborted) setFailure(failureFrom(error));
      },
    );
    return () => {
      leave.abort();
    };
  }, [management, id]);
  if (failure !== null) return <Problem failure={failure} />;
  if (details === null) return <p className="quiet">Asking…</p>;
  return <Shown details={details} />;
}

function Shown({ details }: { details: ModelDetails }): ReactNode {
  const { description, license, template, system, parameters: own, files } = details;
  const missing = details.missing.map((one) => FACTS[one as ModelFact] ?? LONG_FACTS[one] ?? one);
  return (
    <>
      {description !== null && <p>{description}</p>}
      <dl className="facts">
        {factsOf(details).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {missing.length > 0 && <p className="group-note">Not known: {missing.join(", ")}.</p>}
      {own.length > 0 && (
        <LongText title="Its own settings" text={own.map((one) => `${one.name} ${one.value}`).join("\n")} />
      )}
      {system !== null && <LongText title="System message" text={system} />}
      {template !== null && <LongText title="Template" text={template} />}
      {license !== null && <LongText title="Licence" text={license} />}
      {files.length > 0 && (
        <LongText
          title="Files"
          text={files
            .map((one) => `${one.name}, ${one.sizeBytes === null ? "size unknown" : formats.bytes(one.sizeBytes)}`)
            .join("\n")}
        />
      )}
    </>
  );
}

/** A text that is long and seldom read. */
export function LongText({ title, text }: { title: string; text: string }): ReactNode {
  return (
    <details className="long-text">
      <summary>{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard in every browser. */}
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}

const LONG_FACTS: Readonly<Record<string, string>> = {
  description: "description",
  digest: "digest",
  format: "format",
  license: "licence",
  template: "template",
  system: "system message",
  parameters: "own settings",
  files: "files",
};

function factsOf(model: ModelDetails): readonly (readonly [string, string])[] {
  const tokens = (count: number | null): string | null => (count === null ? null : `${formats.count(count)} tokens`);
  const list = (words: readonly string[]): string | null => (words.length === 0 ? null : words.join(", "));
  const facts: readonly (readonly [string, string | null])[] = [
    ["Where", whereWords(model)],
    ["Family", model.family],
    ["Parameters", model.parametersBillions === null ? null : parameters(model.parametersBillions)],
    ["Quantization", model.quantization],
    ["Size", model.sizeBytes === null ? null : formats.bytes(model.sizeBytes)],
    ["Format", model.format],
    ["Context it was made for", tokens(model.contextWindow)],
    ["Context it is served with", tokens(model.servedContextWindow)],
    ["Longest answer", tokens(model.maxOutputTokens)],
    ["Can", list(capabilitiesThat(model.capabilities, "yes"))],
    ["Cannot", list(capabilitiesThat(model.capabilities, "no"))],
    ["Unknown", list(capabilitiesThat(model.capabilities, "unknown"))],
    ["Changed", model.modified === null ? null : dateOf(model.modified)],
    ["Digest", model.digest],
  ];
  return facts.filter((fact): fact is readonly [string, string] => fact[1] !== null);
}
