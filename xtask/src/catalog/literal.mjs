/**
 * Prints an array that a JavaScript file contains as JSON: `node literal.mjs <file> <how the array's line begins>`.
 *
 * The file is not run, only the array: from its `[` to the line that closes it at the same indentation. Names it
 * mentions stand for nothing but themselves.
 */
import { readFileSync } from "node:fs";
import { argv, stdout } from "node:process";
import { createContext, runInContext } from "node:vm";

const [, , file, start] = argv;
const lines = readFileSync(file, "utf8").split("\n");
const first = lines.findIndex((line) => line.trimStart().startsWith(start));
if (first < 0) throw new Error(`${file} has no line that starts with ${start}`);
const indentation = lines[first].length - lines[first].trimStart().length;
const close = `${" ".repeat(indentation)}]`;
const last = lines.findIndex((line, index) => index > first && line.startsWith(close));
if (last < 0) throw new Error(`the array of ${file} does not end`);

const inner = lines.slice(first + 1, last).join("\n");
const names = new Proxy({}, { has: () => true, get: (_, name) => (typeof name === "string" ? nameless(name) : undefined) });
stdout.write(JSON.stringify(runInContext(`[${inner}]`, createContext(names))));

/** What an identifier stands for: text, of which a member is text again. */
function nameless(name) {
  const text = () => name;
  return new Proxy(text, {
    get: (_, member) => (member === Symbol.toPrimitive || member === "toJSON" ? text : nameless(String(member))),
  });
}
