// @vitest-environment node
import { expect, test } from "vitest";
import type { EventFlowEvent } from "@/lib/events/types";
import { eventAt } from "./gateway.fake";
import { Sieve } from "./sieve";

test("a copy is dropped when thousands of events came in between", () => {
  const sieve = new Sieve();
  expect(sieve.admits(eventAt(1))).toBe(true);
  for (let other = 0; other < 900; other += 1) sieve.admits(eventAt(1, `other ${other}`));
  expect(sieve.admits(eventAt(1))).toBe(false);
});

test("streams are told apart when two services speak of one order", () => {
  const sieve = new Sieve();
  expect(sieve.admits(eventAt(5))).toBe(true);
  const ofPayment: EventFlowEvent = {
    ...eventAt(1),
    id: "of the payment",
    source: "/payment-service",
    type: "payment.cancelled",
    dataschema: "urn:eventflow:payment.cancelled:1",
    data: { payment_id: "payment", order_id: "order", reason: "customer_request" },
  };
  expect(sieve.admits(ofPayment)).toBe(true);
});
