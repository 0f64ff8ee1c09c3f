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

const RULES = [
  // The class that owns a core frees it, always.
  [/^const \w+Finalization = \(typeof[^;]*;$/gm, ""],
  [/^\s*\w+Finalization\.(?:un)?register\([^;]*;$/gm, ""],
  // Every browser whose WebAssembly will do has it.
  [/^if \(!\('encodeInto' in [\s\S]*?^\}$/gm, ""],
  [/^function passStringToWasm0\(arg, malloc, realloc\) \{[\s\S]*?^\}$/gm, PASS_STRING],
  // Nobody asks for them.
  [/^let wasmModule, wasmInstance, wasm;$/gm, "let wasm;"],
  [/^\s*wasmInstance = instance;$/gm, ""],
  [/^\s*wasmModule = module;$/gm, ""],
  // The same said shorter: what wasm imports never looks at `this`.
  [/^( {8}(?:\w+: )?)function\(\) \{ return handleError\(function \(([^)]*)\) \{$/gm, "$1handleError(($2) => {"],
  [/^ {8}\}, arguments\); \},$/gm, "        }),"],
  [/^function handleError\(f, args\) \{\s*try \{\s*return f\.apply\(this, args\);([\s\S]*?)^\}$/gm, HANDLE_ERROR],
  [/^( {8}(?:\w+: )?)function\(([^)]*)\) \{$/gm, "$1($2) => {"],
  // A class that the browser lacks has no instances.
  [
    /\blet result;\s*try \{\s*result = arg0 instanceof (\w+);\s*\} catch \(_\) \{\s*result = false;\s*\}/g,
    'const result = isInstance(arg0, "$1");',
  ],
];

/** The text of a module, shorter. */
export function slim(glue) {
  return RULES.reduce((text, [pattern, instead]) => text.replace(pattern, instead), glue);
}
