import { Combobox } from "@base-ui/react/combobox";
import { type ReactNode, useMemo, useRef, useState } from "react";
import type { Selection } from "../../api.js";
import type { ModelState } from "../../generated/index.js";
import { useSurroundings } from "../context.js";
import { useConversation, useModels, useProfiles } from "../hooks.js";
import { DownloadIcon, SearchIcon } from "../icons.js";
import { ProfileRow, profileItem, profileOf } from "./profile-row.js";
import { ModelRow } from "./row.js";
import { grouped, type ModelGroup, matches } from "./search.js";
import { SelectorTrigger } from "./trigger.js";
import { WhyThisModel } from "./why.js";

export interface ModelSelectorProps {
  readonly conversationId: string;
  /** The heading a model is listed under. Default: what is on this device, each server, then what is to be downloaded. */
  readonly groupOf?: (model: ModelState) => string;
  /** What is said of a model in words of the app, beside its size and context. */
  readonly marksOf?: (model: ModelState) => readonly string[];
  /** Leaves models out of the list. */
  readonly filter?: (model: ModelState) => boolean;
  /** The routing profiles that are offered above the models. Default: all there are. */
  readonly profiles?: readonly string[];
  /** A model was chosen, by its name or through a profile. */
  readonly onSelect?: (selection: Selection) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}

/**
 * Chooses the model of a conversation. A button beside the message input opens a list that can be searched; the
 * search field is inside of the popup, because that is the arrangement screen readers read correctly.
 */
