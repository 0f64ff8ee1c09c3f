import type { Failure } from "modelyard";
import type { HubModel } from "modelyard/management";
import { isRunning, useDownloadManager, useModelView, useModelyard } from "modelyard/react";
import { type ReactNode, useState } from "react";
import { useDemo } from "../../chats/context";
import { showChat } from "../../ui/location";
import { failureFrom } from "../failure";
import { OnItsWay } from "../models/row";
import { Problem } from "../problem";
import { formats } from "../words";
import { type Room, tooMuch } from "./room";

/** A model of a repository: what it is, whether it fits, and getting it, which is a download like any other. */
export function HubModelRow({ model, room }: { model: HubModel; room: Room }): ReactNode {
  const { name, format, quantization, sizeBytes, parts, contextWindow, manifest, why } = model;
  const view = useModelView(manifest?.id ?? null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { found } = useDemo();
  const { show } = useDownloadManager();
  const isHere = view?.model.presence === "cached";
  const job = view?.job ?? null;
  const isBusy = job !== null && (isRunning(job) || job.lifecycle === "failed");
  const facts = [
    format.toUpperCase(),
    sizeBytes === null ? "size unknown" : formats.bytes(sizeBytes),
    parts > 1 ? `${formats.count(parts)} files` : null,
    contextWindow === null ? null : `${formats.count(contextWindow)} tokens of context`,
  ].filter((one) => one !== null);
  const doubt = manifest === null || isHere ? null : tooMuch(sizeBytes, room);

  const download = (): void => {
    if (manifest === null) return;
    setFailure(null);
    try {
      found.download(manifest);
      show(manifest.id);
    } catch (error) {
      setFailure(failureFrom(error));
    }
  };

  return (
    <li className="model" data-model={manifest?.id ?? name}>
      <div className="model-head">
        <h3 className="model-name">{name}</h3>
        {quantization !== null && <span className="mark">{quantization}</span>}
        {isHere && <span className="mark strong">Here</span>}
      </div>
      <p className="model-facts">
        {facts.map((one) => (
          <span key={one}>{one}</span>
        ))}
      </p>
      <div className="model-actions">
        {manifest !== null && !isHere && !isBusy && (
          <button type="button" className="button small" aria-label={`Download ${name}`} onClick={download}>
            Download
          </button>
        )}
        {manifest !== null && isHere && <UseButton id={manifest.id} name={name} />}
      </div>
      {(why ?? doubt) !== null && <p className="hub-why">{why ?? doubt}</p>}
      {failure !== null && <Problem failure={failure} />}
      {manifest !== null && isBusy && <OnItsWay id={manifest.id} name={name} />}
    </li>
  );
}

/** A new conversation that this model answers. */
function UseButton({ id, name }: { id: string; name: string }): ReactNode {
  const { chats } = useDemo();
  const modelyard = useModelyard();
  return (
    <button
      type="button"
      className="button small"
      aria-label={`Use in a chat: ${name}`}
      onClick={() => {
        const chat = chats.create();
        modelyard.openConversation(chat.id);
        modelyard.select(chat.id, id);
        showChat(chat.id);
      }}
    >
      Use in a chat
    </button>
  );
}
