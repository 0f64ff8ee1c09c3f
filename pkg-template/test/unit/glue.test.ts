/** What `scripts/slim.mjs` makes of wasm-bindgen's module does the same. */
import { expect, test } from "vitest";

/** As wasm-bindgen writes them, shortened. */
const WRITTEN = `
function passStringToWasm0(arg, malloc, realloc) {
    if (realloc === undefined) {
        return 0;
    }
    return 1;
}

function handleError(f, args) {
    try {
        return f.apply(this, args);
    } catch (e) {
        wasm.stored(e);
    }
}
const import0 = {
        __wbg_a: function(arg0) {
            let result;
            try {
                result = arg0 instanceof Blob;
            } catch (_) {
                result = false;
            }
            const ret = result;
            return ret;
        },
        __wbg_b: function() { return handleError(function (arg0, arg1) {
            return arg0(arg1);
        }, arguments); },
        __wbg_c: function(arg0) {
            let result;
            try {
                result = arg0 instanceof NoSuchClass;
            } catch (_) {
                result = false;
            }
            const ret = result;
            return ret;
        },
};
`;

interface Glue {
  passStringToWasm0(text: string, malloc: (size: number) => number, realloc: Realloc): number;
  readonly import0: Record<"__wbg_a" | "__wbg_b" | "__wbg_c", (...args: unknown[]) => unknown>;
  length(): number;
}
type Realloc = (pointer: number, old: number, size: number) => number;

async function glueOf(memory: Uint8Array, stored: (error: unknown) => void): Promise<Glue> {
  const { slim } = (await import("../../scripts/slim.mjs" as string)) as { slim: (text: string) => string };
  const text = slim(WRITTEN);
  expect(text).not.toContain("function(");
  const make = new Function(
    "cachedTextEncoder",
    "getUint8ArrayMemory0",
    "wasm",
    `let WASM_VECTOR_LEN = 0; ${text}; return { passStringToWasm0, import0, length: () => WASM_VECTOR_LEN };`,
  );
  return make(new TextEncoder(), () => memory, { stored }) as Glue;
}

test("texts of all kinds cross as they are (1,000 cases)", async () => {
  const memory = new Uint8Array(1 << 16);
  const glue = await glueOf(memory, () => undefined);
  // Never in place, as the worst allocator does.
  let top = 8;
  const malloc = (size: number) => {
    const at = top;
    top += size;
    return at;
  };
  const realloc: Realloc = (pointer, old, size) => {
    const at = malloc(size);
    memory.copyWithin(at, pointer, pointer + Math.min(old, size));
    return at;
  };
  const letters = ["a", "z", " ", "é", "中", "😀", "\ud800"];
  for (let i = 0; i < 1000; i += 1) {
    top = 8;
    const length = i % 61;
    const from = i % 3 === 0 ? 3 : letters.length;
    const text = Array.from({ length }, (_, at) => letters[(i * 7 + at * at * 3 + (i >> 3)) % from]).join("");
    const at = glue.passStringToWasm0(text, malloc, realloc);
    expect(memory.slice(at, at + glue.length())).toEqual(new TextEncoder().encode(text));
  }
});

test("a call that throws hands its error over; a class that the browser lacks has no instances", async () => {
  const stored: unknown[] = [];
  const { import0 } = await glueOf(new Uint8Array(8), (error) => stored.push(error));
  expect(import0.__wbg_b((x: number) => x + 1, 1)).toBe(2);
  const error = new Error("no");
  import0.__wbg_b(() => {
    throw error;
  });
  expect(stored).toEqual([error]);
  expect([import0.__wbg_a(new Blob([])), import0.__wbg_a({}), import0.__wbg_c({})]).toEqual([true, false, false]);
});
