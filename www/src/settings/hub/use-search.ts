import type { Failure } from "modelyard";
import type { HubRepository, HubSearch } from "modelyard/management";
import { useCallback, useEffect, useRef, useState } from "react";
import { useDemo } from "../../chats/context";
import { failureFrom } from "../failure";

export interface Found {
  /** What was asked; `null` before the first search. */
  readonly asked: HubSearch | null;
  readonly repositories: readonly HubRepository[];
  /** Where the next page begins; `null` at the end. */
  readonly next: string | null;
  readonly isAsking: boolean;
  readonly failure: Failure | null;
}

export interface Search extends Found {
  readonly run: (search: HubSearch) => void;
  readonly more: () => void;
}

const NOTHING: Found = { asked: null, repositories: [], next: null, isAsking: false, failure: null };

/** A search and its pages; of several the newest counts. */
export function useHubSearch(): Search {
  const { management } = useDemo();
  const [found, setFound] = useState<Found>(NOTHING);
  const newest = useRef<AbortController | null>(null);

  const ask = useCallback(
    (search: HubSearch, before: readonly HubRepository[]) => {
      newest.current?.abort();
      const mine = new AbortController();
      newest.current = mine;
      const { after: _after, ...asked } = search;
      setFound((now) => ({ ...now, asked, repositories: before, isAsking: true, failure: null }));
      management.hub.search({ ...search, signal: mine.signal }).then(
        ({ repositories, next }) => {
          if (mine.signal.aborted) return;
          setFound({ asked, repositories: [...before, ...repositories], next, isAsking: false, failure: null });
        },
        (error: unknown) => {
          if (!mine.signal.aborted) setFound((now) => ({ ...now, isAsking: false, failure: failureFrom(error) }));
        },
      );
    },
    [management],
  );
  useEffect(
    () => () => {
      newest.current?.abort();
    },
    [],
  );
  const run = useCallback(
    (search: HubSearch) => {
      ask(search, []);
    },
    [ask],
  );
  const { asked, next, repositories, isAsking } = found;
  const more = useCallback(() => {
    if (asked !== null && next !== null && !isAsking) ask({ ...asked, after: next }, repositories);
  }, [ask, asked, next, repositories, isAsking]);
  return { ...found, run, more };
}
