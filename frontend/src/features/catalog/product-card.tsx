import Link from "next/link";
import type { Product } from "@/lib/api/types";
import type { Listing } from "./listing";
import { Picture } from "./picture";
import { Price } from "./price";
import { StockLabel } from "./stock-label";

interface ProductCardProps {
  listing: Listing;
  live: Product | undefined;
  eager: boolean;
}

export function ProductCard({ listing, live, eager }: ProductCardProps) {
  return (
    <article className="group relative grid gap-3 rounded-lg has-focus-visible:outline-2 has-focus-visible:outline-offset-4 has-focus-visible:outline-ring">
      <div className="overflow-hidden rounded-lg">
        <Picture
          product={listing}
          size={268}
          eager={eager}
          className="transition-transform duration-300 group-hover:scale-[1.025]"
        />
      </div>
      <div className="grid gap-0.5">
        <h2 className="text-[15px] leading-snug font-medium tracking-normal">
          {/* The whole card is pressed; the name is what is read out. */}
          <Link
            href={`/products/${listing.sku}`}
            prefetch={false}
            className="outline-none before:absolute before:inset-0"
          >
            {listing.name}
          </Link>
        </h2>
        <p className="truncate text-[13px] text-muted max-sm:hidden">{listing.description}</p>
        <p className="mt-1 flex flex-wrap items-center justify-between gap-x-3">
          <Price prices={live?.prices ?? listing.prices} className="text-[15px]" />
          <StockLabel product={live} />
        </p>
      </div>
    </article>
  );
}
