"use client";

import { Suspense, useDeferredValue, useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { CategoryNav, CategoryNavFromUrl } from "./category-nav";
import { type Filter, type Listing, categoriesOf, matching } from "./listing";
import { useLiveProducts } from "./live-products";
import { ProductCard } from "./product-card";

const EVERYTHING: Filter = { q: "", category: null };
const FIRST_ROWS = 8;

/**
 * All of it is in the page as the server keeps it; the filter in the address only hides.
 * Reading the address waits for the browser, so it is done beside the list, not around it.
 */
export function Catalogue({ listings }: { listings: readonly Listing[] }) {
  const [filter, setFilter] = useState(EVERYTHING);
  const shown = matching(listings, useDeferredValue(filter));
  const { data: live } = useLiveProducts(listings.map(({ sku }) => sku));
  const categories = categoriesOf(listings);

  return (
    <>
      <Suspense fallback={<CategoryNav categories={categories} total={listings.length} chosen={null} />}>
        <CategoryNavFromUrl categories={categories} total={listings.length} onFilter={setFilter} />
      </Suspense>
      <p role="status" className="sr-only">
        {filter.q !== "" && `${shown.length} ${shown.length === 1 ? "product" : "products"} for ${filter.q}`}
      </p>
      {shown.length === 0 ? (
        <NothingFound filter={filter} />
      ) : (
        <ul className="mt-8 grid grid-cols-2 gap-x-4 gap-y-10 sm:gap-x-6 md:grid-cols-3 lg:grid-cols-4">
          {shown.map((listing, at) => (
            <li key={listing.sku}>
              <ProductCard listing={listing} live={live?.get(listing.sku)} eager={at < FIRST_ROWS} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function NothingFound({ filter: { q, category } }: { filter: Filter }) {
  return (
    <EmptyState
      title={q === "" ? "Nothing here" : <>Nothing found for “{q}”</>}
      action={
        <Button variant="secondary" asChild>
          {/* A whole load: the search box and the category forget what they held. */}
          <a href="/">Show everything</a>
        </Button>
      }
    >
      {category === null ? "Try another word." : "Try another word, or search all categories."}
    </EmptyState>
  );
}