export function ModelSelector(props: ModelSelectorProps): ReactNode {
  const { conversationId, filter, onSelect, disabled = false, className } = props;
  const { modelyard, labels, panel, report } = useSurroundings();
  const conversation = useConversation(conversationId);
  const models = useModels();
  const [isOpen, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const popup = useRef<HTMLDivElement>(null);
  const handedOver = useRef(false);
  // The popup lets go of the focus after it faded out. By then it may be somewhere else for a reason.
  const returnsFocus = (): boolean => {
    const focused = popup.current?.ownerDocument.activeElement ?? null;
    const isLost = focused === null || focused.tagName === "BODY" || popup.current?.contains(focused) === true;
    return isLost && !handedOver.current;
  };

  const offered = useMemo(() => (filter === undefined ? models : models.filter(filter)), [models, filter]);
  const profiles = useProfiles();
  const route = conversation.state?.route ?? null;
  const modelGroups = useGroups(offered, isOpen, props.groupOf);
  const groups = useMemo(() => {
    const names = profiles.map((profile) => profile.name).filter((name) => props.profiles?.includes(name) ?? true);
    const items = names.map(profileItem);
    return items.length === 0 ? modelGroups : [{ label: labels.groupProfiles, items }, ...modelGroups];
  }, [profiles, props.profiles, modelGroups, labels]);
  const found = useMemo(() => {
    const profileMatches = (name: string): boolean => {
      const profile = profiles.find((one) => one.name === name);
      const words = profile === undefined ? name : `${labels.profile(name)} ${labels.profileText(profile)}`;
      return words.toLocaleLowerCase().includes(query.trim().toLocaleLowerCase());
    };
    return filterGroups(groups, models, query, profileMatches);
  }, [groups, models, profiles, query, labels]);
  const count = found.reduce((sum, group) => sum + group.items.length, 0);
  const modelName = (id: string): string => models.find((one) => one.id === id)?.name ?? id;
  const nameOf = (item: string): string => {
    const profile = profileOf(item);
    return profile === null ? modelName(item) : labels.profile(profile);
  };

  const choose = (item: string): void => {
    try {
      const profile = profileOf(item);
      const selection =
        profile === null ? modelyard.select(conversationId, item) : modelyard.selectProfile(conversationId, profile);
      const { modelId } = selection;
      const model = modelyard.getSnapshot().models.find((one) => one.id === modelId);
      // An absent model has to be fetched first: show where that can be watched and stopped.
      handedOver.current = model !== undefined && model.presence !== "cached" && model.residency === "unloaded";
      if (handedOver.current) panel.show(modelId);
      onSelect?.(selection);
    } catch (error) {
      report(error);
    }
  };

  return (
    <div className={["my-selector", className].filter(Boolean).join(" ")}>
      <Combobox.Root
        items={groups}
        filteredItems={found}
        itemToStringLabel={nameOf}
        value={
          route === null ? (conversation.requested?.id ?? conversation.active?.id ?? null) : profileItem(route.profile)
        }
        onValueChange={(item: string | null, details) => {
          // A letter typed on the closed button would choose, and so download, the first model that begins with it.
          if (item === null || details.reason !== "item-press") details.cancel();
          else choose(item);
        }}
        inputValue={query}
        onInputValueChange={setQuery}
        open={isOpen}
        onOpenChange={(open) => {
          setOpen(open);
          if (open) handedOver.current = false;
        }}
        disabled={disabled || conversation.status === "opening"}
        autoHighlight
      >
        <SelectorTrigger conversation={conversation} />
        <Combobox.Portal>
          <Combobox.Positioner className="my-positioner" side="top" align="start" sideOffset={8} collisionPadding={8}>
            <Combobox.Popup className="my-popup" aria-label={labels.chooseModel} ref={popup} finalFocus={returnsFocus}>
              <div className="my-search">
                <SearchIcon />
                <Combobox.Input
                  className="my-search-input"
                  aria-label={labels.searchModels}
                  placeholder={labels.searchModels}
                />
              </div>
              <Combobox.Status className="my-hidden">{query === "" ? "" : labels.resultCount(count)}</Combobox.Status>
              {count === 0 && <p className="my-empty">{labels.noModelFound(query)}</p>}
              <Combobox.List className="my-list" aria-label={labels.chooseModel}>
                {(group: ModelGroup) => (
                  <Combobox.Group key={group.label} items={group.items} className="my-group">
                    <Combobox.GroupLabel className="my-group-label">{group.label}</Combobox.GroupLabel>
                    <Combobox.Collection>
                      {(item: string) => {
                        const profile = profiles.find((one) => one.name === profileOf(item));
                        if (profile !== undefined) {
                          const isChosen = route?.profile === profile.name;
                          const ledTo = isChosen ? modelName(route.modelId) : null;
                          return <ProfileRow key={item} profile={profile} isChosen={isChosen} ledTo={ledTo} />;
                        }
                        return (
                          <ModelRow
                            key={item}
                            modelId={item}
                            isActive={conversation.active?.id === item}
                            isRequested={conversation.requested?.id === item}
                            marksOf={props.marksOf}
                          />
                        );
                      }}
                    </Combobox.Collection>
                  </Combobox.Group>
                )}
              </Combobox.List>
              <div className="my-popup-foot">
                <button
                  type="button"
                  className="my-link"
                  onClick={() => {
                    handedOver.current = true;
                    setOpen(false);
                    panel.show();
                  }}
                >
                  <DownloadIcon />
                  {labels.manageDownloads}
                </button>
              </div>
            </Combobox.Popup>
          </Combobox.Positioner>
        </Combobox.Portal>
      </Combobox.Root>
      {route !== null && <WhyThisModel route={route} />}
    </div>
  );
}

/**
 * The groups as they were when the list was opened: a download that ends must not move rows under the reader's
 * finger. Models that come or go are followed at once.
 */
function useGroups(
  models: readonly ModelState[],
  isOpen: boolean,
  groupOf: ((model: ModelState) => string) | undefined,
): readonly ModelGroup[] {
  const { labels } = useSurroundings();
  const now = useMemo(() => {
    if (groupOf !== undefined) return grouped(models, groupOf);
    // On this device, on servers, to download.
    const place = (model: ModelState): number => (model.served ? 1 : model.presence === "cached" ? 0 : 2);
    const inOrder = [0, 1, 2].flatMap((wanted) => models.filter((model) => place(model) === wanted));
    const headings = [
      () => labels.groupHere,
      (model: ModelState) => labels.groupOn(labels.provider(model.engine)),
      () => labels.groupElsewhere,
    ];
    return grouped(inOrder, (model) => headings[place(model)]?.(model) ?? "");
  }, [models, groupOf, labels]);
  // Progress makes new models ten times a second; the same groups stay the same value.
  const ids = models.map((model) => model.id).join("\n");
  const order = now.map((group) => [group.label, ...group.items].join("\n")).join("\n\n");
  const [kept, setKept] = useState({ ids, order, groups: now });
  if (kept.ids !== ids || (kept.order !== order && !isOpen)) setKept({ ids, order, groups: now });
  return kept.groups;
}

function filterGroups(
  groups: readonly ModelGroup[],
  models: readonly ModelState[],
  query: string,
  profileMatches: (name: string) => boolean,
): readonly ModelGroup[] {
  if (query.trim() === "") return groups;
  const byId = new Map(models.map((one) => [one.id, one]));
  return groups
    .map(({ label, items }) => ({
      label,
      items: items.filter((id) => {
        const profile = profileOf(id);
        if (profile !== null) return profileMatches(profile);
        const model = byId.get(id);
        return model !== undefined && matches(model, query);
      }),
    }))
    .filter((group) => group.items.length > 0);
}
