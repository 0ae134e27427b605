import { AsyncLocalStorage } from "node:async_hooks";
import { unwrap } from "@/lib/api/problem";
import type { Page, Product } from "@/lib/api/types";
import { oncePerProcess } from "./once-per-process";
import { inventoryService } from "./services";
import { SharedReading } from "./shared-reading";

const PRODUCTS_PER_PAGE = 200;

/** All products by SKU, in the order of the inventory service. */
export type Products = ReadonlyMap<string, Product>;

/** As they were half a second ago at most. Throws the service's Problem, or what fetch throws when no answer comes. */
export function products(): Promise<Products> {
  return productReading().current();
}

/**
 * Made at the start, because what is fetched then belongs to no request: Next would keep it for the page that is just
 * made, or call that page dynamic.
 */
export function productReading(): SharedReading<Products> {
  return oncePerProcess("products", () => new SharedReading(AsyncLocalStorage.bind(readAll)));
}

async function readAll(): Promise<Products> {
  const found = new Map<string, Product>();
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: PRODUCTS_PER_PAGE, ...(cursor && { cursor }) };
    const page: Page<Product> = await unwrap(inventoryService().GET("/products", { params: { query } }));
    for (const product of page.items) found.set(product.sku, product);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}
