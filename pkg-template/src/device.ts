/** What the router is told about the device. What a browser does not say stays `undefined`: unknown. */
import type { Command } from "./generated/index.js";

interface Gpu {
  requestAdapter(): Promise<{ readonly features: ReadonlySet<string> } | null>;
}

/** Tells the core now, and again when the network comes or goes, until the signal is aborted. */
export function watchDevice(
  signal: AbortSignal,
  tell: (facts: Extract<Command, { type: "describeDevice" }>) => void,
): void {
  const { navigator } = globalThis as { navigator?: Navigator & { readonly gpu?: Gpu } };
  async function report(): Promise<void> {
    const [estimate, adapter] = await Promise.all([
      navigator?.storage?.estimate?.().catch(() => undefined),
      navigator?.gpu?.requestAdapter().catch(() => null),
    ]);
    const { quota, usage } = estimate ?? {};
    if (signal.aborted) return;
    tell({
      type: "describeDevice",
      online: navigator?.onLine,
      // A browser without the interface, or without an adapter, has no WebGPU.
      webgpu: navigator && !!adapter,
      shaderF16: navigator && !!adapter?.features.has("shader-f16"),
      freeDiskBytes: quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage),
    } as Extract<Command, { type: "describeDevice" }>);
  }
  for (const type of ["online", "offline"]) globalThis.addEventListener?.(type, report, { signal });
  void report();
}
