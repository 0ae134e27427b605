import { isRecord } from "@/lib/is-record";

/** As the services see an order: 1..100 lines of 1..10,000 pieces. */
export const MOST_PIECES = 10_000;
export const MOST_LINES = 100;

const SKU = /^[A-Z0-9][A-Z0-9-]{0,63}$/;
const CURRENCY = /^[A-Z]{3}$/;

export interface CartLine {
  sku: string;
  quantity: number;
  /** What one piece cost in each currency when the shopper last saw it, in minor units. */
  prices: Record<string, number>;
}

export interface Cart {
  currency: string;
  lines: CartLine[];
}

export const EMPTY_CART: Cart = { currency: "USD", lines: [] };

/** What an order, placed or failed, says about what was in the cart. */
export interface Ordered {
  currency: string;
  items: readonly { sku: string; quantity: number; unit_price: number }[];
}

/** The nearest quantity that an order takes. */
function clamped(quantity: number): number {
  return Math.min(Math.max(Math.trunc(quantity), 1), MOST_PIECES);
}

/**
 * Adds to the product's line, or opens one; the price last shown is the one that counts. A cart that has as many lines
 * as an order takes stays as it is.
 */
export function add(cart: Cart, product: Pick<CartLine, "sku" | "prices">, quantity: number): Cart {
  const { sku, prices } = product;
  const held = cart.lines.find((line) => line.sku === sku);
  if (!held) {
    if (cart.lines.length >= MOST_LINES) return cart;
    return { ...cart, lines: [...cart.lines, { sku, quantity: clamped(quantity), prices }] };
  }
  return {
    ...cart,
    lines: cart.lines.map((line) =>
      line === held ? { sku, quantity: clamped(line.quantity + quantity), prices } : line,
    ),
  };
}

export function setQuantity(cart: Cart, sku: string, quantity: number): Cart {
  return {
    ...cart,
    lines: cart.lines.map((line) => (line.sku === sku ? { ...line, quantity: clamped(quantity) } : line)),
  };
}

export function remove(cart: Cart, sku: string): Cart {
  return { ...cart, lines: cart.lines.filter((line) => line.sku !== sku) };
}

/** The shopper has seen these prices, by SKU, and goes on with them. */
export function acceptPrices(cart: Cart, seen: Record<string, Record<string, number>>): Cart {
  return {
    ...cart,
    lines: cart.lines.map((line) => ({ ...line, prices: { ...line.prices, ...seen[line.sku] } })),
  };
}

/** The same things again, at the prices of that order. Lines of one SKU become one. */
export function fromOrder(order: Ordered): Cart {
  return order.items.reduce<Cart>(
    (cart, { sku, quantity, unit_price }) =>
      add(cart, { sku, prices: { [order.currency]: unit_price } }, quantity),
    { ...EMPTY_CART, currency: order.currency },
  );
}

/** How many pieces there are in all lines together. */
export function pieces(cart: Cart): number {
  return cart.lines.reduce((sum, line) => sum + line.quantity, 0);
}

function isWhole(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

function isLine(value: unknown): value is CartLine {
  if (!isRecord(value)) return false;
  const { sku, quantity, prices } = value;
  return (
    typeof sku === "string" &&
    SKU.test(sku) &&
    isWhole(quantity, 1, MOST_PIECES) &&
    isRecord(prices) &&
    Object.values(prices).every((price) => isWhole(price, 0))
  );
}

function isCart(value: unknown): value is Cart {
  if (!isRecord(value)) return false;
  const { currency, lines } = value;
  return (
    typeof currency === "string" &&
    CURRENCY.test(currency) &&
    Array.isArray(lines) &&
    lines.length <= MOST_LINES &&
    lines.every(isLine)
  );
}

// Checked by hand, as the header of every page reads the cart: a library for it is a twelfth of a page's script.
/** What was stored, or an empty cart when that is nothing we wrote. */
export function parse(stored: string | null): Cart {
  if (stored === null) return EMPTY_CART;
  try {
    const value: unknown = JSON.parse(stored);
    return isCart(value) ? value : EMPTY_CART;
  } catch {
    return EMPTY_CART; // Storage belongs to the browser's owner, who may have written anything in it.
  }
}
