import type { Client } from "openapi-fetch";
import type { paths as InventoryPaths } from "@/lib/api/generated/inventory";
import { unwrap } from "@/lib/api/problem";
import type { Order, Product } from "@/lib/api/types";

/** What is needed to show the products' pictures, by SKU. */
export type Pictures = Readonly<Record<string, Pick<Product, "image" | "category">>>;

/** How many products one reading tells of at most. */
export const PICTURES_AT_ONCE = 100;

/** Of everything in these orders, each once. */
export function skusOf(orders: readonly Order[]): string[] {
  return [...new Set(orders.flatMap(({ items }) => items.map(({ sku }) => sku)))].sort();
}

/** Those of at most PICTURES_AT_ONCE products. Throws the inventory service's Problem. */
export async function readPictures(
  inventory: Client<InventoryPaths>,
  sku: readonly string[],
): Promise<Pictures> {
  const query = { sku: [...sku], limit: PICTURES_AT_ONCE };
  const page = await unwrap(inventory.GET("/products", { params: { query } }));
  return Object.fromEntries(page.items.map(({ sku, image, category }) => [sku, { image, category }]));
}
