/**
 * Takes out of wasm-bindgen's module what is never reached here. Each rule is tried; one that finds nothing (after an
 * update, say) costs bytes and nothing else.
 */

const HANDLE_ERROR = `function handleError(f) { return (...args) => { try { return f(...args);$1}; }
function isInstance(value, name) { const type = globalThis[name]; return !!type && value instanceof type; }`;

// One copy by the browser in place of a loop over all characters: lists of models are texts of megabytes. What does not
// fit, because a character took more than a byte, comes after.
const PASS_STRING = `function passStringToWasm0(arg, malloc, realloc) {
  const room = arg.length;
  let ptr = malloc(room, 1) >>> 0;
  let { read, written } = cachedTextEncoder.encodeInto(arg, getUint8ArrayMemory0().subarray(ptr, ptr + room));
  if (read < room) {
    const most = written + (room - read) * 3;
    ptr = realloc(ptr, room, most, 1) >>> 0;
    const rest = getUint8ArrayMemory0().subarray(ptr + written, ptr + most);
    written += cachedTextEncoder.encodeInto(arg.slice(read), rest).written;
    ptr = realloc(ptr, most, written, 1) >>> 0;
  }
  WASM_VECTOR_LEN = written;
  return ptr;
}`;

// The two kinds of closures differ in one thing.
const CLOSURES = `const closures = (isMutable) => (a, b, invoke) => {
  const state = { a, b, cnt: 1 };
  const real = (...args) => {
    // What is being called is not freed.
    state.cnt++;
    const held = state.a;
    // One that changes what it holds cannot be called from within itself.
    if (isMutable) state.a = 0;
    try {
      return invoke(held, state.b, ...args);
    } finally {
      state.a = held;
      real._wbg_cb_unref();
    }
  };
  real._wbg_cb_unref = () => {
    if (--state.cnt === 0) {
      $1
      state.a = 0;
      CLOSURE_DTORS.unregister(state);
    }
  };
  CLOSURE_DTORS.register(real, state, state);
  return real;
};
const makeClosure = closures(false);
const makeMutClosure = closures(true);`;

// What many imports end in, said once.
const OPTIONAL = `function optional(value) {
  return isLikeNone(value) ? 0 : addToExternrefTable0(value);
}
$&`;
const OR_THROW = `function orThrow(ret) {
  if (ret[1]) throw takeFromExternrefTable0(ret[0]);
}
$&`;
const WRITE_TEXT = `function writeText(at, ptr) {
  const view = getDataViewMemory0();
  view.setInt32((at >>> 0) + 4, WASM_VECTOR_LEN, true);
  view.setInt32(at >>> 0, ptr, true);
}
$&`;

