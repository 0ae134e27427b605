import type { Metadata } from "next";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Illustration } from "@/components/ui/illustration";

export const metadata: Metadata = { title: "Order not found" };

export default function OrderNotFound() {
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 py-16 text-center">
      <Illustration name="not-found" />
      <h1 className="mt-2 text-2xl font-semibold">There is no such order of yours</h1>
      <p className="text-muted">
        The address may have been mistyped, or the order belongs to another account.
      </p>
      <Button asChild className="mt-3">
        <Link href="/account/orders">See your orders</Link>
      </Button>
    </div>
  );
}
