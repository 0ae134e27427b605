"use client";

import { useSyncExternalStore } from "react";
import { StoredValue } from "@/lib/stored-value";
import * as cart from "./cart";
import type { Cart, CartLine, Ordered } from "./cart";

const store = new StoredValue(() => localStorage, "cart", cart.parse);

/** The cart of this browser, the same in all its tabs; null while the server renders. */
export function useCart(): Cart | null {
  return useSyncExternalStore<Cart | null>(store.follow, store.current, () => null);
}

export function addToCart(product: Pick<CartLine, "sku" | "prices">, quantity: number): void {
  store.change(cart.add(store.current(), product, quantity));
}

export function setQuantity(sku: string, quantity: number): void {
  store.change(cart.setQuantity(store.current(), sku, quantity));
}

export function remove(sku: string): void {
  store.change(cart.remove(store.current(), sku));
}

/** Puts a removed line back where it was. */
export function restore(before: Cart): void {
  store.change(before);
}

export function setCurrency(currency: string): void {
  store.change({ ...store.current(), currency });
}

export function acceptPrices(seen: Record<string, Record<string, number>>): void {
  store.change(cart.acceptPrices(store.current(), seen));
}

/** Fills the cart with what an order holds. */
export function replaceCart(order: Ordered): void {
  store.change(cart.fromOrder(order));
}

/** What was ordered leaves the cart; what was put in since stays. */
export function removeAll(skus: readonly string[]): void {
  store.change(skus.reduce(cart.remove, store.current()));
}
