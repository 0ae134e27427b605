import { expect, test } from "vitest";
import type { Product } from "@/lib/api/types";
import type { Cart } from "./cart";
import { pricesOf, priceCart, withPricesShown } from "./pricing";

const mug: Product = {
  sku: "KIT-MUG-01",
  name: "Stoneware mug",
  description: "",
  category: "Kitchen",
  image: "",
  status: "AVAILABLE",
  prices: { USD: 1499, EUR: 1390 },
  on_hand: 500,
  reserved: 0,
  available: 500,
  low_stock_threshold: 50,
  version: 2,
  created_at: "2026-11-21T00:00:00Z",
  updated_at: "2026-11-21T00:00:00Z",
};

const cart: Cart = { currency: "USD", lines: [{ sku: "KIT-MUG-01", quantity: 3, prices: { USD: 1499 } }] };
const now = (change: Partial<Product>) => new Map([["KIT-MUG-01", { ...mug, ...change }]]);

test("the total counts every piece when all can be had", () => {
  expect(priceCart(cart, now({}))).toMatchObject({ total: 4497, orderable: true, pricesChanged: false });
});

test("the price last seen counts and nothing is called wrong when the products are not known yet", () => {
  const { lines, total, orderable } = priceCart(cart, undefined);
  expect([total, orderable, lines[0]?.trouble]).toEqual([4497, true, null]);
});

test("old and new are told when the price changed", () => {
  const pricing = priceCart(cart, now({ prices: { USD: 1599 } }));
  expect(pricing).toMatchObject({ total: 4797, pricesChanged: true });
  expect(pricing.lines[0]).toMatchObject({ unitPrice: 1599, seenPrice: 1499 });
  expect(pricesOf(pricing)).toEqual({ "KIT-MUG-01": { USD: 1599 } });
});

test("no price is called changed when the shopper chose another currency since", () => {
  const { lines, total } = priceCart({ ...cart, currency: "EUR" }, now({}));
  expect([total, lines[0]?.seenPrice]).toEqual([4170, null]);
});

test.each([
  ["sold-out", now({ available: 0 })],
  ["short", now({ available: 2 })],
  ["discontinued", now({ status: "DISCONTINUED" })],
  ["no-price", now({ prices: { EUR: 1390 } })],
  ["unknown", new Map<string, Product>()],
])("the cart cannot be ordered when a line is %s", (kind, products) => {
  const { lines, orderable } = priceCart(cart, products);
  expect([orderable, lines[0]?.trouble?.kind]).toEqual([false, kind]);
});

test("an empty cart cannot be ordered when the products are known", () => {
  expect(priceCart({ ...cart, lines: [] }, new Map()).orderable).toBe(false);
});

test("the price of now is the one that the shopper sees when the cart has none in its currency", () => {
  const seen = withPricesShown({ ...cart, currency: "EUR" }, now({}));
  expect(seen.lines[0]?.prices).toEqual({ USD: 1499, EUR: 1390 });
  expect(priceCart(seen, now({})).seenTotal).toBe(4170);
});

test("the price that the shopper saw stays when there is a new one", () => {
  expect(withPricesShown(cart, now({ prices: { USD: 1599 } }))).toEqual(cart);
});

test("there is no price to see when the product is not known or not sold in the cart's currency", () => {
  expect(withPricesShown({ ...cart, currency: "EUR" }, undefined).lines).toEqual(cart.lines);
  expect(withPricesShown({ ...cart, currency: "GBP" }, now({})).lines).toEqual(cart.lines);
});

test("the cart cannot be ordered when a line's price is not known yet", () => {
  expect(priceCart({ ...cart, currency: "EUR" }, undefined).orderable).toBe(false);
});
