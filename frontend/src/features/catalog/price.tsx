"use client";

import { Money } from "@/components/ui/money";
import { EMPTY_CART } from "@/features/cart/cart";
import { useCart } from "@/features/cart/cart-store";

interface PriceProps {
  prices: Record<string, number>;
  className?: string;
}

/** In the shopper's currency; on the page as kept for everybody, in the shop's usual one. */
export function Price({ prices, className }: PriceProps) {
  const currency = useCart()?.currency ?? EMPTY_CART.currency;
  const amount = prices[currency];
  if (amount === undefined) return <span className="text-muted">Not sold in {currency}</span>;
  return <Money amount={amount} currency={currency} {...(className && { className })} />;
}
