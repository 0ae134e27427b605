import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addToCart, removeAll, replaceCart, setCurrency, useCart } from "./cart-store";

const mug = { sku: "KIT-MUG-01", prices: { USD: 1499 } };

beforeEach(() => localStorage.clear());
afterEach(cleanup);

test("everyone who looks sees the change when something is added", () => {
  const { result } = renderHook(() => [useCart(), useCart()]);
  act(() => addToCart(mug, 2));
  expect(result.current.map((cart) => cart?.lines[0]?.quantity)).toEqual([2, 2]);
});

test("the cart follows when another tab changes it", () => {
  const { result } = renderHook(() => useCart());
  act(() => {
    localStorage.setItem("cart", '{"currency":"EUR","lines":[]}');
    window.dispatchEvent(new StorageEvent("storage", { key: "cart" }));
  });
  expect(result.current?.currency).toBe("EUR");
});

test("the same object comes back when nothing has changed", () => {
  act(() => addToCart(mug, 1));
  const { result, rerender } = renderHook(() => useCart());
  const before = result.current;
  rerender();
  expect(result.current).toBe(before);
});

test("the currency and what was not ordered stay when what was ordered leaves", () => {
  act(() => {
    setCurrency("EUR");
    addToCart(mug, 1);
    addToCart({ sku: "HOM-LAMP-01", prices: { EUR: 5900 } }, 1);
    removeAll(["KIT-MUG-01"]);
  });
  const cart = renderHook(() => useCart()).result.current;
  expect([cart?.currency, cart?.lines.map(({ sku }) => sku)]).toEqual(["EUR", ["HOM-LAMP-01"]]);
});

test("only the order's things are in the cart when it is replaced", () => {
  act(() => {
    addToCart({ sku: "HOM-LAMP-01", prices: { USD: 6400 } }, 1);
    replaceCart({ currency: "USD", items: [{ sku: "KIT-MUG-01", quantity: 2, unit_price: 1499 }] });
  });
  expect(renderHook(() => useCart()).result.current?.lines).toEqual([{ ...mug, quantity: 2 }]);
});
