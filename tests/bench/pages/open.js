/** How long `open()` takes on a page that was just loaded. With `fill` it stores the conversations first. */
import { instance, manifest } from "./modelyard.js";
import { clean, options, report, run } from "./page.js";

run(async () => {
  const { fill, count } = options;
  if (fill) await clean();
  const modelyard = instance([manifest({ url: "https://models.example/a.bin", sizeBytes: 1, sha256: "a".repeat(64) })]);
  const begun = performance.now();
  await modelyard.open();
  const ms = performance.now() - begun;
  if (fill) for (let index = 0; index < count; index++) modelyard.openConversation(`conversation-${index}`);
  const conversations = modelyard.getSnapshot().conversations.length;
  if (conversations !== count) throw new Error(`${conversations} of ${count} conversations are there`);
  await modelyard.close();
  await report("done", { ms });
});
