"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { inventory } from "@/lib/api/browser";
import type { Order } from "@/lib/api/types";
import { PICTURES_AT_ONCE, readPictures, skusOf, type Pictures } from "./pictures";

/** The pictures of what these orders hold: those that the page was rendered with, and what else it takes. */
export function usePictures(first: Pictures, orders: readonly Order[]): Pictures {
  const missing = skusOf(orders)
    .filter((sku) => !first[sku])
    .slice(0, PICTURES_AT_ONCE);
  const { data } = useQuery({
    queryKey: ["pictures", missing],
    queryFn: () => readPictures(inventory, missing),
    enabled: missing.length > 0,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
  return { ...first, ...data };
}
