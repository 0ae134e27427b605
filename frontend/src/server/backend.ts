import { ON_BEHALF_OF } from "@/features/session/session";
import { bodyOrProblem } from "./bodies";
import { CORRELATION_ID, correlationId, problem, serviceUnavailable } from "./problems";

/** What of each service browsers reach through us: its first path segment. */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  order: ["orders"],
  payment: ["payments"],
  inventory: ["products", "reservations"],
};

const LARGEST_BODY = 256 * 1024;
const PATIENCE_MS = 10_000;

// The services' paths have plain segments alone: nothing in them is encoded, and none is made of dots.
const SEGMENT = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

const PASSED_ON = ["Accept", "Content-Type", "Idempotency-Key", "If-Match"];
const PASSED_BACK = [
  "Content-Type",
  "ETag",
  "Idempotent-Replayed",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  CORRELATION_ID,
];

const PREFIX = "/api/backend/";

/** A place in a service: `path` begins with a slash and holds the query too. */
export type Target = { service: "order" | "payment" | "inventory"; path: string };

/** Where a path below /api/backend/ leads; null when it leads nowhere. */
export function parseTarget(url: string): Target | null {
  const { pathname, search } = new URL(url);
  if (!pathname.startsWith(PREFIX)) return null;
  const [service = "", ...segments] = pathname.slice(PREFIX.length).split("/");
  if (!segments.every((segment) => SEGMENT.test(segment))) return null;
  if (!Object.hasOwn(OPEN, service) || !OPEN[service]?.includes(segments[0] ?? "")) return null;
  return { service: service as Target["service"], path: `/${segments.join("/")}${search}` };
}

/** Whether it is asked for this subject, or for whoever is signed in. */
export function isOnBehalfOf(request: Request, subject: string): boolean {
  const meant = request.headers.get(ON_BEHALF_OF);
  return meant === null || meant === encodeURIComponent(subject);
}

/** The service's answer to the request, asked with the caller's token; our own problem when it gives none in time. */
export async function forward(
  request: Request,
  { service, path }: Target,
  serviceUrl: string,
  accessToken: string | null,
  patience: number = PATIENCE_MS,
): Promise<Response> {
  const headers = new Headers({ [CORRELATION_ID]: correlationId(request) });
  copy(PASSED_ON, request.headers, headers);
  if (accessToken !== null) headers.set("Authorization", `Bearer ${accessToken}`);

  const body = await bodyOrProblem(request, LARGEST_BODY);
  if (body instanceof Response) return body;
  try {
    const answer = await fetch(serviceUrl + path, {
      method: request.method,
      headers,
      ...(body.byteLength > 0 && { body }),
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(patience),
    });
    if (answer.status >= 300 && answer.status < 400 && answer.status !== 304)
      return serviceUnavailable(request, service);
    if (!isJson(answer)) return serviceUnavailable(request, service);
    return passedBack(answer, service, await answer.arrayBuffer());
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") return tooLate(request, service);
    if (error instanceof TypeError) return serviceUnavailable(request, service); // So fetch tells a lost connection.
    throw error;
  }
}

function passedBack(answer: Response, service: string, body: ArrayBuffer): Response {
  const headers = new Headers({ "Cache-Control": "no-store" });
  copy(PASSED_BACK, answer.headers, headers);
  const location = answer.headers.get("Location");
  if (location?.startsWith("/")) headers.set("Location", PREFIX + service + location);
  return new Response(body.byteLength > 0 ? body : null, { status: answer.status, headers });
}

/** What is not, somebody between the service and us has written. */
function isJson(answer: Response): boolean {
  const type = answer.headers.get("Content-Type");
  return type === null || /^application\/([a-z.]+\+)?json\b/.test(type);
}

function copy(names: readonly string[], from: Headers, to: Headers): void {
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) to.set(name, value);
  }
}

function tooLate(request: Request, service: string): Response {
  const detail = `The ${service} service did not answer in time. It may have done what it was asked.`;
  return problem(request, 504, "no-answer-in-time", "No answer in time", detail);
}
