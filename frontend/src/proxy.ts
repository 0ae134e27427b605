import { randomBytes } from "node:crypto";
import { NextResponse, type NextRequest } from "next/server";
import { config as configuration } from "./server/config";
import { contentSecurityPolicy } from "./server/content-security-policy";

const POLICY = "Content-Security-Policy";
const A_YEAR = 365 * 24 * 60 * 60;

/** Gives each document a policy with a nonce of its own, which Next writes into what it renders for this request. */
export function proxy(request: NextRequest): NextResponse {
  const { publicUrl, socketUrl } = configuration();
  const policy = contentSecurityPolicy(socketUrl, `'nonce-${randomBytes(16).toString("base64")}'`);
  const headers = new Headers(request.headers);
  headers.set(POLICY, policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set(POLICY, policy);
  if (publicUrl.startsWith("https:")) {
    response.headers.set("Strict-Transport-Security", `max-age=${A_YEAR}; includeSubDomains`);
  }
  return response;
}

// Files and API routes are no documents.
export const config = { matcher: "/((?!api/|_next/static/|theme\\.js$|favicon\\.ico$).*)" };
