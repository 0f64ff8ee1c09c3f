import type { Failure } from "modelyard";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useDemo } from "../../chats/context";
import { PlusIcon } from "../../ui/icons";
import { Confirm } from "../confirm";
import { failureFrom } from "../failure";
import { valueAt } from "../file";
import { useManagementSnapshot, useSavedConfig } from "../hooks";
import { useOpener } from "../opener";
import { ProviderCard } from "./card";
import { type Asked, ProviderDialog } from "./dialog";
import { draftOf, layersOf, without } from "./kinds";
import { QuickAdd } from "./quick-add";

/** The providers: those that are set up, and the one that is not. */
export function ProvidersSection(): ReactNode {
  const { management } = useDemo();
  const { providers, settings } = useManagementSnapshot();
  const { tree, save } = useSavedConfig();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  const opener = useOpener(heading);
  const ids = providers.map((one) => one.id);
  const names = ids.join(" ");

  // biome-ignore lint/correctness/useExhaustiveDependencies: a provider that is new is asked for its models.
  useEffect(() => {
    // Whoever fails says so in its state.
    management.list().catch(failureFrom);
  }, [management, names]);

  const remove = async (id: string): Promise<void> => {
    setBusy(true);
    try {
      await save((now) => without(now, id));
      setRemoving(null);
      setSaid(`${id} is removed.`);
    } catch (error) {
      setRefusal(failureFrom(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <header className="section-head">
        <h2 ref={heading} tabIndex={-1} className="section-title">
          Providers
        </h2>
        {providers.length > 0 && (
          <button
            type="button"
            className="button small"
            onClick={() => {
              opener.remember();
              setAsked({ for: "add" });
            }}
          >
            <PlusIcon />
            Add provider
          </button>
        )}
      </header>
      <p className="section-text quiet">
        Programs that run models outside of this page. A conversation that one of them answers is sent to it.
      </p>
      {providers.length > 0 && (
        <ul className="cards" aria-label="Providers">
          {providers.map((provider) => (
            <ProviderCard
              key={provider.id}
              provider={provider}
              layers={layersOf(settings, provider.id)}
              savedHost={draftOf(tree, provider.id).host || null}
              isSaved={valueAt(tree, ["providers", provider.id]) !== undefined}
              onEdit={() => {
                opener.remember();
                setAsked({ for: "edit", id: provider.id, kind: provider.kind });
              }}
              onRemove={() => {
                opener.remember();
                setRefusal(null);
                setRemoving(provider.id);
              }}
            />
          ))}
        </ul>
      )}
      {providers.length === 0 && (
        <QuickAdd
          onAdded={(name) => {
            setSaid(`${name} is added.`);
            heading.current?.focus();
          }}
          onOther={() => {
            opener.remember();
            setAsked({ for: "add" });
          }}
        />
      )}
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <ProviderDialog
        asked={asked}
        taken={ids}
        finalFocus={opener.finalFocus}
        onSaved={(name, isNew) => {
          setAsked(null);
          setSaid(`${name} is ${isNew ? "added" : "saved"}.`);
        }}
        onClose={() => {
          setAsked(null);
        }}
      />
      <Confirm
        open={removing !== null}
        title={`Remove ${removing ?? ""}?`}
        text="Its models stay on it. Conversations that use them cannot be answered until they choose another model."
        problem={refusal}
        confirm="Remove"
        keep="Keep"
        busy={isBusy}
        onConfirm={() => {
          if (removing !== null) void remove(removing);
        }}
        onClose={() => {
          setRemoving(null);
        }}
        finalFocus={opener.finalFocus}
      />
    </>
  );
}
