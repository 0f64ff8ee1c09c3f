/** An instance that downloads one file, as an app has it. */
import { createModelyard } from "/modelyard/index.js";

/** Never asked to load: what is only downloaded is not. */
const engine = { id: "bench", load: () => Promise.reject(new Error("nothing is loaded here")) };

/** The manifest of a model of one file. The name has no magic that could be checked, for the bytes are no model. */
export function manifest(file) {
  return {
    id: "model",
    name: "Model",
    engine: engine.id,
    files: [{ name: "weights.bin", url: file.url, sizeBytes: file.sizeBytes, sha256: file.sha256 }],
  };
}

export function instance(models, more = {}) {
  return createModelyard({ models, engines: [engine], ...more });
}

/** Resolves when the file is committed under its digest. */
export function cached(modelyard) {
  return new Promise((resolve, reject) => {
    const look = () => {
      const { models, jobs } = modelyard.getSnapshot();
      if (models[0]?.presence === "cached") resolve();
      const failed = jobs.find((job) => job.lifecycle === "failed");
      if (failed) reject(new Error(JSON.stringify(failed.failure)));
    };
    modelyard.subscribe(look);
    look();
  });
}
