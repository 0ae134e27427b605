import { randomUUID } from "node:crypto";
import type { FieldError } from "@/lib/api/types";

export const CORRELATION_ID = "X-Correlation-Id";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id by which one finds this request in every log: that of the request, or a new one. */
export function correlationId(request: Request): string {
  const given = request.headers.get(CORRELATION_ID);
  return given !== null && UUID.test(given) ? given : randomUUID();
}

type More = { headers?: Record<string, string>; errors?: FieldError[] };

/** An error answer of our own, in the shape that the services' have (RFC 9457). */
export function problem(
  request: Request,
  status: number,
  slug: string,
  title: string,
  detail: string,
  { headers, errors }: More = {},
): Response {
  const id = correlationId(request);
  const document = {
    type: `urn:eventflow:problem:${slug}`,
    title,
    status,
    detail,
    instance: new URL(request.url).pathname,
    correlation_id: id,
    ...(errors && { errors }),
  };
  return new Response(JSON.stringify(document), {
    status,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      [CORRELATION_ID]: id,
      ...headers,
    },
  });
}

export const unauthenticated = (request: Request) =>
  problem(request, 401, "unauthenticated", "Who asks is not known", "Sign in first.");

export const sessionsAway = (request: Request) =>
  problem(request, 503, "sessions-unavailable", "Signing in is not possible", "Try again in a moment.", {
    headers: { "Retry-After": "2" },
  });

export const serviceUnavailable = (request: Request, service: string) =>
  problem(
    request,
    503,
    "service-unavailable",
    "A service is away",
    `The ${service} service cannot be reached now.`,
    { headers: { "Retry-After": "2" } },
  );
