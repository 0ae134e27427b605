import type { Metadata } from "next";
import { CartView } from "@/features/cart/cart-view";

export const metadata: Metadata = { title: "Cart" };

export default function CartPage() {
  return (
    <>
      <h1 className="mb-8 text-2xl font-semibold sm:text-3xl">Cart</h1>
      <CartView />
    </>
  );
}
