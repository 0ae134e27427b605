// @vitest-environment node
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ON_BEHALF_OF } from "@/features/session/session";
import { forward, isOnBehalfOf, parseTarget } from "./backend";

const SHOP = "http://shop.example";
const ORDERS = { service: "order", path: "/orders" } as const;
const PATIENCE_MS = 2_000;

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The address of a service that answers like this. */
async function serviceThat(answers: RequestListener): Promise<string> {
  const started = createServer(answers);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

const place = (path: string) => parseTarget(SHOP + path);

test("the path and the query lead on when they are a service's", () => {
  expect(place("/api/backend/order/orders?status=PENDING&status=FAILED")).toEqual({
    service: "order",
    path: "/orders?status=PENDING&status=FAILED",
  });
  expect(place("/api/backend/inventory/products/AUD-AMP-01")?.path).toBe("/products/AUD-AMP-01");
  expect(place("/api/backend/order/orders.csv")).toBeNull();
  expect(place("/api/backend/order/orders/o-1/events")?.path).toBe("/orders/o-1/events");
});

test.each([
  "/api/backend/order",
  "/api/backend/order/",
  "/api/backend/order/orders/",
  "/api/backend/order/health/ready",
  "/api/backend/order/dead-letters",
  "/api/backend/order/openapi.json",
  "/api/backend/issuer/auth/token",
  "/api/backend/constructor/orders",
  "/api/backend/__proto__/orders",
  "/api/backend/order/orders/../health",
  "/api/backend/order/orders/%2e%2e/health",
  "/api/backend/order/orders/..%2fhealth",
  "/api/backend/order/orders/..%5chealth",
  "/api/backend/order/orders//127.0.0.1",
  "/api/backend/order//127.0.0.1:9/orders",
  "/api/backend/order/orders/@127.0.0.1",
  "/api/backend/order/orders/a%00b",
  "/api/backend/order/orders/...",
  "/api/backend/order/orders/;x",
])("%s leads nowhere when it is asked for", (path) => {
  expect(place(path)).toBeNull();
});

test("a request is refused when it is meant for somebody who is not signed in any more", () => {
  const meantFor = (subject?: string) =>
    new Request(
      SHOP,
      subject === undefined ? {} : { headers: { [ON_BEHALF_OF]: encodeURIComponent(subject) } },
    );
  expect(isOnBehalfOf(meantFor(), "shopper-bob")).toBe(true);
  expect(isOnBehalfOf(meantFor("shopper-bob"), "shopper-bob")).toBe(true);
  expect(isOnBehalfOf(meantFor("Zoë|1"), "Zoë|1")).toBe(true);
  expect(isOnBehalfOf(meantFor("shopper-anna"), "shopper-bob")).toBe(false);
});

test("an answer that is no JSON is not passed on when something between has written it", async () => {
  const service = await serviceThat((_, response) => {
    response.writeHead(502, { "Content-Type": "text/html" }).end("<h1>Bad gateway</h1>");
  });
  const answer = await forward(new Request(`${SHOP}/x`), ORDERS, service, null);
  expect(answer.status).toBe(503);
  expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
});

test("the listed headers alone go on when a request is passed on", async () => {
  let heard: IncomingMessage | undefined;
  let body = "";
  const service = await serviceThat((request, response) => {
    heard = request;
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => response.writeHead(201).end("{}"));
  });
  const request = new Request(`${SHOP}/api/backend/order/orders`, {
    method: "POST",
    body: '{"items":[]}',
    headers: {
      Authorization: "Bearer of-the-page",
      "Content-Type": "application/json",
      Cookie: "session=secret",
      "Idempotency-Key": "k-1",
      "If-Match": '"3"',
      "X-Forwarded-For": "10.0.0.1",
      "X-Correlation-Id": "01a20068-25fb-77b8-ab85-e00a56162c69",
    },
  });
  const answer = await forward(request, ORDERS, service, "of-the-session");
  expect(answer.status).toBe(201);
  expect(body).toBe('{"items":[]}');
  expect(heard?.method).toBe("POST");
  expect(heard?.headers).toMatchObject({
    authorization: "Bearer of-the-session",
    "content-type": "application/json",
    "idempotency-key": "k-1",
    "if-match": '"3"',
    "x-correlation-id": "01a20068-25fb-77b8-ab85-e00a56162c69",
  });
  expect(heard?.headers).not.toHaveProperty("cookie");
  expect(heard?.headers).not.toHaveProperty("x-forwarded-for");
});

