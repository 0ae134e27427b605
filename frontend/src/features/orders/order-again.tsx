"use client";

import { useRouter } from "next/navigation";
import { Button } from "@/components/ui/button";
import { replaceCart } from "@/features/cart/cart-store";
import { changeDraft } from "@/features/checkout/draft-store";
import type { Order, OrderStatus } from "@/lib/api/types";

/** A new order with the same items, where this one came to nothing; this one stays as it is. */
export function OrderAgain({ order, status }: { order: Order; status: OrderStatus }) {
  const router = useRouter();
  if (status !== "FAILED" && status !== "CANCELLED") return null;
  const wasDeclined = order.reason === "payment_declined";
  const orderAgain = () => {
    replaceCart(order);
    if (wasDeclined) changeDraft({ method: null }); // Or the card that was declined would be chosen already.
    router.push(wasDeclined ? "/checkout?step=payment" : "/cart");
  };
  return (
    <div className="grid max-w-60 justify-items-start gap-1 sm:justify-items-end">
      <Button variant={wasDeclined ? "primary" : "secondary"} onClick={orderAgain}>
        {wasDeclined ? "Pay with another card" : "Order again"}
      </Button>
      <p className="text-[13px] text-muted">This places a new order.</p>
    </div>
  );
}
