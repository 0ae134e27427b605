import { afterEach, expect, expectTypeOf, test, vi } from "vitest";
import { orders } from "./browser";
import { Problem, unwrap } from "./problem";
import type { Order } from "./types";

afterEach(() => vi.unstubAllGlobals());

function answer(body: string, init: ResponseInit): void {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(body, init)));
}

const order = () => unwrap(orders.GET("/orders/{order_id}", { params: { path: { order_id: "o-1" } } }));

async function problem(): Promise<Problem> {
  return order().then(
    () => expect.fail("no problem"),
    (reason: unknown) => (reason instanceof Problem ? reason : Promise.reject(reason)),
  );
}

test("the resource comes back when the service answers well", async () => {
  answer(JSON.stringify({ id: "o-1" }), { headers: { "Content-Type": "application/json" } });
  const found = await order();
  expectTypeOf(found).toEqualTypeOf<Order>();
  expect(found.id).toBe("o-1");
});

test("the problem tells everything when the service refuses", async () => {
  answer(
    JSON.stringify({
      type: "urn:eventflow:problem:price-changed",
      title: "A price changed",
      status: 409,
      detail: "Look again.",
      instance: "/orders",
      correlation_id: "c-1",
      errors: [{ field: "items[0].expected_unit_price", message: "1999 is now 2099" }],
    }),
    { status: 409, headers: { "Content-Type": "application/problem+json", "Retry-After": "7" } },
  );
  const refused = await problem();
  expect(refused.is("price-changed")).toBe(true);
  expect(refused).toMatchObject({
    status: 409,
    message: "Look again.",
    correlationId: "c-1",
    retryAfter: 7,
    errors: [{ field: "items[0].expected_unit_price", message: "1999 is now 2099" }],
  });
});

test.each(["<html>Bad gateway</html>", "", "null", '"text"'])(
  "the status is told when the error's body is %j",
  async (body) => {
    answer(body, { status: 502 });
    expect(await problem()).toMatchObject({ status: 502, title: "The server answered 502", errors: [] });
  },
);

test("the problem says no-answer when the connection is lost", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  const lost = await problem();
  expect(lost.status).toBe(0);
  expect(lost.is("no-answer")).toBe(true);
});

test("an abort stays an abort when the caller gives up", async () => {
  const abort = new DOMException("aborted", "AbortError");
  vi.stubGlobal("fetch", () => Promise.reject(abort));
  await expect(order()).rejects.toBe(abort);
});
