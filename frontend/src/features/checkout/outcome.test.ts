import { expect, test } from "vitest";
import { Problem } from "@/lib/api/problem";
import type { Attempt } from "./draft";
import { outcomeOf, settles } from "./outcome";

const attempt: Attempt = {
  key: "k-1",
  subject: "shopper-1",
  body: {
    items: [
      { sku: "KIT-MUG-01", quantity: 1, expected_unit_price: 1499 },
      { sku: "HOM-LAMP-01", quantity: 1, expected_unit_price: 6300 },
    ],
    currency: "USD",
    payment_method: "pm_card_visa",
    shipping_address: {
      name: "Ada",
      line1: "1",
      line2: null,
      city: "York",
      region: null,
      postal_code: "YO1",
      country: "GB",
      email: null,
    },
  },
};

// As the order service answers it.
const priceChanged = new Problem(
  {
    type: "urn:eventflow:problem:price-changed",
    title: "A price is not the one that you saw",
    detail: "Nothing was ordered: confirm the current prices.",
    errors: [
      {
        field: "items.1.expected_unit_price",
        message: "HOM-LAMP-01 was expected at 6300 USD, it costs 6400 USD",
        current: 6400,
      },
    ],
  },
  409,
);

test("old and new price are told by line when a price changed", () => {
  expect(outcomeOf(priceChanged, attempt)).toEqual({
    kind: "prices-changed",
    changes: [{ sku: "HOM-LAMP-01", before: 6300, now: 6400 }],
  });
});

test("each reason is a sentence when lines cannot be ordered", () => {
  const refused = new Problem(
    {
      title: "Some items cannot be ordered",
      errors: [{ field: "items.0.sku", message: "there is no product KIT-MUG-01" }],
    },
    422,
  );
  expect(outcomeOf(refused, attempt)).toEqual({
    kind: "refused",
    title: "Some items cannot be ordered",
    reasons: ["There is no product KIT-MUG-01."],
  });
});

test.each([
  [0, "unknown", false],
  [408, "unknown", false],
  [429, "too-many", false],
  [401, "signed-out", false],
  [500, "unknown", false],
  [503, "unknown", false],
  [504, "unknown", false],
  [403, "refused", true],
  [422, "refused", true],
  [409, "refused", true],
])("the outcome of status %d is %s", (status, kind, settled) => {
  const outcome = outcomeOf(new Problem({}, status, 7), attempt);
  expect([outcome.kind, settles(outcome)]).toEqual([kind, settled]);
});

test("the wait is told when the server names one", () => {
  expect(outcomeOf(new Problem({}, 429, 7), attempt)).toEqual({ kind: "too-many", retryAfter: 7 });
});

test("a bug of ours is not taken for an answer when something else is thrown", () => {
  expect(() => outcomeOf(new RangeError("bug"), attempt)).toThrow(RangeError);
});
