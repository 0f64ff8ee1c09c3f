import type { Failure } from "modelyard";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useDemo } from "../../chats/context";
import { PlusIcon } from "../../ui/icons";
import { Confirm } from "../confirm";
import { failureFrom } from "../failure";
import { valueAt } from "../file";
import { useManagementSnapshot, useSavedConfig } from "../hooks";
import { KeyDialogs, type KeyQuestion } from "../keys/dialogs";
import { Locking } from "../keys/locking";
import { useOpener } from "../opener";
import { ProviderCard } from "./card";
import { type Asked, ProviderDialog } from "./dialog";
import { draftOf, layersOf, savedText, without } from "./draft";
import { OLLAMA, presetOf } from "./presets";
import { QuickAdd } from "./quick-add";

/** The providers: those that are set up, and the one that is not. */
export function ProvidersSection(): ReactNode {
  const { management } = useDemo();
  const { providers, settings } = useManagementSnapshot();
  const { tree, save } = useSavedConfig();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [aboutKeys, setAboutKeys] = useState<KeyQuestion | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  const opener = useOpener(heading);
  const ids = providers.map((one) => one.id);
  const names = providers.map((one) => `${one.id} ${one.key.state} ${String(one.key.fingerprint)}`).join("\n");
  const askAboutKeys = (question: KeyQuestion): void => {
    opener.remember();
    setAboutKeys(question);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: a provider that is new, or has another key, is asked for its models.
  useEffect(() => {
    // Whoever fails says so in its state.
    management.list().catch(failureFrom);
  }, [management, names]);

  const remove = async (id: string): Promise<void> => {
    setBusy(true);
    try {
      if (management.keys.has(id)) await management.keys.forget(id);
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
        <button
          type="button"
          className="button small"
          onClick={() => {
            opener.remember();
            setAsked({ for: "add", preset: null });
          }}
        >
          <PlusIcon />
          Add provider
        </button>
      </header>
      <p className="section-text quiet">
        Whoever runs models outside of this page: programs on your computers, and hosted services. A conversation that
        one of them answers is sent to it.
      </p>
      <Locking
        onUnlock={() => {
          askAboutKeys({ about: "unlock" });
        }}
        onChange={() => {
          askAboutKeys({ about: "change" });
        }}
      />
      {providers.length > 0 && (
        <ul className="cards" aria-label="Providers">
          {providers.map((provider) => {
            const { id, kind, host } = provider;
            const savedHost = draftOf(tree, id).host || null;
            const preset = presetOf(kind, savedText(tree, id, "server"), host ?? savedHost);
            return (
              <ProviderCard
                key={id}
                provider={provider}
                preset={preset}
                layers={layersOf(settings, id)}
                savedHost={savedHost}
                isSaved={valueAt(tree, ["providers", id]) !== undefined}
                onEdit={() => {
                  opener.remember();
                  setAsked({ for: "edit", id, preset });
                }}
                onRemove={() => {
                  opener.remember();
                  setRefusal(null);
                  setRemoving(id);
                }}
                onEnter={() => {
                  askAboutKeys({ about: "enter", provider, preset });
                }}
                onForget={() => {
                  askAboutKeys({ about: "forget", provider, preset });
                }}
                onUnlock={() => {
                  askAboutKeys({ about: "unlock" });
                }}
              />
            );
          })}
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
            setAsked({ for: "add", preset: OLLAMA });
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
      <KeyDialogs
        asked={aboutKeys}
        opener={opener}
        onSaid={setSaid}
        onClose={() => {
          setAboutKeys(null);
        }}
      />
      <Confirm
        open={removing !== null}
        title={`Remove ${removing ?? ""}?`}
        text="Its models stay on it, and its key is forgotten here. Conversations that use it cannot be answered until they choose another model."
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
