// What each entry adds to a bundle: minified, gzip, everything it imports included, but Next.js itself. Limits stand
// a little above what is measured: whoever makes an entry heavier sees it, and raises its limit on purpose.
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** Bundled as for middleware on the Edge runtime. */
function edge(name, what, limit) {
  return {
    name,
    path: "dist/index.js",
    import: what,
    limit,
    gzip: true,
    modifyEsbuildConfig: (config) => ({
      ...config,
      format: "esm",
      conditions: ["edge-light", "module"],
      external: ["next/*"],
    }),
  };
}

/** An entry that runs on Node.js, as it is published, with what it imports. */
function node(entry, limit) {
  if (limit === undefined) throw new Error(`${entry} has no size limit yet: give it one in .size-limit.mjs.`);
  return {
    name: entry.replace("./", "next-beaker/"),
    path: manifest.exports[entry].default,
    limit,
    gzip: true,
    modifyEsbuildConfig: (config) => ({
      ...config,
      format: "esm",
      platform: "node",
      // What bundles of Server Components get: the static variant of `#next-api`, and no chunks loaded later.
      conditions: ["module"],
      external: ["next/*", "node:*"],
    }),
  };
}

const LIMITS = {
  "./stores/file": "6 kB",
  "./stores/postgres": "6.3 kB",
  "./stores/redis": "6.1 kB",
  "./stores/sqlite": "8.5 kB",
  "./stores/unstorage": "2.4 kB",
};

const stores = Object.keys(manifest.exports).filter((entry) => entry.startsWith("./stores/"));

export default [
  edge("core on the Edge: createSessions", "{ createSessions }", "32.1 kB"),
  edge("cookie sessions alone on the Edge: CookieSession", "{ CookieSession }", "21.2 kB"),
  edge("SignedCookie", "{ SignedCookie }", "4.5 kB"),
  edge("memoryStore", "{ memoryStore }", "2.5 kB"),
  ...stores.map((entry) => node(entry, LIMITS[entry])),
];
