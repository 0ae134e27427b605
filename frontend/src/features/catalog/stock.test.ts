import { expect, test } from "vitest";
import { stockOf } from "./stock";

test.each([
  ["In stock", { status: "AVAILABLE", available: 400, low_stock_threshold: 40 }, 400],
  ["40 left", { status: "AVAILABLE", available: 40, low_stock_threshold: 40 }, 40],
  ["4 left", { status: "AVAILABLE", available: 4, low_stock_threshold: 2 }, 4],
  ["Out of stock", { status: "OUT_OF_STOCK", available: 0, low_stock_threshold: 2 }, 0],
  ["No longer sold", { status: "DISCONTINUED", available: 7, low_stock_threshold: 2 }, 0],
] as const)("it says %j when the product is %j", (text, product, sellable) => {
  expect(stockOf(product)).toMatchObject({ text, sellable });
});
