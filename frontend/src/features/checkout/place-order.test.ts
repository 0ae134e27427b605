import { beforeEach, expect, test } from "vitest";
import { Problem } from "@/lib/api/problem";
import type { Order } from "@/lib/api/types";
import type { Attempt } from "./draft";
import { changeDraft } from "./draft-store";
import { FRESH_DRAFT } from "./draft";
import { placeOrder, type Send, unsettled, type Wanted } from "./place-order";

const wanted: Wanted = {
  subject: "shopper-1",
  cart: { currency: "USD", lines: [{ sku: "KIT-MUG-01", quantity: 2, prices: { USD: 1499 } }] },
  method: "pm_card_visa",
  address: { name: "Ada", line1: "12 Long Lane", city: "York", postal_code: "YO1", country: "GB" },
};

/** A service that remembers by key, as the real one does. */
class Orders {
  readonly byKey = new Map<string, Attempt["body"]>();
  readonly sent: Attempt[] = [];
  answer: "come" | "get lost" | "refuse" = "come";

  readonly send: Send = (attempt) => {
    this.sent.push(attempt);
    if (this.answer === "refuse") return Promise.reject(new Problem({ title: "No" }, 422));
    this.byKey.set(attempt.key, attempt.body);
    if (this.answer === "get lost") return Promise.reject(new Problem({}, 0));
    return Promise.resolve({ id: attempt.key } as Order);
  };
}

let service: Orders;

beforeEach(() => {
  service = new Orders();
  changeDraft(FRESH_DRAFT);
});

test("the price that the shopper saw is sent when an order is placed", async () => {
  expect((await placeOrder(wanted, service.send)).kind).toBe("placed");
  expect(service.sent[0]?.body.items).toEqual([
    { sku: "KIT-MUG-01", quantity: 2, expected_unit_price: 1499 },
  ]);
});

test("one order is placed when the button is pressed twice at once", async () => {
  await Promise.all([placeOrder(wanted, service.send), placeOrder(wanted, service.send)]);
  expect([service.sent.length, service.byKey.size]).toEqual([2, 1]);
});

test("the same order is asked for again when its answer was lost and the cart has changed since", async () => {
  service.answer = "get lost";
  expect((await placeOrder(wanted, service.send)).kind).toBe("unknown");
  expect(unsettled("shopper-1")).not.toBeNull();

  service.answer = "come";
  const changed = { ...wanted, method: "pm_card_mastercard", cart: { ...wanted.cart, currency: "EUR" } };
  expect((await placeOrder(changed, service.send)).kind).toBe("placed");
  expect(service.sent[1]).toEqual(service.sent[0]);
  expect(unsettled("shopper-1")).toBeNull();
});

test("the next order has a key of its own when the last one was refused", async () => {
  service.answer = "refuse";
  await placeOrder(wanted, service.send);
  service.answer = "come";
  await placeOrder(wanted, service.send);
  expect(service.sent[0]?.key).not.toBe(service.sent[1]?.key);
});

test("nobody sends another's attempt when someone else has signed in", async () => {
  service.answer = "get lost";
  await placeOrder(wanted, service.send);
  service.answer = "come";
  await placeOrder({ ...wanted, subject: "shopper-2" }, service.send);
  expect(service.byKey.size).toBe(2);
});
