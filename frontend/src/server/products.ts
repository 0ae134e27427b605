import { AsyncLocalStorage } from "node:async_hooks";
import createClient from "openapi-fetch";
import type { paths as InventoryPaths } from "@/lib/api/generated/inventory";
import { unwrap } from "@/lib/api/problem";
import type { Page, Product } from "@/lib/api/types";
import { ServiceAway } from "./away";
import { config } from "./config";
import { oncePerProcess } from "./once-per-process";
import { SharedReading } from "./shared-reading";

const PRODUCTS_PER_PAGE = 200;
const PATIENCE_MS = 5_000;

/** All products by SKU, in the order of the inventory service. */
export type Products = ReadonlyMap<string, Product>;

/** As they were half a second ago at most. Throws ServiceAway. */
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
  // One for all pages: however many there are, nobody waits longer.
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const inventory = createClient<InventoryPaths>({
    baseUrl: config().services.inventory,
    fetch: (request) => fetch(request, { signal }),
  });
  const found = new Map<string, Product>();
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: PRODUCTS_PER_PAGE, ...(cursor && { cursor }) };
    const page: Page<Product> = await unwrap(inventory.GET("/products", { params: { query } })).catch(away);
    for (const product of page.items) found.set(product.sku, product);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

// What is thrown here is caught in other bundles of Next, which have a class `Problem` of their own.
function away(cause: unknown): never {
  throw new ServiceAway("The inventory service does not answer", { cause });
}
