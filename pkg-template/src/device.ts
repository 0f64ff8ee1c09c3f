/** What the router is told about the device. What a browser does not say stays `undefined`: unknown. */
import type { Command } from "./generated/index.js";

type Facts = Extract<Command, { type: "describeDevice" }>;

/** Tells the core now, and again when the network comes or goes, until the signal is aborted. */
export function watchDevice(signal: AbortSignal, tell: (facts: Facts) => void): void {
  const { navigator } = globalThis as { navigator?: Navigator };
  async function report(): Promise<void> {
    const { quota, usage } = (await navigator?.storage?.estimate?.().catch(() => undefined)) ?? {};
    if (signal.aborted) return;
    // Without the interface there is no WebGPU. With it, only asking for an adapter would tell: that starts a process,
    // and where there is none the console complains.
    const webgpu = navigator && !("gpu" in navigator) ? false : undefined;
    // Where one of the two is not known it is no number, which JSON makes `null` of: unknown as well.
    const freeDiskBytes = Math.max(0, Number(quota) - Number(usage));
    tell({ type: "describeDevice", online: navigator?.onLine, webgpu, shaderF16: webgpu, freeDiskBytes } as Facts);
  }
  for (const type of ["online", "offline"]) globalThis.addEventListener?.(type, report, { signal });
  void report();
}
