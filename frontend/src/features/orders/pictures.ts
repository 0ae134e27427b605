import type { Order, Product } from "@/lib/api/types";

/** What is needed to show the products' pictures, by SKU. */
export type Pictures = Readonly<Record<string, Pick<Product, "image" | "category">>>;

/** Of everything in these orders, each once. */
export function skusOf(orders: readonly Order[]): string[] {
  return [...new Set(orders.flatMap(({ items }) => items.map(({ sku }) => sku)))].sort();
}

export function picturesOf(products: Iterable<Product>): Pictures {
  return Object.fromEntries([...products].map(({ sku, image, category }) => [sku, { image, category }]));
}
