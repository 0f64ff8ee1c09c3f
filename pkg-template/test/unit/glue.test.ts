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

function makeClosure(arg0, arg1, f) {
    const state = { a: arg0, b: arg1, cnt: 1 };
}

function makeMutClosure(arg0, arg1, f) {
    const state = { a: arg0, b: arg1, cnt: 1 };
    real._wbg_cb_unref = () => {
        if (--state.cnt === 0) {
            wasm.freed(state.a, state.b);
        }
    };
}

function wasm_bindgen__plain(arg0, arg1, arg2) {
    wasm.plain(arg0, arg1, arg2);
}

function wasm_bindgen__fallible(arg0, arg1, arg2) {
    const ret = wasm.fallible(arg0, arg1, arg2);
    if (ret[1]) {
        throw takeFromExternrefTable0(ret[0]);
    }
}

function takeFromExternrefTable0(idx) {
    return wasm.table[idx];
}

function isLikeNone(x) {
    return x === undefined || x === null;
}

let cachedDataViewMemory0 = null;
function getDataViewMemory0() {
    if (cachedDataViewMemory0 === null || cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && cachedDataViewMemory0.buffer !== wasm.memory.buffer)) {
        cachedDataViewMemory0 = new DataView(wasm.memory.buffer);
    }
    return cachedDataViewMemory0;
}
const import0 = {
        __wbg_name: function(arg0, arg1) {
            const ret = arg1.name;
            const ptr1 = passStringToWasm0(ret, wasm.malloc, wasm.realloc);
            const len1 = WASM_VECTOR_LEN;
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);
        },
        __wbg_body: function(arg0) {
            const ret = arg0.body;
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);
        },
        __wbg_self: function() {
            const ret = typeof self === 'undefined' ? undefined : self;
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);
        },
        __wbg_plain: function(arg0, arg1) {
            const ret = makeClosure(arg0, arg1, wasm_bindgen__plain);
            return ret;
        },
        __wbg_fallible: function(arg0, arg1) {
            const ret = makeMutClosure(arg0, arg1, wasm_bindgen__fallible);
            return ret;
        },
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
  readonly import0: Record<`__wbg_${"a" | "b" | "c" | Imported}`, (...args: unknown[]) => unknown>;
  length(): number;
}
type Imported = "name" | "body" | "self" | "plain" | "fallible";
type Realloc = (pointer: number, old: number, size: number) => number;

async function glueOf(memory: Uint8Array, wasm: object = {}): Promise<Glue> {
  const { slim } = (await import("../../scripts/slim.mjs" as string)) as { slim: (text: string) => string };
  const text = slim(WRITTEN);
  expect(text).not.toContain("function(");
  const make = new Function(
    "cachedTextEncoder",
    "getUint8ArrayMemory0",
    "wasm",
    "addToExternrefTable0",
    "CLOSURE_DTORS",
    `let WASM_VECTOR_LEN = 0; ${text}; return { passStringToWasm0, import0, length: () => WASM_VECTOR_LEN };`,
  );
  const closures = { register: () => undefined, unregister: () => undefined };
  return make(
    new TextEncoder(),
    () => memory,
    wasm,
    (value: unknown) => ["kept", value],
    closures,
  ) as Glue;
}

test("texts of all kinds cross as they are (1,000 cases)", async () => {
  const memory = new Uint8Array(1 << 16);
  const glue = await glueOf(memory);
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
  const { import0 } = await glueOf(new Uint8Array(8), { stored: (error: unknown) => stored.push(error) });
  expect(import0.__wbg_b((x: number) => x + 1, 1)).toBe(2);
  const error = new Error("no");
  import0.__wbg_b(() => {
    throw error;
  });
  expect(stored).toEqual([error]);
  expect([import0.__wbg_a(new Blob([])), import0.__wbg_a({}), import0.__wbg_c({})]).toEqual([true, false, false]);
});

