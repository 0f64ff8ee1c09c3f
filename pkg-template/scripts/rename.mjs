/**
 * Gives short names to what wasm and glue call each other by. wasm-bindgen ends each of some hundred names in a hash,
 * which nothing can compress; nobody but these two files ever sees them.
 */
const IMPORTS = 2;
const EXPORTS = 7;
/** What follows an import's kind: a type index, a table, a memory, a global. Only these are ever imported. */
const FUNCTION = 0;
/** A function that the glue gives to wasm: its name, and what stands before the function. */
const FUNCTION_OF_GLUE = /^ {8}(?=(__wb\w+)(?=: function\())(\1: )[\s\S]*?^ {8}\}.*\n/gm;

/**
 * The wasm file and the glue with the same short names in both. What wasm imports is called by its place in a list, so
 * that the glue needs no names for it at all; what it exports, by a letter or two.
 */
export function shorten(wasm, glue) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(({ name }) => name);
  const places = new Map();
  const exported = new Map();
  // wasm-opt drops imports, the glue keeps them. Several may do the same.
  const bodies = [];
  let text = glue.replace(FUNCTION_OF_GLUE, (all, name, is) => {
    if (!imports.includes(name)) return "";
    const body = all.replace(is, "");
    const known = bodies.indexOf(body);
    places.set(name, String(known < 0 ? bodies.push(body) - 1 : known));
    return known < 0 ? body : "";
  });
  for (const name of imports) if (!places.has(name)) throw new Error(`the glue lacks the import ${name}`);
  text = text.replace(/\bconst import0 = \{\s*__proto__: null,([\s\S]*?)^ {4}\};$/m, "const import0 = [$1];");
  const shortName = (name) => {
    if (!exported.has(name)) exported.set(name, `${letter(exported.size % 26)}${letter(exported.size / 26 - 1)}`);
    return exported.get(name);
  };
  const sections = readSections(wasm).map(({ id, body }) => {
    if (id === IMPORTS) return { id, body: renameImports(body, (name) => places.get(name)) };
    if (id === EXPORTS) return { id, body: renameExports(body, shortName) };
    return { id, body };
  });
  text = text.replace(/\bwasm\.(\w+)/g, (all, name) => (exported.has(name) ? `wasm.${exported.get(name)}` : all));
  const bytes = writeSections(sections);
  check(bytes, text);
  return { wasm: bytes, glue: text };
}

const letter = (number) => (number < 0 ? "" : String.fromCharCode(97 + number));

/** What is exported must be what the glue asks for, and the list of imports one. */
function check(wasm, glue) {
  const module = new WebAssembly.Module(wasm);
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  for (const [, name] of glue.matchAll(/\bwasm\.([\w$]+)/g)) {
    if (!exported.has(name)) throw new Error(`the wasm file lacks the export ${name}`);
  }
  if (!/\bconst import0 = \[/.test(glue) || /^ {8}__wb\w+: /m.test(glue)) {
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

function renameExports(body, shortName) {
  const reader = createReader(body);
  const count = reader.number();
  const parts = [number(count)];
  for (let index = 0; index < count; index += 1) {
    const name = reader.text();
    parts.push(text(shortName(name)), Buffer.from([reader.byte()]), number(reader.number()));
  }
  return Buffer.concat(parts);
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
