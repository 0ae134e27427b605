"use client";

import Link from "next/link";
import { toast } from "sonner";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { Totals } from "@/components/ui/totals";
import { useLiveProducts } from "@/features/catalog/live-products";
import type { Cart } from "./cart";
import { CartRow } from "./cart-row";
import { acceptPrices, remove, restore, useCart } from "./cart-store";
import { EmptyCart } from "./empty-cart";
import { pricesOf, type Pricing, priceCart } from "./pricing";

export function CartView() {
  const cart = useCart();
  const { data, error, refetch } = useLiveProducts(cart?.lines.map(({ sku }) => sku) ?? []);

  if (!cart) return <CartSkeleton />;
  if (cart.lines.length === 0) return <EmptyCart />;
  const pricing = priceCart(cart, data);

  const drop = (sku: string, name: string) => {
    remove(sku);
    toast(`${name} removed from your cart`, { action: { label: "Undo", onClick: () => restore(cart) } });
  };
  return (
    <div className="with-aside">
      <div className="grid gap-4">
        {error && (
          <Alert tone="warning" title="Prices and stock could not be checked">
            <p>They are shown as you last saw them.</p>
            <Button variant="link" className="justify-self-start" onClick={() => void refetch()}>
              Try again
            </Button>
          </Alert>
        )}
        <ul className="divide-y divide-border border-y border-border">
          {pricing.lines.map((priced) => (
            <CartRow
              key={priced.line.sku}
              priced={priced}
              currency={cart.currency}
              onRemove={(name) => drop(priced.line.sku, name)}
            />
          ))}
        </ul>
      </div>
      <Summary cart={cart} pricing={pricing} />
    </div>
  );
}

function Summary({ cart, pricing }: { cart: Cart; pricing: Pricing }) {
  const { total, orderable, pricesChanged } = pricing;
  return (
    <Card className="grid gap-4 p-6 lg:sticky lg:top-24">
      <h2 className="font-semibold">Summary</h2>
      <Totals total={total} currency={cart.currency} />
      {pricesChanged && (
        <p className="text-[13px] text-warning">
          Prices have changed since you added these items. The total uses the current prices.
        </p>
      )}
      {orderable ? (
        <Button size="lg" asChild>
          {/* Going on with the prices that stand here is having seen them. */}
          <Link href="/checkout" onClick={() => acceptPrices(pricesOf(pricing))}>
            Check out
          </Link>
        </Button>
      ) : (
        <>
          <Button size="lg" disabled>
            Check out
          </Button>
          <p className="text-[13px] text-danger">
            Some items cannot be ordered. The notes beside them say what to do.
          </p>
        </>
      )}
      <p className="text-[13px] text-muted">Nothing is reserved until you place the order.</p>
    </Card>
  );
}

function CartSkeleton() {
  return (
    <div role="status" className="grid gap-4">
      <span className="sr-only">Loading the cart</span>
      {[1, 2, 3].map((row) => (
        <Skeleton key={row} className="h-28" />
      ))}
    </div>
  );
}
