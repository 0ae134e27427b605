"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { readProducts } from "@/lib/api/browser";
import type { Order } from "@/lib/api/types";
import { picturesOf, skusOf, type Pictures } from "./pictures";

/** The pictures of what these orders hold: those that the page was rendered with, and what else it takes. */
export function usePictures(first: Pictures, orders: readonly Order[]): Pictures {
  const missing = skusOf(orders).filter((sku) => !first[sku]);
  const { data } = useQuery({
    queryKey: ["pictures", missing],
    queryFn: async ({ signal }) => picturesOf(await readProducts(missing, signal)),
    enabled: missing.length > 0,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
  return { ...first, ...data };
}
