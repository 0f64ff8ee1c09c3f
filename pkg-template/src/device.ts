/** What the router is told about the device. What a browser does not say stays `undefined`: unknown. */
import type { PageCore } from "./core.js";

interface Gpu {
  requestAdapter(): Promise<{ readonly features: ReadonlySet<string> } | null>;
}

/** Tells the core now, and again when the network comes or goes. The function that comes back stops it. */
export function watchDevice(tell: (use: (core: PageCore) => void) => void): () => void {
  const { navigator } = globalThis as { navigator?: Navigator & { readonly gpu?: Gpu } };
  let stopped = false;
  async function report(): Promise<void> {
    const [estimate, adapter] = await Promise.all([
      navigator?.storage?.estimate?.().catch(() => undefined),
      // Without the interface there is no WebGPU; with it, there may be no adapter.
      navigator && (navigator.gpu?.requestAdapter().catch(() => null) ?? null),
    ]);
    const { quota, usage } = estimate ?? {};
    const free = quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
    const webgpu = adapter === undefined ? undefined : adapter !== null;
    if (stopped) return;
    tell((core) => core.deviceFound(navigator?.onLine, webgpu, adapter?.features.has("shader-f16"), free));
  }
  const listener = () => void report();
  for (const type of ["online", "offline"]) globalThis.addEventListener?.(type, listener);
  listener();
  return () => {
    stopped = true;
    for (const type of ["online", "offline"]) globalThis.removeEventListener?.(type, listener);
  };
}
