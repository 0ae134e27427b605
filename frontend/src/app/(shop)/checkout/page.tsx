import type { Metadata } from "next";
import { connection } from "next/server";
import { Suspense } from "react";
import { Checkout } from "@/features/checkout/checkout";
import { CheckoutSkeleton } from "@/features/checkout/checkout-skeleton";

export const metadata: Metadata = { title: "Checkout" };

export default async function CheckoutPage() {
  await connection(); // Its scripts carry the request's nonce, which a page made beforehand has not.
  return (
    <>
      <h1 className="mb-8 text-2xl font-semibold sm:text-3xl">Checkout</h1>
      <Suspense fallback={<CheckoutSkeleton />}>
        <Checkout />
      </Suspense>
    </>
  );
}
