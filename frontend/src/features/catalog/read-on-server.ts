import { products } from "@/server/products";
import { type Listing, listingOf } from "./listing";

/** Everything that is sold, by category. Throws when the inventory service does not answer. */
export async function activeListings(): Promise<Listing[]> {
  return [...(await products()).values()]
    .filter(({ status }) => status !== "DISCONTINUED")
    .map(listingOf)
    .sort((a, b) => a.category.localeCompare(b.category));
}

/** Also what is no longer sold, so that its page can say so; null when there is no such product. */
export async function oneListing(sku: string): Promise<Listing | null> {
  const product = (await products()).get(sku);
  return product ? listingOf(product) : null;
}
