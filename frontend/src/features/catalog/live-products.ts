"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { inventory } from "@/lib/api/browser";
import { unwrap } from "@/lib/api/problem";
import type { Product } from "@/lib/api/types";

const REFETCH_MS = 5_000;
const SKUS_PER_REQUEST = 200;

async function products(skus: readonly string[], signal: AbortSignal): Promise<Map<string, Product>> {
  const found = new Map<string, Product>();
  for (let at = 0; at < skus.length; at += SKUS_PER_REQUEST) {
    const query = { sku: skus.slice(at, at + SKUS_PER_REQUEST), limit: SKUS_PER_REQUEST };
    const page = await unwrap(inventory.GET("/products", { params: { query }, signal }));
    for (const product of page.items) found.set(product.sku, product);
  }
  return found;
}

/**
 * The products as they are now, by SKU, asked again every few seconds while the page can be seen.
 * Undefined until the first answer; a SKU that is missing then does not exist.
 */
export function useLiveProducts(skus: readonly string[]) {
  const sorted = [...new Set(skus)].sort();
  return useQuery({
    queryKey: ["products", ...sorted],
    queryFn: ({ signal }) => products(sorted, signal),
    enabled: sorted.length > 0,
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
  });
}
