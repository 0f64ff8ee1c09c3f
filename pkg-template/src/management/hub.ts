/**
 * Sources of models: a search, and all of one repository. Nothing is kept between two questions.
 *
 * Giving up by a signal rejects at once and closes the connection. Each question has a number of its own for that; a
 * question of an instance that broke down has gone with it.
 */
import { fieldsOf, jsonOf, ownData, text } from "../input.js";
import { share } from "../share.js";
import { checkSignal, unlessAborted } from "./asked.js";
import type { ManagementCore } from "./core.js";
import type { HubDetails, HubPage, HubSearch, ManagementHub } from "./hub-api.js";
import type { Life } from "./life.js";

const SEARCH = ["query", "author", "format", "sort", "limit", "after", "provider", "signal"] as const;
const REPOSITORY = ["revision", "provider", "signal"] as const;

export function createHub(life: Life): ManagementHub {
  let count = 0;

  async function ask<T>(
    signal: AbortSignal | null,
    question: (core: ManagementCore, ask: number) => Promise<T>,
  ): Promise<T> {
    const session = await unlessAborted(life.ready(), signal);
    count += 1;
    const ask = count;
    let open = true;
    const answer = session
      .wait((core) => question(core, ask))
      .finally(() => {
        open = false;
      });
    try {
      return share(null, await unlessAborted(answer, signal));
    } catch (error) {
      if (open) {
        // Nobody waits for it any more.
        answer.catch(() => undefined);
        session.call((core) => core.stopHub(ask));
      }
      throw error;
    }
  }

  return Object.freeze({
    async search(options: HubSearch = {}): Promise<HubPage> {
      const { signal, ...asked } = fieldsOf("options", options, SEARCH);
      const checked = checkSignal(signal);
      const json = jsonOf("options", ownData("options", asked));
      return ask(checked, (core, ask) => core.hubSearch(ask, json));
    },
    async repository(id: string, options: { revision?: string; provider?: string } = {}): Promise<HubDetails> {
      const { signal, ...asked } = fieldsOf("options", options, REPOSITORY);
      const checked = checkSignal(signal);
      const json = jsonOf("options", ownData("options", { ...asked, id: text("id", id) }));
      return ask(checked, (core, ask) => core.hubRepository(ask, json));
    },
  });
}
