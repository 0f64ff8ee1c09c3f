import { type ReactNode, useEffect, useRef } from "react";
import { Repository } from "./repository";
import { Results } from "./results";
import { SearchForm, type Wish } from "./search";
import { useHubSearch } from "./use-search";

/** Hugging Face: a search, and what is in a repository. */
export function HubSection({ repository }: { repository: string | null }): ReactNode {
  const search = useHubSearch();
  const wish = useRef<Wish>({ query: "", format: "gguf", sort: "downloads" });
  const heading = useRef<HTMLHeadingElement>(null);
  const last = useRef<string | null>(null);

  useEffect(() => {
    // Back from a repository: where one was in the results.
    if (repository === null && last.current !== null) {
      const link = document.querySelector<HTMLElement>(`[data-repository="${CSS.escape(last.current)}"] a`);
      (link ?? heading.current)?.focus();
    }
    last.current = repository;
  }, [repository]);

  if (repository !== null) return <Repository key={repository} id={repository} />;
  return (
    <>
      <header className="section-head">
        <h2 ref={heading} tabIndex={-1} className="section-title">
          Hub
        </h2>
      </header>
      <p className="section-text quiet">
        Models that others published on Hugging Face, to run in this page. Nothing is asked there before you search.
      </p>
      <SearchForm wish={wish} isAsking={search.isAsking} onSearch={search.run} />
      <Results search={search} />
    </>
  );
}
