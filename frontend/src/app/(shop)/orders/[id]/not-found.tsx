import type { Metadata } from "next";
import { NotFoundMessage } from "@/components/shell/not-found-message";

export const metadata: Metadata = { title: "Order not found" };

export default function OrderNotFound() {
  return (
    <NotFoundMessage
      title="We could not find this order"
      text="The address may be mistyped, or the order belongs to another account."
      href="/account/orders"
      link="See your orders"
    />
  );
}
