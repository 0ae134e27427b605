import Link from "next/link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Illustration } from "@/components/ui/illustration";

/** Stands in place of the cart, and of the checkout, when there is nothing in it. */
export function EmptyCart() {
  return (
    <EmptyState
      picture={<Illustration name="empty-cart" />}
      title="Your cart is empty"
      action={
        <Button asChild>
          <Link href="/">Browse the shop</Link>
        </Button>
      }
    >
      Your cart is kept in this browser, even when you are signed out.
    </EmptyState>
  );
}
