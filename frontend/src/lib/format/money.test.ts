// @vitest-environment node
import { expect, test } from "vitest";
import { formatMoney } from "./money";

test.each([
  [4498, "USD", "$44.98"],
  [5, "USD", "$0.05"],
  [0, "EUR", "€0.00"],
  [1_000_000_000_000, "USD", "$10,000,000,000.00"],
  [1500, "JPY", "¥1,500"],
  [1234, "KWD", "KWD 1.234"],
  [-500, "USD", "-$5.00"],
])("%i minor units of %s read as %s when they are formatted", (minorUnits, currency, text) => {
  expect(formatMoney(minorUnits, currency).replace("\u00a0", " ")).toBe(text);
});
