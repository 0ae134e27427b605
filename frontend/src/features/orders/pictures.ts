import type { Product } from "@/lib/api/types";

/** What is needed to show the products' pictures, by SKU. */
export type Pictures = Readonly<Record<string, Pick<Product, "image" | "category">>>;
