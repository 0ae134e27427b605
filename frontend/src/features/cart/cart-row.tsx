"use client";

import { Trash2 } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Money } from "@/components/ui/money";
import { Skeleton } from "@/components/ui/skeleton";
import { toneIcons } from "@/components/ui/tone";
import { Picture } from "@/features/catalog/picture";
import { QuantityInput } from "@/features/catalog/quantity-input";
import { setQuantity } from "./cart-store";
import type { PricedLine, Trouble } from "./pricing";

interface CartRowProps {
  priced: PricedLine;
  currency: string;
  onRemove: (name: string) => void;
}

export function CartRow({ priced, currency, onRemove }: CartRowProps) {
  const { line, product, unitPrice, seenPrice, trouble } = priced;
  const known = product !== undefined || trouble !== null;
  const name = product?.name ?? line.sku;
  return (
    <li className="grid grid-cols-[5rem_minmax(0,1fr)] gap-4 py-5 sm:grid-cols-[6rem_minmax(0,1fr)] sm:gap-6">
      {known ? <Picture product={product} size={96} eager /> : <Skeleton className="aspect-square" />}
      <div className="grid min-w-0 content-start gap-3">
        <div className="flex items-start justify-between gap-4">
          <div className="grid min-w-0 gap-0.5">
            <h2 className="text-[15px] leading-snug font-medium tracking-normal wrap-break-word">
              <Link
                href={`/products/${line.sku}`}
                aria-label={known ? undefined : line.sku}
                className="rounded-sm hover:underline"
              >
                {known ? name : <Skeleton className="my-0.5 inline-block h-4 w-32 align-middle" />}
              </Link>
            </h2>
            <p className="flex flex-wrap gap-x-2 text-sm text-muted">
              {seenPrice !== null && (
                <s>
                  <span className="sr-only">Was </span>
                  <Money amount={seenPrice} currency={currency} />
                </s>
              )}
              {unitPrice !== null && (
                <span className={seenPrice === null ? "" : "font-medium text-warning"}>
                  {seenPrice !== null && <span className="sr-only">now </span>}
                  <Money amount={unitPrice} currency={currency} /> each
                </span>
              )}
            </p>
          </div>
          {unitPrice !== null && (
            <Money
              amount={unitPrice * line.quantity}
              currency={currency}
              className="text-[15px] font-medium"
            />
          )}
        </div>
        {trouble && <TroubleNote trouble={trouble} sku={line.sku} currency={currency} />}
        <div className="flex items-center justify-between gap-3">
          <QuantityInput
            label={`Quantity of ${name}`}
            value={line.quantity}
            onValueChange={(quantity) => setQuantity(line.sku, quantity)}
          />
          <Button variant="ghost" size="sm" className="text-muted" onClick={() => onRemove(name)}>
            <Trash2 aria-hidden className="size-4" />
            <span className="max-sm:sr-only">Remove</span>
            <span className="sr-only"> {name}</span>
          </Button>
        </div>
      </div>
    </li>
  );
}

function TroubleNote({ trouble, sku, currency }: { trouble: Trouble; sku: string; currency: string }) {
  const Icon = toneIcons.danger;
  return (
    <p className="flex items-start gap-1.5 text-sm text-danger">
      <Icon aria-hidden className="mt-1 size-3.5 shrink-0" />
      <span>
        {textOf(trouble, currency)}
        {trouble.kind === "short" && (
          <>
            {" "}
            <Button variant="link" className="text-sm" onClick={() => setQuantity(sku, trouble.available)}>
              Order {trouble.available} instead
            </Button>
          </>
        )}
      </span>
    </p>
  );
}

function textOf(trouble: Trouble, currency: string): string {
  switch (trouble.kind) {
    case "unknown":
      return "This product no longer exists. Remove it to continue.";
    case "discontinued":
      return "This product is no longer sold. Remove it to continue.";
    case "no-price":
      return `Not sold in ${currency}. Choose another currency, or remove it to continue.`;
    case "sold-out":
      return "Out of stock. Remove it to continue, or wait: this page updates by itself.";
    case "short":
      return `Only ${trouble.available} left.`;
  }
}
