/** What an app does at every start: opens, and what was queued goes on by itself. Asks for the model only once. */
import { cached, instance, manifest } from "./modelyard.js";
import { options, report, run } from "./page.js";

run(async () => {
  const modelyard = instance([manifest(options.file)]);
  await modelyard.open();
  const { jobs, models } = modelyard.getSnapshot();
  const resumed = jobs.length > 0;
  if (!resumed && models[0].presence !== "cached") modelyard.download("model");
  await report("open", { resumed, presentBytes: models[0].presentBytes });
  await cached(modelyard);
  await report("done");
  await modelyard.close();
});
