/** @type {import("next").NextConfig} */
export default {
  // Without this Next hides from the middleware which requests are prefetches, and a link that merely
  // scrolls into view would count as using the session and keep it alive.
  skipProxyUrlNormalize: true,
  poweredByHeader: false,
  // Loaded from node_modules when SESSION_STORE asks for one, and not bundled.
  serverExternalPackages: ["ioredis", "pg"],
  // Asked for by browsers that have not read a page's <link rel="icon"> yet.
  rewrites: async () => [{ source: "/favicon.ico", destination: "/icon.svg" }],
};
