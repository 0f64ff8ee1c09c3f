import { useModelyard, useSnapshot } from "modelyard/react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { SECTIONS, type Section, settingsAddress } from "../ui/location";
import { ConfigurationSection } from "./configuration/section";
import { useManagementSnapshot } from "./hooks";
import { HubSection } from "./hub/section";
import { ModelsSection } from "./models/section";
import { Problem } from "./problem";
import { ProvidersSection } from "./providers/section";

const TITLES: Record<Section, string> = {
  providers: "Providers",
  models: "Models",
  hub: "Hub",
  configuration: "Configuration",
};

/** Who serves models, which models there are, and what is in force. */
export function SettingsPage({ section, detail }: { section: Section; detail: string | null }): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each part begins at its top.
  useLayoutEffect(() => {
    scroller.current?.scrollTo(0, 0);
  }, [section, detail]);
  return (
    <div ref={scroller} className="settings">
      <nav className="settings-nav" aria-label="Settings">
        {SECTIONS.map((one) => (
          <a key={one} href={settingsAddress(one)} aria-current={one === section ? "page" : undefined}>
            {TITLES[one]}
          </a>
        ))}
      </nav>
      <div className="settings-column">
        <Opened>
          {section === "providers" && <ProvidersSection />}
          {section === "models" && <ModelsSection />}
          {section === "hub" && <HubSection repository={detail} />}
          {section === "configuration" && <ConfigurationSection />}
        </Opened>
      </div>
    </div>
  );
}

/** Shows its content once the management is there, and why it is not. */
function Opened({ children }: { children: ReactNode }): ReactNode {
  const modelyard = useModelyard();
  const { status, failure } = useManagementSnapshot();
  // It is there a moment before its instance is, and lists nothing until then.
  const isOpening = useSnapshot((snapshot) => snapshot.status === "idle" || snapshot.status === "opening");
  if (status === "ready" && isOpening) return <p className="quiet">Starting…</p>;
  if (status === "ready") {
    return (
      <>
        {/* A part of the configuration that is wrong counts for nothing; the rest is in force. */}
        {failure !== null && <Problem failure={failure} />}
        {children}
      </>
    );
  }
  if (failure === null) return <p className="quiet">Starting…</p>;
  return (
    <>
      <Problem failure={failure} />
      <p>
        <button
          type="button"
          className="button"
          onClick={() => {
            modelyard.open().catch(() => undefined);
          }}
        >
          Try again
        </button>
      </p>
    </>
  );
}
