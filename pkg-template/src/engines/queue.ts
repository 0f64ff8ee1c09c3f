/** An async iterable that is fed from callbacks. */

export interface Queue<T> extends AsyncIterable<T> {
  put(item: T): void;
  end(): void;
  fail(error: unknown): void;
}

/** One reader; what is put in before it asks waits. A failure comes after everything put in before it. */
export function createQueue<T>(): Queue<T> {
  const items: T[] = [];
  let over: { readonly error?: unknown } | null = null;
  let wake: () => void = () => undefined;

  async function* read(): AsyncGenerator<T, void> {
    for (;;) {
      while (items.length > 0) yield items.shift() as T;
      if (over && "error" in over) throw over.error;
      if (over) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    put(item) {
      items.push(item);
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
