import type { HubSearch } from "modelyard/management";
import { type ReactNode, type RefObject, useState } from "react";
import { SelectField } from "../field";

type Format = NonNullable<HubSearch["format"]>;
type Sort = NonNullable<HubSearch["sort"]>;

/** What the form holds. */
export interface Wish {
  readonly query: string;
  readonly format: Format | "any";
  readonly sort: Sort;
}

const FORMATS: readonly (readonly [Wish["format"], string])[] = [
  ["gguf", "GGUF, which this page runs"],
  ["onnx", "ONNX"],
  ["any", "Any"],
];

const SORTS: readonly (readonly [Sort, string])[] = [
  ["downloads", "Most downloads"],
  ["trending", "Trending"],
  ["likes", "Most likes"],
  ["modified", "Changed last"],
  ["created", "Newest"],
];

export interface SearchFormProps {
  /** Outlives the form, which goes while a repository is shown. */
  readonly wish: RefObject<Wish>;
  readonly isAsking: boolean;
  readonly onSearch: (search: HubSearch) => void;
}

/** What to look for. `owner/` looks among the repositories of one owner. */
export function SearchForm({ wish, isAsking, onSearch }: SearchFormProps): ReactNode {
  const [now, setNow] = useState(wish.current);
  const set = (changed: Partial<Wish>): void => {
    wish.current = { ...now, ...changed };
    setNow(wish.current);
  };
  return (
    <search aria-label="Hugging Face">
      <form
        className="hub-search"
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(searchOf(now));
        }}
      >
        <input
          type="search"
          className="field-control"
          aria-label="Search Hugging Face"
          placeholder="A name, or owner/ for all of an owner"
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
          value={now.query}
          onChange={(event) => {
            set({ query: event.currentTarget.value });
          }}
        />
        <SelectField
          label="Format"
          options={FORMATS}
          value={now.format}
          onValue={(format) => {
            set({ format });
          }}
        />
        <SelectField
          label="Order"
          options={SORTS}
          value={now.sort}
          onValue={(sort) => {
            set({ sort });
          }}
        />
        <button type="submit" className="button primary" aria-disabled={isAsking}>
          {isAsking ? "Searching…" : "Search"}
        </button>
      </form>
    </search>
  );
}

function searchOf({ query, format, sort }: Wish): HubSearch {
  const text = query.trim();
  const [, owner, rest] = /^([\w.-]+)\/(.*)$/.exec(text) ?? [];
  return {
    ...(owner === undefined ? {} : { author: owner }),
    ...((rest ?? text) === "" ? {} : { query: rest ?? text }),
    ...(format === "any" ? {} : { format }),
    sort,
    limit: 20,
  };
}