const RULES = [
  // The class that owns a core frees it, always.
  [/^const \w+Finalization = \(typeof[^;]*;$/gm, ""],
  [/^\s*\w+Finalization\.(?:un)?register\([^;]*;$/gm, ""],
  [/^if \(Symbol\.dispose\).*$/gm, ""],
  [/^ {4}__destroy_into_raw\(\) \{[\s\S]*?^ {4}\}$/gm, ""],
  [/\bthis\.__destroy_into_raw\(\);$/gm, "this.__wbg_ptr;\n        this.__wbg_ptr = 0;"],
  // Every browser whose WebAssembly will do has it.
  [/^if \(!\('encodeInto' in [\s\S]*?^\}$/gm, ""],
  [/\(typeof FinalizationRegistry === 'undefined'\)\s*\? \{[^\n]*\}\s*: /g, ""],
  [/^function passStringToWasm0\(arg, malloc, realloc\) \{[\s\S]*?^\}$/gm, PASS_STRING],
  // The global object has this name there, so nothing looks for it under another.
  [
    /\bconst ret = typeof (\w+) === 'undefined' \? undefined : \1;\s*return isLikeNone\(ret\) \? 0 : /g,
    "const ret = globalThis;\n            return ",
  ],
  // Memory that has grown is another buffer, whether or not the browser says that the old one is detached.
  [
    /\((\w+) === null \|\| \1\.buffer\.detached === true \|\| .* \1\.buffer !== (wasm\.\w+\.buffer)\)\)/g,
    "($1?.buffer !== $2)",
  ],
  // The wasm file does it by itself.
  [/^export function start\(\) \{[^}]*^\}$/gm, ""],
  // It starts once: nothing is cached by then.
  [/^ {4}cached\w+ = null;$/gm, ""],
  // Nobody asks for them.
  [/^let wasmModule, wasmInstance, wasm;$/gm, "let wasm;"],
  [/^\s*wasmInstance = instance;$/gm, ""],
  [/^\s*wasmModule = module;$/gm, ""],
  // The same said shorter: what wasm imports never looks at `this`.
  [/^( {8}(?:\w+: )?)function\(\) \{ return handleError\(function \(([^)]*)\) \{$/gm, "$1handleError(($2) => {"],
  [/^ {8}\}, arguments\); \},$/gm, "        }),"],
  [/^function handleError\(f, args\) \{\s*try \{\s*return f\.apply\(this, args\);([\s\S]*?)^\}$/gm, HANDLE_ERROR],
  [/^( {8}(?:\w+: )?)function\(([^)]*)\) \{$/gm, "$1($2) => {"],
  [
    /^function makeClosure\(arg0, arg1, f\) \{[\s\S]*?^\}\s*^function makeMutClosure\(arg0, arg1, f\) \{[\s\S]*?(wasm\.\w+\(state\.a, state\.b\);)[\s\S]*?^\}$/gm,
    CLOSURES,
  ],
  [/\bsubarray\(ptr \/ 1, ptr \/ 1 \+ len\)/g, "subarray(ptr, ptr + len)"],
  [
    /\bptr = ptr >>> 0;\s*return decodeText\(getUint8ArrayMemory0\(\)\.subarray\(ptr, ptr \+ len\)\);/g,
    "return decodeText(getArrayU8FromWasm0(ptr, len));",
  ],
  [/\bconst ret = (\w+\.\w+);\s*return isLikeNone\(ret\) \? 0 : addToExternrefTable0\(ret\);/g, "return optional($1);"],
  [/^function isLikeNone\(/gm, OPTIONAL],
  [
    /\bconst ret = (wasm\.\w+\([^)]*\));\s*if \(ret\[1\]\) \{\s*throw takeFromExternrefTable0\(ret\[0\]\);\s*\}/g,
    "orThrow($1);",
  ],
  [/^function takeFromExternrefTable0\(/gm, OR_THROW],
  [
    /\b(?:const|var) len1 = WASM_VECTOR_LEN;\s*getDataViewMemory0\(\)\.setInt32\(\(arg0 >>> 0\) \+ 4 \* 1, len1, true\);\s*getDataViewMemory0\(\)\.setInt32\(\(arg0 >>> 0\) \+ 4 \* 0, ptr1, true\);/g,
    "writeText(arg0, ptr1);",
  ],
  [/^function getDataViewMemory0\(/gm, WRITE_TEXT],
  // A class that the browser lacks has no instances.
  [
    /\blet result;\s*try \{\s*result = arg0 instanceof (\w+);\s*\} catch \(_\) \{\s*result = false;\s*\}/g,
    'const result = isInstance(arg0, "$1");',
  ],
];

/** A function that only hands its arguments on to one that wasm exports. */
const HANDED_ON =
  /^function (wasm_bindgen__\w+)\(([^)]*)\) \{\s*(?:(wasm\.\w+)\(\2\);|const ret = (wasm\.\w+)\(\2\);\s*return ret;)\s*\}$/gm;

/** The text of a module that `wasm-bindgen --target web` wrote, shorter. */
export function slim(glue) {
  const text = RULES.reduce((shorter, [pattern, instead]) => shorter.replace(pattern, instead), glue);
  const direct = new Map();
  const rest = text.replace(HANDED_ON, (_all, name, _arguments, plain, returning) => {
    direct.set(name, plain ?? returning);
    return "";
  });
  return rest.replace(/\bwasm_bindgen__\w+/g, (name) => direct.get(name) ?? name);
}
