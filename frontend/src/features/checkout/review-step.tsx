"use client";

import Link from "next/link";
import { type ReactNode, useRef, useState } from "react";
import { signInPath } from "@/features/session/sign-in-path";
import { AddressLines } from "@/components/ui/address-lines";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Money } from "@/components/ui/money";
import type { Cart } from "@/features/cart/cart";
import { acceptPrices, removeAll } from "@/features/cart/cart-store";
import type { Pricing } from "@/features/cart/pricing";
import type { AddressInput } from "@/lib/api/types";
import { OutcomeAlert } from "./outcome-alert";
import type { PriceChange, Unplaced } from "./outcome";
import { placeOrder, unsettled as unsettledAttempt } from "./place-order";
import { PricesChanged } from "./prices-changed";
import type { Step } from "./steps";
import { paymentMethodLabel } from "./test-payment-methods";

const NOT_SENT: Unplaced = {
  kind: "refused",
  title: "Your order could not be sent",
  reasons: ["Nothing was ordered. Please reload the page and try again."],
};

interface ReviewStepProps {
  subject: string;
  cart: Cart;
  pricing: Pricing;
  address: AddressInput;
  method: string;
  /** An order was sent and its answer never came. */
  unsettled: boolean;
  onPlaced: (id: string) => void;
}

export function ReviewStep({
  subject,
  cart,
  pricing,
  address,
  method,
  unsettled,
  onPlaced,
}: ReviewStepProps) {
  const [outcome, setOutcome] = useState<Unplaced | null>(null);
  const [pending, setPending] = useState<"first" | "again" | null>(null);
  // Sending makes it unsettled; the button keeps its words until an answer came or did not.
  const again = pending === null ? unsettled : pending === "again";
  const sending = useRef(false);

  const place = async () => {
    if (sending.current) return;
    sending.current = true;
    setPending(unsettled ? "again" : "first");
    try {
      const now = await placeOrder({ subject, cart, method, address });
      if (now.kind === "placed") {
        onPlaced(now.order.id);
        removeAll(now.order.items.map(({ sku }) => sku));
      } else {
        setOutcome(now);
      }
    } catch (error) {
      console.error(error); // A fault of ours: where something was sent, sending it again tells what became of it.
      setOutcome(unsettledAttempt(subject) ? { kind: "unknown", retryAfter: null } : NOT_SENT);
    } finally {
      sending.current = false;
      setPending(null);
    }
  };

  const nameOf = (sku: string) => pricing.lines.find(({ line }) => line.sku === sku)?.product?.name ?? sku;
  const changes = changesOf(outcome, pricing);
  const accept = () => {
    acceptPrices(Object.fromEntries(changes.map(({ sku, now }) => [sku, { [cart.currency]: now }])));
    setOutcome(null);
  };

  return (
    <div className="grid gap-6">
      <dl className="grid gap-x-6 gap-y-5 rounded-xl border border-border bg-surface p-5 text-sm sm:grid-cols-2 sm:p-6">
        <Fact title="Shipping address" step="address" changeable={!again}>
          <AddressLines address={address} />
        </Fact>
        <Fact title="Payment method" step="payment" changeable={!again}>
          <span className="block font-medium">{paymentMethodLabel(method)}</span>
          <span className="block font-mono text-[13px] text-muted">{method}</span>
        </Fact>
      </dl>

      {outcome && outcome.kind !== "prices-changed" && <OutcomeAlert outcome={outcome} />}
      {unsettled && outcome === null && pending === null && (
        <Alert tone="warning" title="Your last order was still being sent">
          We do not know yet whether it was placed. It is safe to try again: you never get a second order.
        </Alert>
      )}
      {!unsettled && changes.length > 0 && (
        <PricesChanged changes={changes} currency={cart.currency} nameOf={nameOf} onAccept={accept} />
      )}
      {!unsettled && !pricing.orderable && (
        <Alert role="alert" tone="danger" title="Some items cannot be ordered">
          <Link href="/cart" className="justify-self-start font-medium underline underline-offset-4">
            See in the cart what to do
          </Link>
        </Alert>
      )}

      <div className="grid gap-3 sm:justify-items-start">
        {outcome?.kind === "signed-out" ? (
          <Button size="lg" asChild>
            <Link href={signInPath("/checkout?step=review")}>Sign in again</Link>
          </Button>
        ) : (
          <Button
            size="lg"
            pending={pending !== null}
            disabled={!unsettled && (!pricing.orderable || changes.length > 0)}
            onClick={() => void place()}
          >
            {again ? "Try again" : "Place order"}
            {!again && <Money amount={pricing.seenTotal} currency={cart.currency} />}
          </Button>
        )}
        <p role="status" className="text-[13px] text-muted">
          {pending !== null ? "Placing the order" : "You can cancel until your order ships."}
        </p>
      </div>
    </div>
  );
}

/** What the order service said, or what the catalogue says meanwhile. */
function changesOf(outcome: Unplaced | null, { lines }: Pricing): PriceChange[] {
  if (outcome?.kind === "prices-changed") return outcome.changes;
  return lines.flatMap(({ line: { sku }, seenPrice, unitPrice }) =>
    seenPrice !== null && unitPrice !== null ? [{ sku, before: seenPrice, now: unitPrice }] : [],
  );
}

interface FactProps {
  title: string;
  step: Step;
  changeable: boolean;
  children: ReactNode;
}

function Fact({ title, step, changeable, children }: FactProps) {
  return (
    <div className="min-w-0">
      <dt className="mb-1 flex items-baseline gap-3 text-muted">
        {title}
        {changeable && (
          <Link
            href={`/checkout?step=${step}`}
            className="rounded-sm text-[13px] text-accent underline underline-offset-4"
          >
            Change<span className="sr-only"> {title.toLowerCase()}</span>
          </Link>
        )}
      </dt>
      <dd className="wrap-break-word">{children}</dd>
    </div>
  );
}
