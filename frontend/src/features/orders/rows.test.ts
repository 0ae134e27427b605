// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Order } from "@/lib/api/types";
import type { EventFlowEvent } from "@/lib/events/types";
import { afterReading, countNew, NOTHING_HEARD, rowStatus, withEvents } from "./rows";

const file = new URL("./fixtures/delivered.json", import.meta.url);
const { order, live } = JSON.parse(readFileSync(file, "utf8")) as { order: Order; live: EventFlowEvent[] };
const asPlaced: Order = { ...order, status: "PENDING", version: 1 };

test("a row changes in place when events of its order come", () => {
  expect(rowStatus(asPlaced, NOTHING_HEARD)).toBe("PENDING");
  expect(rowStatus(asPlaced, withEvents(NOTHING_HEARD, live.slice(0, 5)))).toBe("CONFIRMED");
  expect(rowStatus(asPlaced, withEvents(NOTHING_HEARD, live))).toBe("DELIVERED");
});

test("a row stays as it was read when older events come", () => {
  expect(rowStatus(order, withEvents(NOTHING_HEARD, live.slice(0, 5)))).toBe("DELIVERED");
});

test("an order counts as new when it was placed and the list does not have it", () => {
  const heard = withEvents(withEvents(NOTHING_HEARD, live), live);
  expect(countNew([], heard)).toBe(1);
  expect(countNew([order], heard)).toBe(0);
});

test("an order is new no more when the list was read again, and its row stays as it was heard", () => {
  const heard = withEvents(NOTHING_HEARD, live);
  const after = afterReading(heard, heard, [asPlaced]);
  expect(countNew([], after)).toBe(0);
  expect(rowStatus(asPlaced, after)).toBe("DELIVERED");
});

test("what was placed while the list was read stays new, and what the list leaves out is forgotten", () => {
  expect(countNew([], afterReading(withEvents(NOTHING_HEARD, live), NOTHING_HEARD, []))).toBe(1);
  const heard = withEvents(NOTHING_HEARD, live);
  expect(afterReading(heard, heard, []).events.size).toBe(0);
});
