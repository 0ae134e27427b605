import { subscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";
import { contentSecurityPolicy } from "./content-security-policy";
import { INLINE_SCRIPTS } from "./page-cache.mjs";

/**
 * A cached page cannot carry this request's nonce, so its policy names the hashes of its inline scripts instead.
 * That a page is from the cache is known only when it is sent, long after src/proxy.ts: here is the last moment.
 */
export function watchCachedPages(socketUrl: string): void {
  subscribe("http.server.request.start", (message) => {
    const { response } = message as { response: ServerResponse };
    const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => ServerResponse;
    response.writeHead = (...head: unknown[]) => {
      nameHashes(response, socketUrl);
      return writeHead(...head);
    };
  });
}

function nameHashes(response: ServerResponse, socketUrl: string): void {
  const hashes = response.getHeader(INLINE_SCRIPTS);
  if (hashes === undefined) return;
  response.removeHeader(INLINE_SCRIPTS);
  if (!response.hasHeader("Content-Security-Policy")) return;
  response.setHeader("Content-Security-Policy", contentSecurityPolicy(socketUrl, String(hashes)));
}
