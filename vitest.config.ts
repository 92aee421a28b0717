import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const lib = (path: string) => fileURLToPath(new URL(`./lib/${path}`, import.meta.url));

const resolve = {
  alias: {
    "#primitives": lib("seal/primitives.node.ts"),
    "#next-api": lib("next/next-api.lazy.ts"),
    "#embedded-stores": lib("stores/embedded.ts"),
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: "unit",
          include: ["lib/**/*.test.ts", "docs/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ["**/*.servers.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        // Against real Redis, Redis Cluster and Postgres, which the setup starts once for all of them.
        resolve,
        test: {
          name: "servers",
          include: ["lib/**/*.servers.test.ts"],
          globalSetup: "tools/servers/setup.ts",
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They wait more than they compute.
          maxWorkers: 3,
        },
      },
    ],
  },
});
