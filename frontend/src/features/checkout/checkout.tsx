"use client";

import { useRouter } from "next/navigation";
import { useQueryState } from "nuqs";
import { useEffect, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { signInPath } from "@/features/session/sign-in-path";
import { useCart } from "@/features/cart/cart-store";
import { EmptyCart } from "@/features/cart/empty-cart";
import { priceCart, withPricesShown } from "@/features/cart/pricing";
import { useLiveProducts } from "@/features/catalog/live-products";
import { useSession } from "@/features/session/use-session";
import { checked } from "./address";
import { AddressStep } from "./address-step";
import { CheckoutSkeleton } from "./checkout-skeleton";
import { useDraft } from "./draft-store";
import { OrderSummary } from "./order-summary";
import { PaymentStep } from "./payment-step";
import { ReviewStep } from "./review-step";
import { type Step, STEPS, stepParser, Steps } from "./steps";

const headings: Record<Step, string> = {
  address: "Where should it go?",
  payment: "How do you want to pay?",
  review: "Is everything correct?",
};

export function Checkout() {
  const router = useRouter();
  const { session, error, isPending } = useSession();
  const stored = useCart();
  const draft = useDraft();
  const [wanted, setStep] = useQueryState("step", stepParser.withOptions({ history: "push", scroll: true }));
  const { data: products } = useLiveProducts(stored?.lines.map(({ sku }) => sku) ?? []);
  const [opening, setOpening] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const shownStep = useRef<Step | null>(null);

  const result = draft && checked(draft.address);
  const address = result && "address" in result ? result.address : null;
  const method = draft?.method ?? null;
  const furthest: Step = !address ? "address" : method === null ? "payment" : "review";
  const step = STEPS.indexOf(wanted) <= STEPS.indexOf(furthest) ? wanted : furthest;

  useEffect(() => {
    if (session === null) router.replace(signInPath(`/checkout?step=${wanted}`));
  }, [session, wanted, router]);

  // A new step is read out from its heading on; the first one is left where the page starts.
  useEffect(() => {
    if (shownStep.current !== null && shownStep.current !== step) heading.current?.focus();
    shownStep.current = step;
  }, [step]);

  if (error && !isPending) {
    return (
      <Alert role="alert" tone="danger" title="We could not check who is signed in">
        <p>Nothing was lost. Reload the page to try again.</p>
      </Alert>
    );
  }
  if (!session || !stored || !draft || opening) return <CheckoutSkeleton />;
  const unsettled = draft.attempt !== null && draft.attempt.subject === session.subject;
  if (stored.lines.length === 0 && !unsettled) return <EmptyCart />;

  const cart = withPricesShown(stored, products);
  const pricing = priceCart(cart, products);
  // An order whose answer never came is settled first, with what it was sent with.
  const current = unsettled ? "review" : step;
  return (
    <>
      <Steps current={current} furthest={unsettled ? null : furthest} />
      <div className="with-aside">
        <section aria-labelledby="step-heading">
          <h2
            ref={heading}
            id="step-heading"
            tabIndex={-1}
            className="mb-5 text-xl font-semibold outline-none"
          >
            {headings[current]}
          </h2>
          {current === "address" && (
            <AddressStep form={draft.address} onDone={() => void setStep("payment")} />
          )}
          {current === "payment" && <PaymentStep method={method} onDone={() => void setStep("review")} />}
          {current === "review" && address && method !== null && (
            <ReviewStep
              subject={session.subject}
              cart={cart}
              pricing={pricing}
              address={address}
              method={method}
              unsettled={unsettled}
              onPlaced={(id) => {
                setOpening(true);
                router.push(`/orders/${id}`);
              }}
            />
          )}
        </section>
        <OrderSummary cart={cart} pricing={pricing} />
      </div>
    </>
  );
}
