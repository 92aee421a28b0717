import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const lib = (path: string) => fileURLToPath(new URL(`./lib/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      "#primitives": lib("seal/primitives.node.ts"),
      "#next-api": lib("next/next-api.lazy.ts"),
      "#embedded-stores": lib("stores/embedded.ts"),
    },
  },
  test: {
    include: ["lib/**/*.test.ts", "docs/**/*.test.ts"],
    testTimeout: 30_000,
  },
});
