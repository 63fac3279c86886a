/**
 * Starts workers under Trusted Types, which otherwise forbid every script address that is computed: only scripts that
 * the build has made, by their address from `?worker&url`.
 */
interface ScriptUrl {
  toString(): string;
}
/** The part of Trusted Types that we use; not every TypeScript release knows it. */
interface Factory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): ScriptUrl };
}

function checked(url: string): string {
  const { origin, pathname } = new URL(url, location.href);
  if (origin !== location.origin || !/^\/assets\/[\w.-]+\.m?js$/.test(pathname)) throw new TypeError("not our script");
  return pathname;
}

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
// Once: the second policy of the same name is refused.
const policy = factory?.createPolicy("own-worker", { createScriptURL: checked });

/** @param url of the worker's script @throws {TypeError} if it is not one of the build */
export const startWorker = (url: string): Worker =>
  new Worker((policy?.createScriptURL(url) ?? checked(url)) as string, { type: "module" });
