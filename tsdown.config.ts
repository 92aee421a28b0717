import { defineConfig } from "tsdown";

// One output file per source file: a stack trace and a bundle analyser show the same names as `lib/`.
// `#primitives` and `#next-api` stay as they are; package.json's `imports` picks the runtime's variant.
export default defineConfig({
  entry: [
    "lib/index.ts",
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
    "lib/testing/index.ts",
    "lib/testing/contract/second-process.ts",
  ],
  outDir: "dist",
  format: "esm",
  target: "es2023",
  platform: "neutral",
  unbundle: true,
  fixedExtension: false,
  dts: { oxc: true },
  tsconfig: "lib/tsconfig.json",
  deps: { neverBundle: [/^node:/, /^next\//, /^#/, "devalue"] },
});