test("a closure is freed once nobody holds it and it does not run; one that changes what it holds is not entered twice", async () => {
  const said: unknown[][] = [];
  let inside = () => {};
  const wasm = {
    freed: (...held: unknown[]) => void said.push(["freed", ...held]),
    plain: (...held: unknown[]) => {
      said.push(["plain", ...held]);
      inside();
    },
    fallible: (...held: unknown[]) => {
      said.push(["fallible", ...held]);
      inside();
      return held[2] === "bad" ? [7, true] : [0, false];
    },
    table: { 7: new Error("no") },
  };
  const { import0 } = await glueOf(new Uint8Array(8), wasm);
  type Closure = ((event: string) => void) & { _wbg_cb_unref(): void };
  const plain = import0.__wbg_plain(11, 12) as Closure;
  inside = () => {
    inside = plain._wbg_cb_unref;
    plain("again");
  };
  plain("once");
  expect(said.splice(0)).toEqual([
    ["plain", 11, 12, "once"],
    ["plain", 11, 12, "again"],
    ["freed", 11, 12],
  ]);
  const fallible = import0.__wbg_fallible(21, 22) as Closure;
  inside = () => {
    inside = () => {};
    fallible("again");
  };
  fallible("once");
  expect(() => fallible("bad")).toThrow("no");
  expect(said).toEqual([
    ["fallible", 21, 22, "once"],
    ["fallible", 0, 22, "again"],
    ["fallible", 21, 22, "bad"],
  ]);
});

test("texts, values that may be missing and the global object come back as they did", async () => {
  const memory = new Uint8Array(64);
  let buffer = memory.buffer;
  const wasm = {
    malloc: () => 32,
    get memory() {
      return { buffer };
    },
  };
  const { import0 } = await glueOf(memory, wasm);
  import0.__wbg_name(8, { name: "abc" });
  expect([...new Int32Array(memory.buffer, 8, 2)]).toEqual([32, 3]);
  // Memory that has grown is another buffer.
  const grown = new Uint8Array(128);
  buffer = grown.buffer;
  import0.__wbg_name(16, { name: "" });
  expect([...new Int32Array(grown.buffer, 16, 2)]).toEqual([32, 0]);
  expect(import0.__wbg_body({ body: "b" })).toEqual(["kept", "b"]);
  expect([import0.__wbg_body({ body: null }), import0.__wbg_body({})]).toEqual([0, 0]);
  expect(import0.__wbg_self()).toEqual(["kept", globalThis]);
});

/** Imports `m.__wbg_first`, `m.__wbg_second` and `m.__wbg_third`; exports one function of its own as `run` and `run_2`. */
const SMALL = new Uint8Array([
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0],
  ...section(2, [
    3,
    ...["first", "second", "third"].flatMap((name) => [...named("m"), ...named(`__wbg_${name}`), 0, 0]),
  ]),
  ...[3, 2, 1, 0],
  ...section(7, [4, ...["run", "run_2", "unasked"].flatMap((name) => [...named(name), 0, 3]), ...named("first"), 0, 0]),
  ...section(10, [1, 8, 0, 16, 0, 16, 1, 16, 2, 11]),
]);

function named(name: string): number[] {
  return [name.length, ...new TextEncoder().encode(name)];
}

function section(id: number, body: number[]): number[] {
  return [id, body.length, ...body];
}

test("wasm and glue call each other by the same short names, and what does the same has one", async () => {
  const { shorten } = (await import("../../scripts/rename.mjs" as string)) as {
    shorten: (wasm: Uint8Array, glue: string) => { wasm: Uint8Array<ArrayBuffer>; glue: string };
  };
  const written = `    const import0 = {
        __proto__: null,
        __wbg_first: () => {
            said.push("one");
        },
        __wbg_unused: () => {
            said.push("unused");
        },
        __wbg_second: () => {
            said.push("another");
        },
        __wbg_third: () => {
            said.push("one");
        },
    };
    const start = () => { wasm.run(); wasm.run_2(); };
`;
  const { wasm: bytes, glue } = shorten(SMALL, written);
  const module = new WebAssembly.Module(bytes);
  expect(WebAssembly.Module.exports(module)).toEqual([{ name: "a", kind: "function" }]);
  expect(WebAssembly.Module.imports(module).map(({ name }) => name)).toEqual(["1", "0", "1"]);
  const said: string[] = [];
  const make = new Function("said", `let wasm; ${glue}; return { import0, start, use: (made) => { wasm = made; } };`);
  const { import0, start, use } = make(said);
  expect(import0).toHaveLength(2);
  use(new WebAssembly.Instance(module, { m: import0 }).exports);
  start();
  expect(said).toEqual(["one", "another", "one", "one", "another", "one"]);
  expect(() => shorten(SMALL, written.replace("__wbg_second", "__wbg_other"))).toThrow("lacks the import __wbg_second");
});
