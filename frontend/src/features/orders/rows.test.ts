// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Order } from "@/lib/api/types";
import type { EventFlowEvent } from "@/lib/events/types";
import { countNew, NOTHING_HEARD, rowStatus, withEvents, withoutNew } from "./rows";

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
  const after = withoutNew(heard, heard.placed);
  expect(countNew([], after)).toBe(0);
  expect(rowStatus(asPlaced, after)).toBe("DELIVERED");
});
