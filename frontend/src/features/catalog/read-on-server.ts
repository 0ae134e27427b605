import { Problem, unwrap } from "@/lib/api/problem";
import type { Product } from "@/lib/api/types";
import { inventoryService } from "@/server/services";
import { type Listing, listingOf } from "./listing";
import { SKU } from "./sku";

const PRODUCTS_PER_PAGE = 200;

/** Everything that is sold, by category. Throws when the service does not answer. */
export async function activeListings(): Promise<Listing[]> {
  const found: Product[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: PRODUCTS_PER_PAGE, ...(cursor && { cursor }) };
    const page: { items: Product[]; next_cursor: string | null } = await unwrap(
      inventoryService().GET("/products", { params: { query } }),
    );
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found
    .filter(({ status }) => status !== "DISCONTINUED")
    .map(listingOf)
    .sort((a, b) => a.category.localeCompare(b.category));
}

/** Also what is no longer sold, so that its page can say so; null when there is no such product. */
export async function oneListing(sku: string): Promise<Listing | null> {
  if (!SKU.test(sku)) return null;
  const asked = unwrap(inventoryService().GET("/products/{sku}", { params: { path: { sku } } }));
  return asked.then(listingOf, (reason: unknown) => {
    if (reason instanceof Problem && reason.status === 404) return null;
    throw reason;
  });
}
