"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { readProducts } from "@/lib/api/browser";

const REFETCH_MS = 5_000;

/**
 * The products as they are now, by SKU, asked again every few seconds while the page can be seen.
 * Undefined until the first answer; a SKU that is missing then does not exist.
 */
export function useLiveProducts(skus: readonly string[]) {
  const sorted = [...new Set(skus)].sort();
  return useQuery({
    queryKey: ["products", ...sorted],
    queryFn: async ({ signal }) => {
      const products = await readProducts(sorted, signal);
      return new Map(products.map((product) => [product.sku, product]));
    },
    enabled: sorted.length > 0,
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
  });
}
