import { Combobox } from "@base-ui/react/combobox";
import type { ReactNode } from "react";
import { useSurroundings } from "../context.js";
import type { ConversationView } from "../derive.js";
import { useModelView } from "../hooks.js";
import { ChevronIcon } from "../icons.js";

/**
 * The button beside the input. It names the model that answers now and, while another one is on its way, that one
 * too: the name on the button never runs ahead of the answers.
 */
export function SelectorTrigger({ conversation }: { conversation: ConversationView }): ReactNode {
  const { labels, formats } = useSurroundings();
  const { shown, requested, switching, active, state } = conversation;
  const shownView = useModelView(shown?.id ?? null);
  const requestedView = useModelView(requested?.id ?? null);
  const shownName = shown?.name ?? labels.chooseModel;
  // The profile stands before the model it led to, once that one is the one that is shown.
  const route = state?.route?.modelId === shown?.id ? state?.route : null;
  const name = route ? labels.routed(labels.profile(route.profile), shownName) : shownName;
  const coming = switching && active !== null ? requestedView : null;
  const dot = shownView?.status.kind ?? "none";
  const say = (view: typeof shownView): string =>
    view === null ? "" : labels.status(view.status, formats, view.model.served);
  return (
    <Combobox.Trigger className="my-trigger" aria-label={shown === null ? labels.chooseModel : labels.model(name)}>
      <span className="my-dot" data-status={dot} />
      <span className="my-trigger-name">{name}</span>
      {coming === null && shownView !== null && dot !== "loaded" && dot !== "ready" && (
        <span className="my-trigger-state">{say(shownView)}</span>
      )}
      {coming !== null && (
        <span className="my-trigger-state" data-coming={coming.model.id}>
          <span className="my-arrow" aria-hidden="true">
            →
          </span>{" "}
          {coming.model.name}, {say(coming)}
        </span>
      )}
      <ChevronIcon />
    </Combobox.Trigger>
  );
}
