/**
 * Gives short names to what wasm and glue call each other by. wasm-bindgen ends each of some hundred names in a hash,
 * which nothing can compress; nobody but these two files ever sees them.
 */
const IMPORTS = 2;
const EXPORTS = 7;
/** What follows an import's kind: a type index, a table, a memory, a global. Only these are ever imported. */
const FUNCTION = 0;
/** A function that the glue gives to wasm: its name, and what stands before the function. */
const FUNCTION_OF_GLUE = /^ {8}(?=(__wb\w+)(?=: ))(\1: )[\s\S]*?^ {8}\}.*\n/gm;

/**
 * The wasm file and the glue with the same short names in both; the glue is as `slim` gives it. What wasm imports is
 * called by its place in a list, so that the glue needs no names for it at all; what it exports, by a letter or two.
 */
export function shorten(wasm, glue) {
  const sections = readSections(wasm);
  const exported = shortNames(sections, glue);
  const named = glue.replace(/\bwasm\.(\w+)/g, (all, name) =>
    exported.has(name) ? `wasm.${exported.get(name)}` : all,
  );
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(({ name }) => name);
  // wasm-opt drops imports, the glue keeps them. Several may do the same.
  const found = new Map();
  const listed = named.replace(FUNCTION_OF_GLUE, (all, name, is) => {
    if (imports.includes(name)) found.set(name, all.replace(is, ""));
    return "";
  });
  for (const name of imports) if (!found.has(name)) throw new Error(`the glue lacks the import ${name}`);
  // In order of their text, those of one shape stand together, and the list compresses better.
  const bodies = [...new Set(found.values())].sort();
  const text = listed.replace(
    /\bconst import0 = \{\s*__proto__: null,\s*\};$/m,
    () => `const import0 = [\n${bodies.join("")}    ];`,
  );
  const bytes = writeSections(
    sections.map(({ id, body }) => {
      if (id === IMPORTS) return { id, body: renameImports(body, (name) => String(bodies.indexOf(found.get(name)))) };
      if (id === EXPORTS) return { id, body: renameExports(body, exported) };
      return { id, body };
    }),
  );
  check(bytes, text, found);
  return { wasm: bytes, glue: text };
}

/**
 * A short name for each export that the glue asks for. wasm-opt makes one function of those that do the same, and one
 * function gets one name.
 */
function shortNames(sections, glue) {
  const asked = new Set([...glue.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name));
  const names = new Map();
  const known = new Map();
  const exports = sections.find(({ id }) => id === EXPORTS);
  for (const { name, kind, index } of exports ? readExports(exports.body) : []) {
    if (!asked.has(name)) continue;
    const same = `${kind} ${index}`;
    if (!known.has(same)) known.set(same, `${letter(known.size % 26)}${letter(known.size / 26 - 1)}`);
    names.set(name, known.get(same));
  }
  return names;
}

const letter = (number) => (number < 0 ? "" : String.fromCharCode(97 + number));

/** What is exported must be what the glue asks for, and the list of imports one. */
function check(wasm, glue, imports) {
  const module = new WebAssembly.Module(wasm);
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  for (const [, name] of glue.matchAll(/\bwasm\.([\w$]+)/g)) {
    if (!exported.has(name)) throw new Error(`the wasm file lacks the export ${name}`);
  }
  const isList = imports.size === 0 || /\bconst import0 = \[/.test(glue);
  if (!isList || /^ {8}__wb\w+: /m.test(glue)) {
    throw new Error("wasm-bindgen writes its imports differently now: teach scripts/rename.mjs");
  }
}

function readSections(wasm) {
  const sections = [];
  const reader = createReader(wasm, 8);
  while (!reader.atEnd()) {
    const id = reader.byte();
    sections.push({ id, body: reader.bytes(reader.number()) });
  }
  return sections;
}

function writeSections(sections) {
  const parts = [Buffer.from([0, 97, 115, 109, 1, 0, 0, 0])];
  for (const { id, body } of sections) parts.push(Buffer.from([id]), number(body.length), Buffer.from(body));
  return Buffer.concat(parts);
}

function renameImports(body, shortName) {
  const reader = createReader(body);
  const count = reader.number();
  const parts = [number(count)];
  for (let index = 0; index < count; index += 1) {
    const module = reader.text();
    const name = reader.text();
    const kind = reader.byte();
    if (kind !== FUNCTION) throw new Error(`the wasm file imports ${name}, which is no function`);
    parts.push(text(module), text(shortName(name)), Buffer.from([kind]), number(reader.number()));
  }
  return Buffer.concat(parts);
}

function readExports(body) {
  const reader = createReader(body);
  return Array.from({ length: reader.number() }, () => ({
    name: reader.text(),
    kind: reader.byte(),
    index: reader.number(),
  }));
}

/** The exports that have a short name, under it. */
function renameExports(body, shortNames) {
  const parts = new Map();
  for (const { name, kind, index } of readExports(body)) {
    const short = shortNames.get(name);
    if (short) parts.set(short, Buffer.concat([text(short), Buffer.from([kind]), number(index)]));
  }
  return Buffer.concat([number(parts.size), ...parts.values()]);
}

function createReader(bytes, start = 0) {
  let at = start;
  const reader = {
    atEnd: () => at >= bytes.length,
    byte: () => bytes[at++],
    bytes(length) {
      at += length;
      return bytes.subarray(at - length, at);
    },
    /** An unsigned LEB128 number. */
    number() {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = reader.byte();
        value += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) return value;
      }
    },
    text: () => Buffer.from(reader.bytes(reader.number())).toString("utf8"),
  };
  return reader;
}

function number(value) {
  const bytes = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return Buffer.from(bytes);
}

function text(value) {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([number(bytes.length), bytes]);
}
