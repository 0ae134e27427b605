"use client";

import Link from "next/link";
import { Card } from "@/components/ui/card";
import { Money } from "@/components/ui/money";
import { Skeleton } from "@/components/ui/skeleton";
import { Totals } from "@/components/ui/totals";
import type { Cart } from "@/features/cart/cart";
import type { Pricing } from "@/features/cart/pricing";
import { Picture } from "@/features/catalog/picture";

/** At the prices that the shopper has seen, which are those that the order is placed at. */
export function OrderSummary({ cart, pricing }: { cart: Cart; pricing: Pricing }) {
  return (
    <Card className="grid gap-4 p-6 lg:sticky lg:top-24">
      <div className="flex items-baseline justify-between gap-4">
        <h2 className="font-semibold">Your order</h2>
        <Link href="/cart" className="rounded-sm text-sm text-accent underline underline-offset-4">
          Change
        </Link>
      </div>
      <ul className="grid gap-3">
        {pricing.lines.map(({ line, product, trouble }) => (
          <li key={line.sku} className="grid grid-cols-[3rem_minmax(0,1fr)_auto] items-center gap-3 text-sm">
            {product || trouble ? (
              <Picture product={product} size={48} eager className="rounded-md" />
            ) : (
              <Skeleton className="size-12" />
            )}
            <span className="min-w-0 leading-snug wrap-break-word">
              {product || trouble ? (product?.name ?? line.sku) : <Skeleton className="h-4 w-24" />}
              <span className="block text-[13px] text-muted tabular-nums">Quantity {line.quantity}</span>
            </span>
            <Money amount={(line.prices[cart.currency] ?? 0) * line.quantity} currency={cart.currency} />
          </li>
        ))}
      </ul>
      <Totals total={pricing.seenTotal} currency={cart.currency} className="border-t border-border pt-4" />
    </Card>
  );
}
