const DEVELOPMENT = process.env.NODE_ENV === "development";

/**
 * What a page of ours may load, with `scripts` as the only inline ones: a nonce, or hashes.
 * `socketUrl` is where the browser hears live events, apart from our own server the only place it speaks to.
 */
export function contentSecurityPolicy(socketUrl: string, scripts: string): string {
  const socket = new URL(socketUrl);
  socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
  return [
    "default-src 'none'",
    // React rebuilds the server's stack traces by eval, and only while developing.
    `script-src 'self' ${scripts}${DEVELOPMENT ? " 'unsafe-eval'" : ""}`,
    // Radix and sonner position what floats by style attributes, for which there are no nonces.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${socket.protocol}//${socket.host}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}
