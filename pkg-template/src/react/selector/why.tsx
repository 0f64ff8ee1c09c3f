import { Popover } from "@base-ui/react/popover";
import type { ReactNode } from "react";
import type { RouteState } from "../../generated/index.js";
import { useSurroundings } from "../context.js";
import { useModel } from "../hooks.js";
import { InfoIcon } from "../icons.js";

export interface WhyThisModelProps {
  /** The route of a conversation, as its state has it. */
  readonly route: RouteState;
  readonly className?: string;
}

/** A button that opens the reasons for which a profile led to its model, in the sentences of the router. */
export function WhyThisModel({ route, className }: WhyThisModelProps): ReactNode {
  const { labels } = useSurroundings();
  const name = useModel(route.modelId)?.name ?? route.modelId;
  return (
    <Popover.Root>
      <Popover.Trigger
        className={["my-icon-button", className].filter(Boolean).join(" ")}
        aria-label={labels.why(name)}
        title={labels.why(name)}
      >
        <InfoIcon />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="my-positioner" side="top" align="start" sideOffset={8} collisionPadding={8}>
          <Popover.Popup className="my-popup my-why">
            <Popover.Title className="my-why-title">{labels.why(name)}</Popover.Title>
            <ul className="my-why-list">
              {/* Of two models of one name the same may be true: it is said once. */}
              {[...new Set(route.explanation)].map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
            <Popover.Close className="my-button my-why-close">{labels.close}</Popover.Close>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
