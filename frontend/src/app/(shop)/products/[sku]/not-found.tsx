import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Illustration } from "@/components/ui/illustration";

export default function ProductNotFound() {
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 py-16 text-center">
      <Illustration name="not-found" />
      <h1 className="mt-2 text-2xl font-semibold">There is no such product</h1>
      <p className="text-muted">The article number in the address is not one of ours.</p>
      <Button asChild className="mt-3">
        <Link href="/">Go to the shop</Link>
      </Button>
    </div>
  );
}
