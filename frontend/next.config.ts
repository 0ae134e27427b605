import type { NextConfig } from "next";

const config: NextConfig = {
  output: "standalone",
  // Or a lock file further up makes that folder the root, and standalone gets another shape.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  // A page with a parameter is made at its first request; `/` itself would be made, empty, during the build.
  rewrites: () => Promise.resolve([{ source: "/", destination: "/catalogue/all" }]),
  agentRules: false,
  experimental: { agentUpgrade: false, agentFeedback: false },
};

export default config;
