import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** @type {import("next").NextConfig} */
export default {
  serverExternalPackages: ["ioredis", "pg"],
  // The package that is tested is the repository itself.
  turbopack: { root: dirname(dirname(fileURLToPath(import.meta.url))) },
};
