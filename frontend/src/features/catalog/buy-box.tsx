"use client";

import { Check } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { EMPTY_CART, MOST_LINES } from "@/features/cart/cart";
import { addToCart, useCart } from "@/features/cart/cart-store";
import type { Listing } from "./listing";
import { useLiveProducts } from "./live-products";
import { Price } from "./price";
import { QuantityInput } from "./quantity-input";
import { stockOf } from "./stock";
import { StockLabel } from "./stock-label";

/** Price and stock as they are now, and the way into the cart. */
export function BuyBox({ listing }: { listing: Listing }) {
  const { data } = useLiveProducts([listing.sku]);
  const live = data?.get(listing.sku);
  const cart = useCart();
  const [quantity, setQuantity] = useState(1);
  const [added, setAdded] = useState(0);

  const { sku } = listing;
  const prices = live?.prices ?? listing.prices;
  const held = cart?.lines.find((line) => line.sku === sku)?.quantity ?? 0;
  const stock = live && stockOf(live);
  const soldHere = prices[cart?.currency ?? EMPTY_CART.currency] !== undefined;
  const isFull = cart !== null && held === 0 && cart.lines.length >= MOST_LINES;
  const more = stock && stock.sellable > 0 && held + quantity > stock.sellable;

  const addSome = () => {
    addToCart({ sku, prices }, quantity);
    setAdded((times) => times + 1);
    setQuantity(1);
  };

  return (
    <div className="grid gap-5">
      <div className="grid gap-1.5">
        <Price prices={prices} className="text-2xl font-semibold" />
        <StockLabel product={live} className="text-sm" />
      </div>
      {stock?.sellable === 0 ? (
        <p className="text-muted">
          {live?.status === "DISCONTINUED"
            ? "We no longer sell this. Orders already placed will still be delivered."
            : "Sold out for now. This page updates by itself when it is back in stock."}
        </p>
      ) : (
        <div className="flex flex-wrap gap-3">
          <QuantityInput label={`Quantity of ${listing.name}`} value={quantity} onValueChange={setQuantity} />
          <Button
            disabled={!cart || !soldHere || isFull}
            onClick={addSome}
            className="min-w-44 flex-1 sm:flex-none"
          >
            Add to cart
          </Button>
        </div>
      )}
      {isFull && (
        <Alert tone="warning">Your cart is full: an order takes up to {MOST_LINES} different items.</Alert>
      )}
      {more && added === 0 && (
        <Alert tone="warning">
          <p>
            {held > 0 ? `Your cart already has ${held}. ` : ""}Only {stock.sellable} left: an order for more
            would fail.
          </p>
        </Alert>
      )}
      <div role="status">
        {added > 0 && (
          <p key={added} className="flex animate-rise flex-wrap items-center gap-x-2 gap-y-1 text-sm">
            <Check aria-hidden className="size-4 text-success" />
            Added. You have {held} in your cart.
            <Link href="/cart" className="font-medium text-accent underline underline-offset-4">
              Go to cart
            </Link>
          </p>
        )}
      </div>
    </div>
  );
}
