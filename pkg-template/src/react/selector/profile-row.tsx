import { Combobox } from "@base-ui/react/combobox";
import { memo, type ReactNode } from "react";
import type { Profile } from "../../generated/index.js";
import { useSurroundings } from "../context.js";
import { CheckIcon } from "../icons.js";

/** No id of a model holds a control character, so an item that begins with one is a profile. */
const MARK = "\u0001";

/** The item of the list that stands for a profile. */
export const profileItem = (name: string): string => MARK + name;

/** The name of the profile an item stands for; `null` if it stands for a model. */
export const profileOf = (item: string): string | null => (item.startsWith(MARK) ? item.slice(MARK.length) : null);

export interface ProfileRowProps {
  readonly profile: Profile;
  /** Whether this conversation's model was chosen by it. */
  readonly isChosen: boolean;
  /** The name of the model it led to. */
  readonly ledTo: string | null;
}

/** An option of the selector that lets the router choose. */
export const ProfileRow = memo(function ProfileRow({ profile, isChosen, ledTo }: ProfileRowProps): ReactNode {
  const { labels } = useSurroundings();
  return (
    <Combobox.Item className="my-option" value={profileItem(profile.name)} data-profile={profile.name}>
      <span className="my-option-check">{isChosen && <CheckIcon />}</span>
      <span className="my-option-main">
        <span className="my-option-head">
          <span className="my-option-name">{labels.profile(profile.name)}</span>
          {isChosen && ledTo !== null && <span className="my-mark">{labels.ledTo(ledTo)}</span>}
        </span>
        <span className="my-option-description">{labels.profileText(profile)}</span>
      </span>
    </Combobox.Item>
  );
});
