import { stockOf } from "@/features/catalog/stock";
import type { Product } from "@/lib/api/types";
import type { Cart, CartLine } from "./cart";

/** Why a line cannot be ordered as it is. */
export type Trouble =
  | { kind: "unknown" }
  | { kind: "discontinued" }
  | { kind: "no-price" }
  | { kind: "sold-out" }
  | { kind: "short"; available: number };

export interface PricedLine {
  line: CartLine;
  /** Undefined while it is not known, and when there is no such product any more. */
  product: Product | undefined;
  /** Now, in the cart's currency; null when there is none. */
  unitPrice: number | null;
  /** What the shopper last saw, when that is not the price of now. */
  seenPrice: number | null;
  trouble: Trouble | null;
}

export interface Pricing {
  lines: PricedLine[];
  /** At the prices of now, of the lines that have one. */
  total: number;
  /** At the prices that the shopper last saw. */
  seenTotal: number;
  /** Every line can be ordered as far as is known. */
  orderable: boolean;
  pricesChanged: boolean;
}

/** The cart as it stands with the products of now; with undefined ones, as it was last seen. */
export function priceCart(cart: Cart, products: ReadonlyMap<string, Product> | undefined): Pricing {
  const lines = cart.lines.map((line) => priceLine(cart.currency, line, products));
  return {
    lines,
    total: lines.reduce((sum, { line, unitPrice }) => sum + line.quantity * (unitPrice ?? 0), 0),
    seenTotal: cart.lines.reduce(
      (sum, { quantity, prices }) => sum + quantity * (prices[cart.currency] ?? 0),
      0,
    ),
    orderable:
      lines.length > 0 && lines.every(({ trouble, unitPrice }) => trouble === null && unitPrice !== null),
    pricesChanged: lines.some(({ seenPrice }) => seenPrice !== null),
  };
}

/**
 * The cart with the prices of now where it has none in its currency: a reordered cart knows that of its order alone,
 * and the currency may be changed on every page. Whoever is shown them sees them for the first time.
 */
export function withPricesShown(cart: Cart, products: ReadonlyMap<string, Product> | undefined): Cart {
  const lines = cart.lines.map((line) => {
    const price = products?.get(line.sku)?.prices[cart.currency];
    if (price === undefined || line.prices[cart.currency] !== undefined) return line;
    return { ...line, prices: { ...line.prices, [cart.currency]: price } };
  });
  return { ...cart, lines };
}

function priceLine(
  currency: string,
  line: CartLine,
  products: ReadonlyMap<string, Product> | undefined,
): PricedLine {
  const product = products?.get(line.sku);
  const seen = line.prices[currency] ?? null;
  const unitPrice = products ? (product?.prices[currency] ?? null) : seen;
  return {
    line,
    product,
    unitPrice,
    seenPrice: seen !== null && unitPrice !== null && seen !== unitPrice ? seen : null,
    trouble: products ? troubleOf(line, product, unitPrice) : null,
  };
}

function troubleOf(line: CartLine, product: Product | undefined, unitPrice: number | null): Trouble | null {
  if (!product) return { kind: "unknown" };
  if (product.status === "DISCONTINUED") return { kind: "discontinued" };
  if (unitPrice === null) return { kind: "no-price" };
  const { sellable } = stockOf(product);
  if (sellable === 0) return { kind: "sold-out" };
  return line.quantity > sellable ? { kind: "short", available: sellable } : null;
}

/** The prices of now by SKU, to be taken as seen. */
export function pricesOf({ lines }: Pricing): Record<string, Record<string, number>> {
  return Object.fromEntries(lines.flatMap(({ product }) => (product ? [[product.sku, product.prices]] : [])));
}
