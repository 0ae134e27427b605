"use client";

import { useSyncExternalStore } from "react";
import * as cart from "./cart";
import type { Cart, CartLine, Ordered } from "./cart";

const KEY = "cart";

const listeners = new Set<() => void>();
let known: { stored: string | null; cart: Cart } | null = null;
// Where the browser refuses storage, the cart lives as long as the page.
let unstored: string | null = null;

function stored(): string | null {
  if (unstored !== null) return unstored;
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function current(): Cart {
  const now = stored();
  if (known?.stored !== now) known = { stored: now, cart: cart.parse(now) };
  return known?.cart ?? cart.EMPTY;
}

function change(next: Cart): void {
  const text = JSON.stringify(next);
  try {
    localStorage.setItem(KEY, text);
  } catch {
    unstored = text;
  }
  for (const listener of listeners) listener();
}

function follow(listener: () => void): () => void {
  // Another tab's change; a null key is "everything was cleared".
  const heard = (event: StorageEvent) => {
    if (event.key === KEY || event.key === null) listener();
  };
  listeners.add(listener);
  window.addEventListener("storage", heard);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", heard);
  };
}

/** The cart of this browser, the same in all its tabs; null while the server renders. */
export function useCart(): Cart | null {
  return useSyncExternalStore<Cart | null>(follow, current, () => null);
}

export function addToCart(product: Pick<CartLine, "sku" | "prices">, quantity: number): void {
  change(cart.add(current(), product, quantity));
}

export function setQuantity(sku: string, quantity: number): void {
  change(cart.setQuantity(current(), sku, quantity));
}

export function remove(sku: string): void {
  change(cart.remove(current(), sku));
}

/** Puts a removed line back where it was. */
export function restore(before: Cart): void {
  change(before);
}

export function setCurrency(currency: string): void {
  change({ ...current(), currency });
}

export function acceptPrices(seen: Record<string, Record<string, number>>): void {
  change(cart.acceptPrices(current(), seen));
}

/** Fills the cart with what an order holds. */
export function replaceCart(order: Ordered): void {
  change(cart.fromOrder(order));
}

/** What was ordered leaves the cart; what was put in since stays. */
export function removeAll(skus: readonly string[]): void {
  change(skus.reduce(cart.remove, current()));
}
