/** An async iterable that is fed from callbacks. */

export interface Queue<T> extends AsyncIterable<T> {
  put(item: T): void;
  end(): void;
  fail(error: unknown): void;
}

/** How many items may be taken before the list of those that wait is made anew. */
const TAKEN = 1000;

/** What waits, first in, first out. Unlike `shift()` of a list, taking one costs the same however many there are. */
export function createLine<T>() {
  let items: T[] = [];
  let taken = 0;
  return {
    put: (item: T): void => void items.push(item),
    take(): T | undefined {
      if (taken === TAKEN) {
        items = items.slice(taken);
        taken = 0;
      }
      // One that is not there is not taken.
      return taken < items.length ? items[taken++] : undefined;
    },
    clear(): void {
      items = [];
      taken = 0;
    },
  };
}

/** One reader; what is put in before it asks waits. A failure comes after everything put in before it. */
export function createQueue<T>(): Queue<T> {
  const items = createLine<T>();
  let over: { readonly error?: unknown } | null = null;
  let wake: () => void = () => undefined;

  async function* read(): AsyncGenerator<T, void> {
    for (;;) {
      for (let item = items.take(); item !== undefined; item = items.take()) yield item;
      if (over && "error" in over) throw over.error;
      if (over) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    put(item) {
      items.put(item);
      wake();
    },
    end() {
      over = {};
      wake();
    },
    fail(error) {
      over = { error };
      wake();
    },
    [Symbol.asyncIterator]: read,
  };
}
