import path from "node:path";
import type { NextConfig } from "next";

const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
];

const config: NextConfig = {
  output: "standalone",
  // Or a lock file further up makes that folder the root, and standalone gets another shape.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  poweredByHeader: false,
  // Pages are kept with the hashes that their security policies need, and none that the build made is shown.
  cacheHandler: path.join(import.meta.dirname, "src/server/page-cache.mjs"),
  cacheMaxMemorySize: 0,
  headers: () =>
    Promise.resolve([
      { source: "/:path*", headers: securityHeaders },
      // What is no document loads nothing, should a browser ever take it for one.
      {
        source: "/api/:path*",
        headers: [{ key: "Content-Security-Policy", value: "default-src 'none'; frame-ancestors 'none'" }],
      },
    ]),
  // Pictures are vector files: nobody needs the server to scale any.
  images: { unoptimized: true },
  reactStrictMode: true,
  typedRoutes: true,
  // A page with a parameter is made at its first request; `/` itself would be made, empty, during the build.
  rewrites: () => Promise.resolve([{ source: "/", destination: "/catalogue/all" }]),
  agentRules: false,
  experimental: { agentUpgrade: false, agentFeedback: false },
};

export default config;
