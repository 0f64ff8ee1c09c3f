/**
 * Keys of the device, each set and used at once: it is checked, encrypted with the device's key and stored for good before
 * `set()` resolves, and the list that was refused without it is asked for again, signed. With `again` the key that was stored
 * last is read, decrypted and used.
 */
import { createManagement } from "/modelyard/management/index.js";
import { instance } from "./modelyard.js";
import { clean, options, report, run } from "./page.js";

const HOST = "https://ollama.example";

/** When a request was signed with which key; nothing goes out. */
const signed = new Map();
let seen = () => undefined;
globalThis.fetch = ((real) => async (url, given) => {
  if (!String(url).startsWith(HOST)) return real(url, given);
  const key = given?.headers?.Authorization;
  if (key && !signed.has(key)) signed.set(key, performance.now());
  seen();
  return new Response('{"models":[]}', { headers: { "Content-Type": "application/json" } });
})(globalThis.fetch);

function whenSigned(key) {
  return new Promise((resolve) => {
    seen = () => {
      const at = key ? signed.get(`Bearer ${key}`) : [...signed.values()][0];
      if (at !== undefined) resolve(at);
    };
    seen();
  });
}

run(async () => {
  const { count, again } = options;
  if (!again) await clean();
  const management = createManagement({
    acknowledgeKeyInBrowser: true,
    config: { providers: { ollama: { host: HOST } } },
  });
  const modelyard = instance([], { management });
  const begun = performance.now();
  await modelyard.open();
  if (again) return report("done", { ms: (await whenSigned(null)) - begun });
  const [trips, ready] = [[], []];
  for (let round = 0; round < count; round++) {
    const key = `sk-bench-${round.toString().padStart(40, "0")}`;
    await management.keys.forget("ollama");
    const start = performance.now();
    await management.keys.set("ollama", key, { keep: "device" });
    ready.push(performance.now() - start);
    trips.push((await whenSigned(key)) - start);
  }
  await modelyard.close();
  await report("done", { trips, ready });
});
