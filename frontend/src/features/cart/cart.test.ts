import { expect, test } from "vitest";
import {
  acceptPrices,
  add,
  type Cart,
  EMPTY_CART,
  fromOrder,
  parse,
  pieces,
  remove,
  setQuantity,
} from "./cart";

const mug = { sku: "KIT-MUG-01", prices: { USD: 1499, EUR: 1390 } };
const lamp = { sku: "HOM-LAMP-01", prices: { USD: 6400 } };

test("quantities add up and the newer price stays when a product is added twice", () => {
  const cart = add(add(EMPTY_CART, mug, 1), { ...mug, prices: { USD: 1599 } }, 2);
  expect(cart.lines).toEqual([{ sku: "KIT-MUG-01", quantity: 3, prices: { USD: 1599 } }]);
});

test.each([
  [0, 1],
  [-3, 1],
  [2.9, 2],
  [99_999, 10_000],
])("the quantity stays what an order takes when %d is asked for", (wanted, kept) => {
  expect(setQuantity(add(EMPTY_CART, mug, 1), "KIT-MUG-01", wanted).lines[0]?.quantity).toBe(kept);
});

test("the other lines stay when one is removed", () => {
  const cart = remove(add(add(EMPTY_CART, mug, 1), lamp, 2), "KIT-MUG-01");
  expect(cart.lines.map((line) => line.sku)).toEqual(["HOM-LAMP-01"]);
  expect(pieces(cart)).toBe(2);
});

test("only the lines whose price was seen change when prices are accepted", () => {
  const cart = acceptPrices(add(add(EMPTY_CART, mug, 1), lamp, 1), { "KIT-MUG-01": { USD: 1599 } });
  expect(cart.lines.map((line) => line.prices)).toEqual([{ USD: 1599, EUR: 1390 }, { USD: 6400 }]);
});

test("the cart holds the same things again when it comes from an order", () => {
  const cart = fromOrder({
    currency: "EUR",
    items: [
      { sku: "KIT-MUG-01", quantity: 1, unit_price: 1390 },
      { sku: "KIT-MUG-01", quantity: 2, unit_price: 1390 },
    ],
  });
  expect(cart).toEqual({
    currency: "EUR",
    lines: [{ sku: "KIT-MUG-01", quantity: 3, prices: { EUR: 1390 } }],
  });
});

test("nothing is lost when a cart is stored and read again", () => {
  const cart: Cart = add(add({ ...EMPTY_CART, currency: "EUR" }, mug, 3), lamp, 1);
  expect(parse(JSON.stringify(cart))).toEqual(cart);
});

test.each([
  null,
  "",
  "{",
  "null",
  "[]",
  '{"currency":"USD"}',
  '{"currency":"USD","lines":[{"sku":"KIT-MUG-01","quantity":0,"prices":{}}]}',
  '{"currency":"USD","lines":[{"sku":"<b>","quantity":1,"prices":{}}]}',
  '{"currency":"USD","lines":[{"sku":"KIT-MUG-01","quantity":1,"prices":{"USD":"1"}}]}',
])("the cart is empty when storage holds %j", (stored) => {
  expect(parse(stored)).toEqual(EMPTY_CART);
});
