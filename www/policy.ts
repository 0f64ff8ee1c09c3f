/**
 * The content security policy of the demo. Sent as a header by `vite preview`, and written into the built page for
 * servers that send none (where `frame-ancestors` does nothing).
 *
 * Beyond the package's own needs: `blob:` for wllama's worker, and the policy `default` that lets it start (see
 * src/boot/trusted-types.ts). Styles need no exception.
 */

/** Where models may come from: this page, any port of this machine, Hugging Face, and what the build was told. */
function sources(modelsUrl: string | undefined): string {
  const known = ["'self'", "http://localhost:*", "http://127.0.0.1:*", "https://huggingface.co", "https://*.hf.co"];
  return [...known, ...(modelsUrl ? [new URL(modelsUrl).origin] : [])].join(" ");
}

const inPage = (modelsUrl: string | undefined): string[] => [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  `connect-src ${sources(modelsUrl)}`,
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types modelyard#worker default",
];

export const metaPolicy = (modelsUrl?: string): string => inPage(modelsUrl).join("; ");

export const headers = (modelsUrl?: string): Record<string, string> => ({
  "Content-Security-Policy": [...inPage(modelsUrl), "frame-ancestors 'none'"].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
});
