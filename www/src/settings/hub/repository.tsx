import type { Failure } from "modelyard";
import type { HubDetails } from "modelyard/management";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useDemo } from "../../chats/context";
import { BackIcon } from "../../ui/icons";
import { settingsAddress } from "../../ui/location";
import { failureFrom } from "../failure";
import { LongText } from "../models/details";
import { Problem } from "../problem";
import { formats } from "../words";
import { HubModelRow } from "./model";
import { AccessMarks, popularity, sizeWords } from "./results";
import { useRoom } from "./room";

/** A repository: what is known of it, and the models in it. */
export function Repository({ id }: { id: string }): ReactNode {
  const { management } = useDemo();
  const [details, setDetails] = useState<HubDetails | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [asked, setAsked] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    heading.current?.focus();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when somebody says so.
  useEffect(() => {
    const leave = new AbortController();
    management.hub.repository(id, { signal: leave.signal }).then(
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
  }, [management, id, asked]);

  return (
    <>
      <nav aria-label="Hub">
        <a className="my-link back" href={settingsAddress("hub")}>
          <BackIcon />
          Back to the search
        </a>
      </nav>
      <header className="section-head hub-head">
        <h2 ref={heading} tabIndex={-1} className="section-title hub-title">
          {id}
        </h2>
        <a
          className="my-link hub-away"
          href={`https://huggingface.co/${id}`}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={`${id} on Hugging Face`}
        >
          On Hugging Face
        </a>
      </header>
      {failure !== null && (
        <>
          <Problem failure={failure} />
          <p>
            <button
              type="button"
              className="button small"
              onClick={() => {
                setFailure(null);
                setAsked((before) => before + 1);
              }}
            >
              Try again
            </button>
          </p>
        </>
      )}
      {failure === null && details === null && <p className="quiet">Asking…</p>}
      {details !== null && <Found details={details} />}
    </>
  );
}

function Found({ details }: { details: HubDetails }): ReactNode {
  const { models, files, license, template, moreFiles } = details;
  const room = useRoom();
  const facts = [
    ...sizeWords(details),
    license === null ? "licence not said" : `licence ${license}`,
    ...popularity(details),
  ];
  return (
    <>
      <p className="model-facts">
        {facts.map((one) => (
          <span key={one}>{one}</span>
        ))}
      </p>
      <p className="access">
        <AccessMarks repository={details} />
      </p>
      {!template && models.some((one) => one.format === "gguf") && (
        <p className="group-note">It says nothing about a chat template, so it may not be made for conversations.</p>
      )}
      {models.length === 0 ? (
        <p className="quiet">There is no model in it that a page could run.</p>
      ) : (
        <ul className="models" aria-label="Models">
          {models.map((one) => (
            <HubModelRow key={`${one.format} ${one.path}`} model={one} room={room} />
          ))}
        </ul>
      )}
      {files.length > 0 && (
        <LongText
          title={
            moreFiles ? `The first ${formats.count(files.length)} files` : `All files, ${formats.count(files.length)}`
          }
          text={files
            .map((one) => `${one.path}, ${one.sizeBytes === null ? "size unknown" : formats.bytes(one.sizeBytes)}`)
            .join("\n")}
        />
      )}
    </>
  );
}
