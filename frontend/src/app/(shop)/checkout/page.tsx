import type { Metadata } from "next";
import { Suspense } from "react";
import { Checkout } from "@/features/checkout/checkout";
import { Waiting } from "@/features/checkout/waiting";

export const metadata: Metadata = { title: "Checkout" };

export default function CheckoutPage() {
  return (
    <>
      <h1 className="mb-8 text-2xl font-semibold sm:text-3xl">Checkout</h1>
      <Suspense fallback={<Waiting />}>
        <Checkout />
      </Suspense>
    </>
  );
}
