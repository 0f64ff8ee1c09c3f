/**
 * The content security policy of the demo. Sent as a header by `vite preview`, and written into the built page for
 * servers that send none (where `frame-ancestors` does nothing).
 *
 * Beyond the package's own needs: `blob:` for wllama's worker, and the policy `default` that lets it start (see
 * src/boot/trusted-types.ts). Styles need no exception.
 *
 * Requests may go to any host: people enter the addresses of their own servers on the settings page, and a policy is
 * fixed before they do. What keeps foreign code from using that is all the rest: scripts come from this page alone, and
 * no text becomes one. An app that knows its servers names them here instead.
 */
const inPage: string[] = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "connect-src 'self' http: https:",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types modelyard#worker default",
];

export const metaPolicy = inPage.join("; ");

export const headers: Record<string, string> = {
  "Content-Security-Policy": [...inPage, "frame-ancestors 'none'"].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};
