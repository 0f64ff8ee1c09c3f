/**
 * Gives short names to what wasm and glue call each other by. wasm-bindgen ends each of some hundred names in a hash,
 * which nothing can compress; nobody but these two files ever sees them.
 */

const IMPORTS = 2;
const EXPORTS = 7;
/** What follows an import's kind: a type index, a table, a memory, a global. Only these are ever imported. */
const FUNCTION = 0;

/** The wasm file and the glue with the same short names in both. */
export function shorten(wasm, glue) {
  const names = new Map();
  const shortName = (name) => {
    if (!names.has(name)) names.set(name, `$${names.size.toString(36)}`);
    return names.get(name);
  };
  const sections = readSections(wasm).map(({ id, body }) => {
    if (id === IMPORTS) return { id, body: renameImports(body, shortName) };
    if (id === EXPORTS) return { id, body: renameExports(body, shortName) };
    return { id, body };
  });
  let text = glue;
  // An import is a key of an object, an export a property of `wasm`; nothing else has such a name.
  text = text.replace(/^(\s+)(__wb\w+)(: function|\()/gm, (all, indent, name, rest) =>
    names.has(name) ? `${indent}${names.get(name)}${rest}` : all,
  );
  text = text.replace(/\bwasm\.(\w+)/g, (all, name) => (names.has(name) ? `wasm.${names.get(name)}` : all));
  const bytes = writeSections(sections);
  check(bytes, text);
  return { wasm: bytes, glue: text };
}

/** Each name must be where the other file looks for it. */
function check(wasm, glue) {
  const module = new WebAssembly.Module(wasm);
  for (const { name } of WebAssembly.Module.imports(module)) {
    if (!glue.includes(`${name}: `) && !glue.includes(` ${name}(`))
      throw new Error(`the glue lacks the import ${name}`);
  }
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  for (const [, name] of glue.matchAll(/\bwasm\.([\w$]+)/g)) {
    if (!exported.has(name)) throw new Error(`the wasm file lacks the export ${name}`);
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
