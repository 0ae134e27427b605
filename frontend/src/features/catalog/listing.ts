import type { Product } from "@/lib/api/types";

/** What a page that is kept for everybody may say of a product: nothing that changes with each order. */
export type Listing = Pick<Product, "sku" | "name" | "description" | "category" | "image" | "prices">;

export function listingOf({ sku, name, description, category, image, prices }: Product): Listing {
  return { sku, name, description, category, image, prices };
}

export interface Filter {
  q: string;
  category: string | null;
}

/** What has every word of `q` somewhere, in the category if one is chosen. */
export function matching<Listed extends Listing>(
  listings: readonly Listed[],
  { q, category }: Filter,
): Listed[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return listings.filter((listing) => {
    if (category !== null && listing.category !== category) return false;
    const text = `${listing.name} ${listing.description} ${listing.category} ${listing.sku}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Each category with how many there are of it, by name. */
export function categoriesOf(listings: readonly Listing[]): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { category } of listings) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => a.name.localeCompare(b.name));
}
