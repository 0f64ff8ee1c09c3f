/**
 * One download in one way. The clock runs from the page's wish to the moment the page knows that the file is there;
 * what a page has ready before a user clicks (scripts, workers, an open instance) is made before.
 */
import { clean, options, report, run, storedFiles } from "./page.js";

const { way, file } = options;

async function loop() {
  const worker = new Worker("./loop-worker.js");
  const said = () =>
    new Promise((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
  await said();
  return {
    async download() {
      const done = said();
      worker.postMessage({ way, url: file.url });
      await done;
    },
    close: () => worker.terminate(),
  };
}

async function ours() {
  const { cached, instance, manifest } = await import("./modelyard.js");
  const modelyard = instance([manifest(file)]);
  await modelyard.open();
  return {
    download() {
      modelyard.download("model");
      return cached(modelyard);
    },
    close: () => modelyard.close(),
  };
}

async function wllama() {
  const { ModelManager } = await import("/wllama/index.min.js");
  const manager = new ModelManager();
  return { download: () => manager.downloadModel(file.url), close() {} };
}

run(async () => {
  await clean();
  const contender = await { plain: loop, ceiling: loop, wllama, ours }[way]();
  globalThis.gc();
  await report("ready");
  // While memory is watched: time to see how much there was before.
  if (options.pauseMs) await new Promise((resolve) => setTimeout(resolve, options.pauseMs));
  await report("begun");
  const begun = performance.now();
  await contender.download();
  const ms = performance.now() - begun;
  const files = await storedFiles();
  await report("done", { ms, files });
  await contender.close();
  await clean();
  await report("clean");
});
