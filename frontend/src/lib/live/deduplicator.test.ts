// @vitest-environment node
import { expect, test } from "vitest";
import type { EventFlowEvent } from "@/lib/events/types";
import { eventAt } from "./gateway.fake";
import { Deduplicator } from "./deduplicator";

test("a copy is dropped when thousands of events came in between", () => {
  const deduplicator = new Deduplicator();
  expect(deduplicator.admits(eventAt(1))).toBe(true);
  for (let other = 0; other < 900; other += 1) deduplicator.admits(eventAt(1, `other ${other}`));
  expect(deduplicator.admits(eventAt(1))).toBe(false);
});

test("streams are told apart when two services speak of one order", () => {
  const deduplicator = new Deduplicator();
  expect(deduplicator.admits(eventAt(5))).toBe(true);
  const ofPayment: EventFlowEvent = {
    ...eventAt(1),
    id: "of the payment",
    source: "/payment-service",
    type: "payment.cancelled",
    dataschema: "urn:eventflow:payment.cancelled:1",
    data: { payment_id: "payment", order_id: "order", reason: "customer_request" },
  };
  expect(deduplicator.admits(ofPayment)).toBe(true);
});
