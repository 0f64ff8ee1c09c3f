/** Progress of a load by the bytes an engine has read: wllama itself says nothing while it loads. */
import type { EngineFile } from "../api.js";

/** The files, each of which tells when a part of it is read. Fractions go up to 1 and never fall. */
export function countReads(files: readonly EngineFile[], onProgress: (fraction: number) => void): File[] {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let read = 0;
  return files.map(({ name, file }) => {
    // The highest byte read counts, so that reading a header twice is no progress.
    let reached = 0;
    const reach = (end: number) => {
      const more = Math.min(end, file.size) - reached;
      if (more <= 0) return;
      reached += more;
      read += more;
      onProgress(read / total);
    };
    // A file of the same bytes (they are not copied) under the name the engine knows it by.
    const watched = new File([file], name, { type: file.type });
    return Object.defineProperties(watched, {
      slice: {
        value: (start?: number, end?: number, type?: string) => {
          if (typeof end === "number" && end >= 0) reach(end);
          return file.slice(start, end, type);
        },
      },
      stream: {
        value: () => {
          let position = 0;
          return file.stream().pipeThrough(
            new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
              transform(chunk, controller) {
                position += chunk.byteLength;
                reach(position);
                controller.enqueue(chunk);
              },
            }),
          );
        },
      },
    });
  });
}
