import type { Metadata } from "next";
import { connection } from "next/server";
import { CartView } from "@/features/cart/cart-view";

export const metadata: Metadata = { title: "Cart" };

export default async function CartPage() {
  await connection(); // Its scripts carry the request's nonce, which a page made beforehand has not.
  return (
    <>
      <h1 className="mb-8 text-2xl font-semibold sm:text-3xl">Cart</h1>
      <CartView />
    </>
  );
}
