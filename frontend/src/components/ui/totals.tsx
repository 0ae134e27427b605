import type { ReactNode } from "react";
import { cn } from "./cn";
import { Money } from "./money";

interface TotalsProps {
  /** Minor units. */
  total: number;
  currency: string;
  className?: string;
  /** Further pairs of `<dt>` and `<dd>` below the total. */
  children?: ReactNode;
}

/** What an order costs in all. Shipping is free. */
export function Totals({ total, currency, className, children }: TotalsProps) {
  return (
    <dl className={cn("grid grid-cols-[1fr_auto] gap-y-2 text-sm [&_dd]:text-right", className)}>
      <dt className="text-muted">Shipping</dt>
      <dd>Free</dd>
      <dt className="text-base font-semibold">Total</dt>
      <dd className="text-base font-semibold">
        <Money amount={total} currency={currency} />
      </dd>
      {children}
    </dl>
  );
}
