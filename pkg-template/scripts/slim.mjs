/**
 * Takes out of wasm-bindgen's module what is never reached here. Each rule is tried; one that finds nothing (after an
 * update, say) costs bytes and nothing else.
 */

const HANDLE_ERROR = `function handleError(f) { return (...args) => { try { return f(...args);$1}; }
function isInstance(value, name) { const type = globalThis[name]; return !!type && value instanceof type; }`;

const RULES = [
  // The class that owns a core frees it, always.
  [/^const \w+Finalization = \(typeof[^;]*;$/gm, ""],
  [/^\s*\w+Finalization\.(?:un)?register\([^;]*;$/gm, ""],
  // Every browser whose WebAssembly will do has it.
  [/^if \(!\('encodeInto' in [\s\S]*?^\}$/gm, ""],
  // Memory is always made larger, never made anew.
  [/^\s*if \(realloc === undefined\) \{[\s\S]*?^ {4}\}$/gm, ""],
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
