import { ownOrigins } from "./config";
import { problem } from "./problems";

const SAFE = ["GET", "HEAD"];

/**
 * A refusal of what another site has a browser send with our visitor's cookie; null when it is our own page that asks.
 * Browsers send `Origin` with every unsafe request, and a page cannot change it.
 */
export function refusalOfOtherOrigins(request: Request, publicUrl: string): Response | null {
  if (SAFE.includes(request.method)) return null;
  const origin = request.headers.get("Origin");
  const site = request.headers.get("Sec-Fetch-Site");
  const ours = origin !== null && ownOrigins(publicUrl).includes(origin);
  if (ours && (site === null || site === "same-origin")) return null;
  return problem(
    request,
    403,
    "forbidden",
    "This does not come from our own pages",
    `Origin must be ${publicUrl}.`,
  );
}
