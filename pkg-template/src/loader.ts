/** Gets the wasm file and compiles it. */
import type { ModelyardOptions } from "./api.js";
import { type ModelyardError, modelyardError } from "./errors.js";
import { wordsOf } from "./failure.js";
import { NEEDED } from "./features.js";

/** A download that stands still for so long has failed. */
const STALL_MS = 30_000;
/** Where the package's file is to be. */
const SERVE_IT = ["Serve the file `modelyard/core.wasm` there, or say where it is with the option `wasm`."];

export interface Loading {
  /** 0 to 1, or `null` while that cannot be known. */
  readonly onFraction: (fraction: number | null) => void;
  readonly signal: AbortSignal;
}

/** Compiles what `source` names. Rejects with a `ModelyardError`. */
export async function loadWasm(source: ModelyardOptions["wasm"], loading: Loading): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source !== undefined && typeof source !== "string" && !(source instanceof URL)) {
    return compile("the given bytes", () => WebAssembly.compile(source));
  }
  // The literal that bundlers look for. It is reached in open() only: on a server there is nothing to fetch.
  return fetchAndCompile(source ?? new URL("./modelyard_bg.wasm", import.meta.url), loading);
}

async function fetchAndCompile(url: string | URL, { onFraction, signal }: Loading): Promise<WebAssembly.Module> {
  const name = String(url).replace(/[?#].*/s, "");
  const request = new AbortController();
  const abort = () => request.abort();
  let timer = setTimeout(abort, STALL_MS);
  let broken: unknown = null;
  signal.addEventListener("abort", abort);
  try {
    if (signal.aborted) abort();
    const response = await fetch(url, { signal: request.signal }).catch((error: unknown) => {
      throw unreachable(name, error);
    });
    if (!response.ok) throw refused(name, response.status);
    const counted = countBytes(
      response,
      (fraction) => {
        clearTimeout(timer);
        timer = setTimeout(abort, STALL_MS);
        onFraction(fraction);
      },
      (error) => {
        broken = error;
      },
    );
    return await compile(name, () => WebAssembly.compileStreaming(counted)).catch((error: unknown) => {
      throw broken ? unreachable(name, broken) : error;
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

/** The same response, which tells how much of it has come, with the type that streaming compilation insists on. */
function countBytes(
  response: Response,
  onFraction: (fraction: number | null) => void,
  onError: (error: unknown) => void,
): Response {
  // With an encoding the length is that of the encoded bytes, and those cannot be counted.
  const plain = response.headers.get("content-encoding") === null;
  const total = plain ? Number(response.headers.get("content-length")) : 0;
  const reader = response.body?.getReader();
  let bytes = 0;
  const counted = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const step = await reader?.read().catch((error: unknown) => {
        onError(error);
        throw error;
      });
      if (!step || step.done) return controller.close();
      bytes += step.value.byteLength;
      onFraction(total > 0 ? Math.min(1, bytes / total) : null);
      controller.enqueue(step.value);
    },
  });
  return new Response(counted, { headers: { "content-type": "application/wasm" } });
}

async function compile(name: string, work: () => Promise<WebAssembly.Module>): Promise<WebAssembly.Module> {
  try {
    return await work();
  } catch (error) {
    throw (await canCompile()) ? noModule(name, error) : forbidden(error);
  }
}

async function canCompile(): Promise<boolean> {
  return WebAssembly.compile(NEEDED).then(
    () => true,
    () => false,
  );
}

function unreachable(name: string, error: unknown): ModelyardError {
  return modelyardError("network", `The file ${name} could not be fetched.`, { cause: wordsOf(error) });
}

function refused(name: string, httpStatus: number): ModelyardError {
  const message = `The server answered ${httpStatus} for the file ${name}.`;
  return httpStatus >= 500
    ? modelyardError("network", message, { httpStatus })
    : modelyardError("not_found", message, { httpStatus, recovery: SERVE_IT });
}

function noModule(name: string, error: unknown): ModelyardError {
  return modelyardError("load_failed", `The file ${name} is no WebAssembly module of this package.`, {
    cause: wordsOf(error),
    recovery: SERVE_IT,
  });
}

function forbidden(error: unknown): ModelyardError {
  return modelyardError("unsupported", "This page's Content Security Policy does not allow WebAssembly.", {
    cause: wordsOf(error),
    recovery: ["Add 'wasm-unsafe-eval' to script-src."],
  });
}
