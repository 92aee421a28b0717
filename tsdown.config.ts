import type { UserConfig } from "tsdown";
import { keepFunctions } from "./tools/keep-functions.ts";

// A character outside Latin-1, were there only one, would make V8 keep and read a whole file at two bytes a character.
const asciiOnly = {
  name: "ascii-only",
  renderChunk: (code: string) =>
    code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
};

/** Types lie in chunks of their own, which must not take the name of the code's. */
const sharedChunk = (module: string) => (/\.d\.[cm]?ts$/.test(module) ? "shared.d" : "shared");

// Few files, for finding one costs a process that starts about as much as reading it. Names and lines stay, so that a
// stack trace can be read. `#primitives`, `#next-api` and `#embedded-stores` stay as they are; package.json's `imports`
// picks the runtime's variant.
const config: UserConfig = {
  entry: [
    "lib/index.ts",
    "lib/only-on-servers.ts",
    "lib/seal/primitives.node.ts",
    "lib/seal/primitives.web.ts",
    "lib/next/next-api.ts",
    "lib/next/next-api.lazy.ts",
    "lib/stores/embedded.ts",
    "lib/stores/embedded.edge.ts",
    "lib/stores/file.ts",
    "lib/stores/file.edge.ts",
    "lib/stores/postgres.ts",
    "lib/stores/redis.ts",
    "lib/stores/sqlite.ts",
    "lib/stores/sqlite.edge.ts",
    "lib/stores/unstorage.ts",
    "lib/testing/index.ts",
    "lib/testing/contract/second-process.ts",
  ],
  outDir: "dist",
  format: "esm",
  target: "es2023",
  platform: "neutral",
  fixedExtension: false,
  dts: { oxc: true },
  tsconfig: "lib/tsconfig.json",
  // devalue goes in: its nine files would take a third of the time that importing the package takes.
  deps: { neverBundle: [/^node:/, /^next\//, /^#/], alwaysBundle: ["devalue"] },
  copy: [{ from: "node_modules/devalue/LICENSE", to: "dist", rename: "devalue.LICENSE" }],
  // devalue asks whether it runs on Node, behind a check that there is a `process`; Next refuses the plain name on the Edge.
  define: { "process.versions": "globalThis.process?.versions" },
  plugins: [asciiOnly, keepFunctions],
  outputOptions: {
    comments: { jsdoc: false, annotation: true, legal: true },
    chunkFileNames: "[name].js",
    codeSplitting: {
      groups: [
        // What the core and the stores share.
        {
          name: sharedChunk,
          debugName: "shared",
          test: /lib.(errors|seal.maybe-promise|stores.(?!memory|embedded|lazy))/,
          minShareCount: 2,
        },
      ],
    },
  },
};

export default config;
