import { fileURLToPath } from "node:url";

/** @type {import("next").NextConfig} */
export default {
  // The bench has a TypeScript project of its own, which covers this app.
  typescript: { ignoreBuildErrors: true },
  // No higher: Turbopack would take the repository's own middleware.ts for this app's.
  turbopack: { root: fileURLToPath(new URL("..", import.meta.url)) },
};
