import type { HubRepository } from "modelyard/management";
import type { ReactNode } from "react";
import { repositoryAddress } from "../../ui/location";
import { Problem } from "../problem";
import { dateOf, formats, parameters } from "../words";
import type { Search } from "./use-search";

/** The repositories that were found, page by page. */
export function Results({ search }: { search: Search }): ReactNode {
  const { asked, repositories, next, isAsking, failure, more } = search;
  const count = repositories.length;
  return (
    <>
      <p className="visually-hidden" role="status">
        {asked === null || isAsking || failure !== null ? "" : `${found(count, next !== null)}.`}
      </p>
      {failure !== null && <Problem failure={failure} />}
      {asked !== null && !isAsking && failure === null && count === 0 && (
        <p className="quiet">Nothing was found. Try fewer words, or another format.</p>
      )}
      {isAsking && count === 0 && <p className="quiet">Searching…</p>}
      {count > 0 && (
        <ul className="models" aria-label="Repositories" aria-busy={isAsking}>
          {repositories.map((one) => (
            <RepositoryRow key={one.id} repository={one} />
          ))}
        </ul>
      )}
      {next !== null && (
        <button type="button" className="button small hub-more" aria-disabled={isAsking} onClick={more}>
          {isAsking ? "Searching…" : "More"}
        </button>
      )}
    </>
  );
}

function found(count: number, hasMore: boolean): string {
  if (count === 0) return "Nothing was found";
  const repositories = count === 1 ? "1 repository" : `${formats.count(count)} repositories`;
  return hasMore ? `${repositories}, and there are more` : repositories;
}

function RepositoryRow({ repository }: { repository: HubRepository }): ReactNode {
  const { id } = repository;
  return (
    <li className="model" data-repository={id}>
      <div className="model-head">
        <h3 className="model-name">
          <a className="hub-link" href={repositoryAddress(id)}>
            {id}
          </a>
        </h3>
        <AccessMarks repository={repository} />
      </div>
      <p className="model-facts">
        {[...sizeWords(repository), ...popularity(repository)].map((one) => (
          <span key={one}>{one}</span>
        ))}
      </p>
    </li>
  );
}

/** What stands between people and its files. */
export function AccessMarks({ repository }: { repository: HubRepository }): ReactNode {
  const { gated, private: isPrivate, disabled } = repository;
  return (
    <>
      {gated !== "open" && <span className="mark">Gated</span>}
      {isPrivate && <span className="mark">Private</span>}
      {disabled && <span className="mark">Taken down</span>}
    </>
  );
}

/** How large its models are and how much they take in, as far as that is said. */
export function sizeWords({ parametersBillions, contextWindow }: HubRepository): readonly string[] {
  return [
    parametersBillions === null ? null : `${parameters(parametersBillions)} parameters`,
    contextWindow === null ? null : `${formats.count(contextWindow)} tokens of context`,
  ].filter((one) => one !== null);
}

/** How much it is used, and when it was changed, as far as that is said. */
export function popularity({ downloads, likes, modified }: HubRepository): readonly string[] {
  return [
    downloads === null ? null : `${formats.count(downloads)} ${downloads === 1 ? "download" : "downloads"}`,
    likes === null ? null : `${formats.count(likes)} ${likes === 1 ? "like" : "likes"}`,
    modified === null ? null : `changed ${dateOf(modified)}`,
  ].filter((one) => one !== null);
}