test("the listed headers alone come back when a service answers", async () => {
  const service = await serviceThat((_, response) => {
    response.writeHead(409, {
      "Content-Type": "application/problem+json",
      "Access-Control-Allow-Origin": "*",
      ETag: '"4"',
      Location: "/orders/o-1",
      "Retry-After": "7",
      Server: "secret/1.0",
      "Set-Cookie": "session=theirs",
    });
    response.end('{"title":"no"}');
  });
  const answer = await forward(new Request(SHOP), ORDERS, service, null);
  expect(answer.status).toBe(409);
  expect(await answer.json()).toEqual({ title: "no" });
  expect(Object.fromEntries(answer.headers)).toEqual({
    "cache-control": "no-store",
    "content-type": "application/problem+json",
    etag: '"4"',
    location: "/api/backend/order/orders/o-1",
    "retry-after": "7",
  });
});

test("an answer without a body comes back when there is nothing to say", async () => {
  const service = await serviceThat((_, response) => response.writeHead(204).end());
  expect((await forward(new Request(SHOP), ORDERS, service, null)).status).toBe(204);
});

test("a redirect is not followed when a service sends one", async () => {
  const asked: (string | undefined)[] = [];
  const service = await serviceThat((request, response) => {
    asked.push(request.url);
    response.writeHead(request.url === "/orders" ? 302 : 200, { Location: "/elsewhere" }).end();
  });
  expect((await forward(new Request(SHOP), ORDERS, service, null)).status).toBe(503);
  expect(asked).toEqual(["/orders"]);
});

test("503 with Retry-After is the answer when the service is away", async () => {
  const answer = await forward(new Request(SHOP), ORDERS, "http://127.0.0.1:1", null);
  expect(answer.status).toBe(503);
  expect(answer.headers.get("Retry-After")).toBe("2");
  expect(await answer.json()).toMatchObject({
    type: "urn:eventflow:problem:service-unavailable",
    status: 503,
  });
});

test("504 is the answer when the service takes too long", async () => {
  const service = await serviceThat(() => undefined);
  const answer = await forward(new Request(SHOP), ORDERS, service, null, 50);
  expect(await answer.json()).toMatchObject({ type: "urn:eventflow:problem:no-answer-in-time", status: 504 });
});

test("504 is the answer when the service stops in the middle", async () => {
  const service = await serviceThat((_, response) => void response.writeHead(200).write("{"));
  expect((await forward(new Request(SHOP), ORDERS, service, null, 50)).status).toBe(504);
});

test("503 is the answer when the connection breaks in the middle", async () => {
  const service = await serviceThat((_, response) => {
    response.writeHead(200, { "Content-Length": "10" });
    response.write("{", () => response.destroy());
  });
  expect((await forward(new Request(SHOP), ORDERS, service, null, PATIENCE_MS)).status).toBe(503);
});

test("413 is the answer when the body is too large, said or not", async () => {
  let asked = false;
  const service = await serviceThat((_, response) => {
    asked = true;
    response.end();
  });
  const large = new Uint8Array(256 * 1024 + 1);
  const streamed = new ReadableStream({
    start(controller) {
      controller.enqueue(large);
      controller.close();
    },
  });
  for (const body of [large, streamed]) {
    const request = new Request(SHOP, { method: "POST", body, duplex: "half" } as RequestInit);
    expect((await forward(request, ORDERS, service, null)).status).toBe(413);
  }
  expect(asked).toBe(false);
});
