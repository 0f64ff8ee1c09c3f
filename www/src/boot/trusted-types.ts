/**
 * The page is served with `require-trusted-types-for 'script'`. Modelyard has a policy of its own for its worker;
 * wllama makes its worker from a blob by a plain string and has none. This default policy lets that through and
 * nothing else: blobs of this page are the page's own code, any other address is refused.
 */
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): unknown;
}

export function allowEngineWorkers(): void {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  factory?.createPolicy("default", {
    createScriptURL: (url) => {
      if (url.startsWith(`blob:${location.origin}/`)) return url;
      throw new TypeError(`A script from ${url} is not allowed here.`);
    },
  });
}
